#pragma once
// A block: the instructions from some place up to the next unconditional jump, made ready for the fast engine.
//
//   What is on its way in the pipeline when it starts is part of the block (BlockKey), so the cycle in which each instruction issues,
//   counted from the block's start, is known beforehand. Mostly it is nothing: a taken branch takes longer than any result. A conditional
//   branch inside is a way out with its cycles summed up.
//
//   Where a line may come late because loads and stores took the program's bank, the block looks at where they went, and goes on in another
//   block, made for that case, if they did. So it does where an instruction changes the modes of the FPU or arms a hardware loop.
//
// What cannot be known, a load or store that is not a plain local one, or an instruction that others could notice, is left to the reference
// engine. A Landing remembers what it needs to go on from there.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/block_table.h"
#include "sim/core/types.h"
#include "sim/epiphany/decoded.h"
#include "sim/epiphany/pipeline.h"

namespace epysim::epiphany {

// Integer actions with flags; each for a register and an immediate operand, and again where nobody looks at the flags.
#define EPIPHANY_FLAG_ACTIONS(X) X(Add, add) X(Sub, sub) X(And, and_) X(Orr, orr) X(Eor, eor) X(Asr, asr) X(Lsr, lsr) X(Lsl, lsl)
// Actions of the FPU that programs consist of.
#define EPIPHANY_FLOAT_ACTIONS(X) X(Fadd, fadd) X(Fsub, fsub) X(Fmul, fmul) X(Fmadd, fmadd) X(Fmsub, fmsub) X(Float, float_)
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
  MovCondition,
#define X(action, function) action,
  EPIPHANY_FLOAT_ACTIONS(X)
#undef X
      Call,     // the instruction's own function
  CallChecked,  // of the FPU, which may raise an exception
  Nop,
  Gid,
  Gie,
  Movfs,
  MovfsConfig,
  MovfsStatus,
  MovtsConfig,
  MovtsStatus,
  MovtsLoop,
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
  CheckLine,      // whether the next instruction's line could be fetched
  CheckFullLine,  // the same where every cycle of the line before had a load or store
  LoopLast,       // the next one is the last of a hardware loop
  LoopEnd,        // it was
  GoOn,           // in another block
  Leave,          // the reference engine takes over
  Count
};

struct Block;

/// A way out of a block by a branch.
struct Exit {
  Address target = 0;          // of branches to a fixed place
  Block* to = nullptr;         // where it led, last time
  std::uint32_t cycles = 0;    // from the block's start to the start of the next
  std::uint32_t next_run = 0;  // the branch not taken: see Block::first_run
  Pipeline::Tally tally;
};

/// The state before a step, for leaving the block there.
struct Landing {
  Flight flight;
  Pipeline::Tally tally;
  Block* to = nullptr;             // that goes on here, last time
  std::uint32_t cycles = 0;        // from the block's start
  std::uint32_t line = 0;          // from there to the first cycle of the present line, if that began in this block
  std::uint8_t accesses = 0;       // loads and stores since then
  bool line_began_before = false;  // it did not
};

/// One step: an instruction's operands, and where the engine executes it.
struct Step {
  const void* go = nullptr;
  Decoded* at = nullptr;
  Exit* exit = nullptr;  // of branches
  std::int32_t imm = 0;  // of CheckLine: data accesses of the line before; of a branch: the address behind it; of MOVFS and MOVTS: where
  std::uint8_t rd = 0;
  std::uint8_t rn = 0;
  std::uint8_t rm = 0;     // of MOV<condition>: the condition
  std::uint8_t which = 0;  // of a load or store: its number in its line; of CheckLine: cycles of the line before
};

/// What blocks that start at one place differ by.
struct BlockKey {
  /// How the first instruction's fetch line begins.
  enum class Entry : std::uint8_t {
    Fresh,      // with it, or by the jump to it
    Straddles,  // the same, but it lies across two lines, which takes a cycle of the jump
    Late,       // with it, which has to wait for it a cycle first
    Continues   // before it
  };
  Flight flight;
  Address loop_end = 1;    // Core::loop_end_
  std::uint8_t modes = 0;  // see modes_of()
  Entry entry = Entry::Fresh;

  bool operator==(const BlockKey&) const = default;
};

struct Block {
  static constexpr std::size_t kMost = 64;  // instructions
  static constexpr std::size_t kLineAccesses = 8;

  Address pc = 0;
  std::uint32_t offset = 0;  // in its BlockTable
  BlockKey key;
  std::uint64_t live = 0;       // for which cores, by bit: its steps are those of the code as it is
  std::uint32_t version = 0;    // counts how often it was made
  std::uint32_t first_run = 0;  // cycles until the last instruction up to the first way out can issue; then Exit::next_run
  Decoded* code = nullptr;
  std::uint32_t bytes = 0;
  std::vector<Step> steps;
  struct Timing {
    std::uint16_t at = 0;      // when the step can issue, from the block's start
    std::uint16_t run = 0;     // when the next way out can, as first_run
    std::uint16_t offset = 0;  // of its instruction, in bytes
    std::uint8_t wait = 0;     // so long it waits for its operands when it can issue
    std::uint8_t heard = 0;    // behind the step before it that has set flags last, if that did it for nobody; 0: it did not
  };
  std::vector<Timing> timing;            // of each step
  std::vector<std::uint8_t> not_before;  // for each cycle the first step that cannot issue before it
  std::vector<Exit> exits;
  std::vector<std::unique_ptr<Landing>> landings;  // of each step, once it was needed
  Block* next = nullptr;                           // with another key

  Address pc_of(const Decoded* d) const {
    return pc + static_cast<Address>((reinterpret_cast<const char*>(d) - reinterpret_cast<const char*>(code)) /
                                     std::ptrdiff_t{sizeof(Decoded) / 2});
  }
};

/// Where a core has left a block, to go on there if nothing has happened in between.
struct Resume {
  Block* block = nullptr;
  std::uint32_t version = 0;
  std::uint32_t step = 0;
  Cycle start = 0;       // when the block was entered
  Cycle now = 0;         // when it was left
  Address pc = 0;        // and where
  Cycle data = 0;        // what Banks::data() was at the block's start, when that line goes on
  bool outside = false;  // the reference engine has to execute the next instruction
};

using BlockTable = core::BlockTable<Block, 1>;

}  // namespace epysim::epiphany
