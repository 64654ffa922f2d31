#pragma once
// A board's memories and registers as a file that other processes map: byte n of the file is byte n of the address space of all cores, as a
// driver of the board shows it. Where nothing answers, the file has holes.

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "sim/core/types.h"

namespace epysim::board {

class ExportedMemory {
 public:
  /// Makes the file, or empties it. Throws UsageError.
  explicit ExportedMemory(const std::filesystem::path& file);
  ~ExportedMemory();
  ExportedMemory(const ExportedMemory&) = delete;
  ExportedMemory& operator=(const ExportedMemory&) = delete;

  /// That part of it, in this process; zero at first. `base` at a page. Lives as long as this.
  std::span<std::byte> map(Address base, std::size_t bytes);

 private:
  std::filesystem::path file_;
  int descriptor_;
  std::vector<std::span<std::byte>> mapped_;
};

}  // namespace epysim::board
