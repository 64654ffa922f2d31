#pragma once
// A core's own memory in the exported file: it lies there, so that both sides see each other's stores at once and in order. What a core has
// decoded of it is void where somebody else has stored.

#include <cstddef>
#include <span>
#include <vector>

#include "sim/board/board.h"

namespace epysim::board {

class ExportedScratchpad {
 public:
  /// `memory`: where it lies.
  ExportedScratchpad(Board& board, int core, std::span<const std::byte> memory)
      : board_(board), core_(core), memory_(memory), seen_(memory.size()) {}

  /// Tells the core what has changed since the last time.
  void take_stores();

 private:
  Board& board_;
  int core_;
  std::span<const std::byte> memory_;
  std::vector<std::byte> seen_;  // its contents when they were looked at last
};

}  // namespace epysim::board
