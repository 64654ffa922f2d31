#pragma once
// A block: the instructions from some place up to the next unconditional branch and its delay slot, made ready for the fast engine.
//
//   What is on its way in the pipeline when it starts is part of the block (BlockKey), so the cycle in which each instruction issues,
//   counted from the block's start, is known beforehand. A conditional branch inside is a way out with its cycles summed up.
//
//   Where a branch has a delay slot, its target is in BTR while the slot is executed, as in the machine. Behind an unconditional branch the
//   slot is the block's last instruction; a conditional one that is taken leads to a block that begins in the slot, otherwise the slot is
//   just the next instruction. An IMM is a step that does nothing: the instruction behind it has its operand complete.
//
// What cannot be known, a load or store that is not a plain local one, or an instruction that others could notice, is left to the reference
// engine. A Landing is the state before a step, for leaving the block there.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/block_table.h"
#include "sim/core/types.h"
#include "sim/microblaze/instruction.h"
#include "sim/microblaze/pipeline.h"

namespace epysim::microblaze {

// Of Bcc, by their number.
#define MICROBLAZE_CONDITIONS(X) X(0) X(1) X(2) X(3) X(4) X(5)
// Sizes of loads and stores as log2 of the bytes, and whether they swap these: the order of the core's bytes is not this machine's.
#define MICROBLAZE_ACCESSES(X) X(0, false) X(1, false) X(2, false) X(0, true) X(1, true) X(2, true)

/// What the fast engine does at a step of a block.
enum class Do : std::uint8_t {
#define X(action, function) action, action##Immediate,
  MICROBLAZE_INTEGER_ACTIONS(X)
#undef X
#define X(action, function) action,
      MICROBLAZE_DIVIDE_ACTIONS(X) MICROBLAZE_FLOAT_ACTIONS(X)
#undef X
          Nop,
#define X(size, swap) Load##size##swap, LoadImmediate##size##swap,
  MICROBLAZE_ACCESSES(X)
#undef X
#define X(size, swap) Store##size##swap, StoreImmediate##size##swap,
      MICROBLAZE_ACCESSES(X)
#undef X
#define X(condition) If##condition, IfSlot##condition,
          MICROBLAZE_CONDITIONS(X)
#undef X
  // Branches with a delay slot: the target is known, or is a register and a number; and the same with a link.
  Slot,
  SlotLink,
  SlotTo,
  SlotToLink,
  Jump,       // to a fixed place: a branch, behind a delay slot, or to where a long block goes on
  JumpTo,     // to a register and a number
  JumpToBtr,  // behind a delay slot
  Leave,      // the reference engine takes over
  Count
};

/// What blocks that start at one place differ by.
struct BlockKey {
  Flight flight;
  bool in_slot = false;  // it starts in the delay slot of a branch to BTR

  bool operator==(const BlockKey&) const = default;
};

struct Block;

/// A way out of a block.
struct Exit {
  Block* to = nullptr;         // where it led, last time
  std::uint32_t cycles = 0;    // from the block's start to the start of the next
  std::uint32_t next_run = 0;  // the branch not taken: see Block::first_run
  Pipeline::Tally tally;
  Address target = 0;  // if it is fixed
  Address btr = 0;     // of a taken branch with a slot, which is the target then
  BlockKey key;        // of the next block
};

/// One step: an instruction's operands, and where the engine executes it. What semantics see of it: operations.h.
struct Step {
  const void* go = nullptr;
  Exit* exit = nullptr;
  std::int32_t imm = 0;  // of IfSlot: where the branch goes that is not taken; of Slot: the target
  Address pc = 0;
  std::uint8_t rd = 0, ra = 0, rb = 0;
  std::uint8_t condition = 0;
  std::int8_t width = 0;
};

/// The state before a step.
struct Landing {
  Pipeline::Tally tally;
  std::uint32_t cycles = 0;  // from the block's start
  std::uint32_t run = 0;     // when the next way out can issue, as Block::first_run
  Flight flight;
  std::uint16_t prefix = 0;
  bool prefixed = false;
  bool in_slot = false;  // of a branch to BTR
};

struct Block {
  static constexpr std::size_t kMost = 64;  // instructions, but for a slot

  Address pc = 0;
  std::uint32_t offset = 0;  // in its BlockTable
  BlockKey key;
  bool live = false;            // its steps are those of the code as it is
  std::uint32_t version = 0;    // counts how often it was made
  std::uint32_t first_run = 0;  // cycles until the last instruction up to the first way out can issue; then Exit::next_run
  std::uint32_t bytes = 0;
  std::vector<Step> steps;
  std::vector<Landing> landings;  // of each step
  std::vector<Exit> exits;
  Block* next = nullptr;  // with another key
};

using BlockTable = core::BlockTable<Block, 2>;

/// Where a core has left a block, to go on there if nothing has happened in between.
struct Resume {
  Block* block = nullptr;
  std::uint32_t version = 0;
  std::uint32_t step = 0;
  Cycle start = 0;       // when the block was entered
  Cycle now = 0;         // when it was left
  Address pc = 0;        // and where
  bool outside = false;  // the reference engine has to execute the next instruction
};

}  // namespace epysim::microblaze
