#pragma once
// A board's registers in the exported file. They are compared with it now and then: what differs from what the board last showed there is
// the host's.
//
// Where both have stored to a register since they last met, the host's store counts, as if it had come last.

#include <cstdint>
#include <vector>

#include "sim/board/board.h"
#include "sim/board/exported/exported_memory.h"

namespace epysim::board {

class ExportedRegisters {
 public:
  ExportedRegisters(Board& board, ExportedMemory& memory);

  /// Carries out what the host has stored, in the order of addresses.
  void take_stores();
  /// Shows what the board has made of its registers.
  void publish();

 private:
  struct Register {
    core::HostRegister what;
    std::uint32_t* word;      // as both sides see it
    std::uint32_t shown = 0;  // what this side showed last
  };

  Board& board_;
  std::vector<Register> registers_;
};

}  // namespace epysim::board
