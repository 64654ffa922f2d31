#pragma once
// A board's memories and registers as a file that other processes map. It has the layout of the real board's device, as the section
// "device" of the configuration says it: where in it the memory is that host and cores share, and where the windows of cores and registers.
// Where nothing answers, the file has holes.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "sim/core/types.h"

namespace epysim::core {
class Config;
}

namespace epysim::board {

class ExportedMemory {
 public:
  /// Makes the file, or empties it. Throws UsageError.
  ExportedMemory(const std::filesystem::path& file, const core::Config& config);
  ~ExportedMemory();
  ExportedMemory(const ExportedMemory&) = delete;
  ExportedMemory& operator=(const ExportedMemory&) = delete;

  /// That part of it, in this process; zero at first. `base`: a device address, at a page. Lives as long as this. Throws UsageError.
  std::span<std::byte> map(Address base, std::size_t bytes);

 private:
  struct Part {
    std::uint64_t offset;
    std::span<std::byte> bytes;
  };

  std::filesystem::path file_;
  Address shared_base_;
  std::uint64_t shared_bytes_, shared_offset_, windows_offset_;
  int descriptor_;
  std::vector<Part> parts_;
};

}  // namespace epysim::board
