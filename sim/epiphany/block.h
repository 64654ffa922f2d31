#pragma once
// A block: the instructions from a place that the program jumps to up to the next unconditional jump, made ready for the fast engine.
//
//   At its start nothing is on its way in the pipeline (a taken branch takes longer than any result), so the cycle in which each
//   instruction issues, counted from the block's start, is known beforehand. A conditional branch inside is a way out with its cycles
//   summed up.
//
//   Where a line may come late because loads and stores took the program's bank, the block looks at where they went, and goes on in another
//   block, made for that case, if they did.
//
// What cannot be known, a load or store that is not a plain local one, ends the block before that
// instruction, and the reference engine goes on from there.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/types.h"
#include "sim/epiphany/decoded.h"
#include "sim/epiphany/pipeline.h"

namespace epysim::epiphany {

// Integer actions with flags; each for a register and an immediate operand, and again where nobody looks at the flags.
#define EPIPHANY_FLAG_ACTIONS(X) X(Add, add) X(Sub, sub) X(And, and_) X(Orr, orr) X(Eor, eor) X(Asr, asr) X(Lsr, lsr) X(Lsl, lsl)
// Integer conditions and conditions on FPU flags, by their number.
#define EPIPHANY_CONDITIONS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13)
// Sizes of loads and stores, as log2 of the bytes.
#define EPIPHANY_SIZES(X) X(0) X(1) X(2) X(3)

/// What the fast engine does at a step of a block.
enum class Do : std::uint8_t {
#define X(action, function) action, action##Immediate,
  EPIPHANY_FLAG_ACTIONS(X)
#undef X
#define X(action, function) action##Quiet, action##ImmediateQuiet,
      EPIPHANY_FLAG_ACTIONS(X)
#undef X
          Mov,
  MovImmediate,
  Movt,
  Call,  // the instruction's own function
#define X(size) Load##size, LoadIndexed##size, LoadOther##size,
  EPIPHANY_SIZES(X)
#undef X
#define X(size) Store##size, StoreIndexed##size, StoreOther##size,
      EPIPHANY_SIZES(X)
#undef X
#define X(condition) Condition##condition,
          EPIPHANY_CONDITIONS(X)
#undef X
              Always,
  BranchLink,
  Jump,
  JumpLink,
  CheckLine,  // whether the next instruction's line could be fetched
  Leave,      // the reference engine takes over
  Count
};

struct Block;

/// A way out of a block: by a branch, or by a line that comes late.
struct Exit {
  Address target = 0;          // of branches to a fixed place
  Block* to = nullptr;         // there, once it was needed
  std::uint32_t cycles = 0;    // from the block's start to the start of the next
  std::uint32_t next_run = 0;  // the branch not taken: see Block::first_run
  Pipeline::Tally tally;
};

/// One step: an instruction's operands, and where the engine executes it.
struct Step {
  const void* go = nullptr;
  Decoded* at = nullptr;
  Exit* exit = nullptr;  // of branches
  std::int32_t imm = 0;  // of CheckLine: data accesses of the line before; of a branch: the address behind it
  std::uint8_t rd = 0;
  std::uint8_t rn = 0;
  std::uint8_t rm = 0;
  std::uint8_t which = 0;  // of a load or store: its number in its line; of CheckLine: cycles of the line before
};

struct Block {
  static constexpr std::size_t kMost = 64;  // instructions
  static constexpr std::size_t kLineAccesses = 8;

  Address pc = 0;
  bool live = false;            // its steps are those of the code as it is
  bool straddles = false;       // the first instruction lies across two fetch lines, which the schedule contains as a cycle of the branch
  std::uint32_t first_run = 0;  // cycles until the last instruction up to the first way out can issue; then Exit::next_run
  Decoded* code = nullptr;
  std::uint32_t bytes = 0;
  std::vector<Step> steps;
  std::vector<Exit> exits;
  // After a late line: the block before, up to this one's first instruction. Cycles and tallies count from the first block's start.
  const Block* before = nullptr;
  std::vector<std::unique_ptr<Block>> late;

  Address pc_of(const Decoded* d) const {
    return pc + static_cast<Address>((reinterpret_cast<const char*>(d) - reinterpret_cast<const char*>(code)) /
                                     std::ptrdiff_t{sizeof(Decoded) / 2});
  }
};

/// The blocks of a run of code, found by the half-word at which they start. Made when the first is asked for.
class BlockTable {
 public:
  explicit BlockTable(std::uint32_t code_bytes) : code_bytes_(code_bytes) {}

  /// The block that starts at `offset` bytes, dead when it is new.
  Block& at(std::uint32_t offset) {
    if (blocks_.empty()) [[unlikely]]
      blocks_.resize(code_bytes_ / 2);
    std::unique_ptr<Block>& block = blocks_[offset >> 1];
    if (!block) [[unlikely]] {
      block = std::make_unique<Block>();
      offsets_.push_back(offset);
    }
    return *block;
  }
  /// An instruction with a byte in [first, last] has changed. Blocks stay where they are, so that others may keep pointing at them.
  void drop(std::uint32_t first, std::uint32_t last) {
    for (const std::uint32_t offset : offsets_) {
      Block& block = *blocks_[offset >> 1];
      if (offset <= last && offset + block.bytes > first) block.live = false;
    }
  }
  void drop_all() {
    for (const std::uint32_t offset : offsets_) blocks_[offset >> 1]->live = false;
  }

 private:
  std::uint32_t code_bytes_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<std::uint32_t> offsets_;  // of those that exist
};

}  // namespace epysim::epiphany
