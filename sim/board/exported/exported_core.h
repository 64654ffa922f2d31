#pragma once
// One core's scratchpad and registers in the exported file. Both sides store to it; what differs from what the board last showed there is
// the host's.
//
// Where both have stored to a word since they last met, the host's store counts, as if it had come last.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/board/board.h"
#include "sim/board/exported/exported_memory.h"

namespace epysim::board {

class ExportedCore {
 public:
  ExportedCore(Board& board, int core, ExportedMemory& memory);

  /// Carries out what the host has stored: memory first, then registers in the order of their addresses.
  void take_stores();
  /// Shows what the core has made of its memory and registers.
  void publish();

 private:
  /// Words that both sides see, and what this side showed last.
  struct Words {
    std::span<std::uint32_t> exported;
    std::vector<std::uint32_t> shown;

    /// The host's word where it differs from what was shown.
    bool taken(std::size_t word);
    void show(std::size_t word, std::uint32_t value);
  };

  Board& board_;
  Address window_;
  Words scratchpad_, registers_;
  std::vector<std::uint32_t> offsets_;  // of the registers there are, in words from the first
  std::vector<std::uint32_t> present_;  // room for the scratchpad
};

}  // namespace epysim::board
