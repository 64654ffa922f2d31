#include "sim/board/exported/exported_scratchpad.h"

#include <cstring>

namespace epysim::board {
namespace {

constexpr std::size_t kPiece = 64;  // to compare

}  // namespace

void ExportedScratchpad::take_stores() {
  if (std::memcmp(memory_.data(), seen_.data(), seen_.size()) == 0) return;
  // The core's own stores are among what has changed, and have dropped what they hit already: once more does no harm.
  for (std::size_t at = 0; at < seen_.size(); at += kPiece) {
    if (std::memcmp(&memory_[at], &seen_[at], kPiece) == 0) continue;
    std::memcpy(&seen_[at], &memory_[at], kPiece);
    board_.memory_changed(core_, static_cast<Address>(at), kPiece);
  }
}

}  // namespace epysim::board
