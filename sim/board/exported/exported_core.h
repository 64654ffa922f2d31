#pragma once
// One core in the exported file. Its scratchpad lies there, so that both sides see each other's stores at once and in order. Its registers
// are compared with the file now and then: what differs from what the board last showed there is the host's.
//
// Where both have stored to a register since they last met, the host's store counts, as if it had come last.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/board/board.h"
#include "sim/board/exported/exported_memory.h"

namespace epysim::board {

class ExportedCore {
 public:
  /// `scratchpad`: where its memory lies.
  ExportedCore(Board& board, int core, ExportedMemory& memory, std::span<const std::byte> scratchpad);

  /// Carries out what the host has stored: memory first, then registers in the order of their addresses.
  void take_stores();
  /// Shows what the core has made of its registers.
  void publish();

 private:
  std::uint32_t read(std::uint32_t word) const;  // a register
  void show(std::uint32_t word, std::uint32_t value);

  Board& board_;
  int core_;
  Address window_;
  std::span<const std::byte> scratchpad_;
  std::vector<std::byte> seen_;         // its contents when they were looked at last
  std::span<std::uint32_t> registers_;  // as both sides see them
  std::vector<std::uint32_t> shown_;    // what this side showed last
  std::vector<std::uint32_t> offsets_;  // of the registers there are, in words from the first
};

}  // namespace epysim::board
