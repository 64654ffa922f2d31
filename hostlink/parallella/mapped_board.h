#pragma once
// A Parallella's memory and registers, mapped from a file: the driver's device (/dev/epiphany/mesh0), physical memory (/dev/mem), or the
// file of `epysim board --export`, which has the driver's layout.

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "hostlink/device.h"

namespace epysim::core {
class Config;
}

namespace epysim::hostlink {

/// Offsets of registers from the first one of a core (Epiphany Architecture Reference, register tables).
enum class CoreRegister : std::uint32_t {
  CONFIG = 0x400,
  STATUS = 0x404,
  PC = 0x408,
  DEBUGSTATUS = 0x40c,
  LC = 0x414,
  LS = 0x418,
  LE = 0x41c,
  IRET = 0x420,
  IMASK = 0x424,
  ILAT = 0x428,
  ILATST = 0x42c,
  ILATCL = 0x430,
  IPEND = 0x434,
  CTIMER0 = 0x438,
  CTIMER1 = 0x43c,
  FSTATUS = 0x440,
  DEBUGCMD = 0x448,
  DMA0CONFIG = 0x500,
  DMA0STATUS = 0x51c,
  DMA1CONFIG = 0x520,
  DMA1STATUS = 0x53c,
  MEMSTATUS = 0x604,
  MEMPROTECT = 0x608,
  MESHCONFIG = 0x700,
  COREID = 0x704
};

class MappedBoard {
 public:
  /// `file`: the device, or a folder that `epysim board --export` has made. `config` says how large the board is and, in its section
  /// "device", at which offsets of the file its parts are. Throws UsageError.
  MappedBoard(std::filesystem::path file, const core::Config& config);
  ~MappedBoard();
  MappedBoard(const MappedBoard&) = delete;
  MappedBoard& operator=(const MappedBoard&) = delete;

  const DeviceDescription& description() const { return description_; }

  std::uint32_t read(int core, CoreRegister which) const;
  void write(int core, CoreRegister which, std::uint32_t value);

  /// Device addresses, as all cores know them. Throws UsageError for an address outside memory.
  void read(Address from, std::span<std::byte> to) const;
  void write(Address to, std::span<const std::byte> from);
  std::uint32_t read_word(Address address) const;
  void write_word(Address address, std::uint32_t value);

 private:
  struct Window {
    Address base;
    std::span<std::byte> bytes;
  };
  void describe(const core::Config& config);
  std::span<std::byte> map(std::uint64_t offset, std::size_t bytes);
  /// Where they are in this process.
  std::byte* at(Address address, std::size_t bytes) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  DeviceDescription description_;
  std::vector<Window> memory_;         // scratchpads by core, then the shared memory
  std::vector<std::byte*> registers_;  // by core
};

}  // namespace epysim::hostlink
