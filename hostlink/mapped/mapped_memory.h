#pragma once
// A board's memory and registers in this process, mapped from a file: a driver's device (/dev/epiphany/mesh0), physical memory (/dev/mem),
// or the file of `epysim board --export`, which has the layout of one of them. The section "device" of the configuration says where in it
// things are.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/mapped/export_control.h"

namespace epysim::core {
class Config;
}

namespace epysim::hostlink {

class MappedMemory {
 public:
  struct Cores {
    std::vector<Address> windows;  // where their memories are
    bool reach_each_other;
  };

  /// `file`: the device, or a folder that `epysim board --export` has made. Throws UsageError.
  MappedMemory(std::filesystem::path file, const core::Config& config, Cores cores);
  ~MappedMemory();
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;

  const std::filesystem::path& file() const { return file_; }
  const DeviceDescription& description() const { return description_; }

  /// Maps the page of registers that is at this address of the board, too.
  void map_registers(Address page);

  /// Device addresses, as all cores know them. Throws UsageError for an address outside memory.
  void read(Address from, std::span<std::byte> to) const;
  void write(Address to, std::span<const std::byte> from);
  std::uint32_t read_word(Address address) const;
  void write_word(Address address, std::uint32_t value);

  /// Stores to registers have happened when this returns. (An exported board compares them with its file now and then.)
  void settle();
  /// The host waits: so long, or, on an exported board in virtual time, until so much of it has passed.
  void pass(std::chrono::nanoseconds time);
  /// The time that passes on the board, in seconds, from some moment on: that of an exported board stands still while no core can go on.
  double seconds() const;
  /// Of an exported board; null before hardware.
  const ExportControl* control() const { return control_.get(); }

 private:
  struct Window {
    Address base;
    std::span<std::byte> bytes;
  };
  void describe(const core::Config& config, Cores cores);
  std::span<std::byte> map(std::uint64_t offset, std::size_t bytes);
  /// Where they are in this process.
  std::byte* at(Address address, std::size_t bytes) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::unique_ptr<ExportControl> control_;
  std::uint64_t windows_offset_ = 0;
  DeviceDescription description_;
  std::vector<Window> parts_;  // scratchpads by core, the shared memory, registers
};

}  // namespace epysim::hostlink
