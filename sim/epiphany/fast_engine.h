#pragma once
// The fast engine: executes blocks (block.h) with threaded dispatch, adding up what each cost where it is left. Whatever a block cannot
// foresee it leaves to the reference engine, in exactly the state in which that engine would have come there; so both give the same
// results, to the cycle.
//
// Blocks are entered wherever no DMA asks for memory banks, and run up to the core's limit, if need be into the midst of one. While the
// mesh comes to the core's banks, no local access is plain: each asks whether it has its bank, and no line is fetched from a bank that it
// holds.

#include <cstddef>
#include <cstdint>

#include "sim/core/types.h"
#include "sim/epiphany/block.h"
#include "sim/epiphany/code.h"

namespace epysim::epiphany {

class Core;

class FastEngine {
 public:
  /// Visits of a place until a block of it pays, as measured with the examples.
  static constexpr unsigned kVisits = 8;

  /// As ReferenceEngine::run().
  static bool run(Core& core);

 private:
  // Modes in which blocks differ (BlockKey): as CONFIG has it, and whether FPU exceptions are enabled.
  static constexpr std::uint8_t kTruncates = 1, kRaises = 2;
  static std::uint8_t modes_of(std::uint32_t config);

  /// Executes blocks, from a step of one that was entered at `start` on, as far as they go.
  /// `tally`: what is not counted yet, less what was counted of this block already.
  static void run_blocks(Core& core, Block& block, std::size_t step, Cycle start, Pipeline::Tally tally) {
    handlers(&core, &block, step, start, tally);
  }
  /// Where the engine executes a step; those addresses only exist inside run_blocks().
  static const void* handler(Do what);
  static const void* const* handlers(Core* core, Block* block, std::size_t index, Cycle start, Pipeline::Tally tally);
  /// Where it executes an integer instruction that sets flags, for somebody to see.
  static const void* loud(const Decoded& d);

  /// Whether a load or store of local memory gets a bank at once that the mesh uses, too.
  static bool gets_bank(Core& core, const Block& block, const Step* step, Cycle start, Address address);
  /// Whether the mesh has a bank with code, now or later, or since the present line is the present one.
  static bool disturbed(const Core& core);

  /// The block for the core as it is, at its program counter; nullptr where there is none.
  static Block* enter(Core& core);
  /// Whether the core is where it left a block, and nothing has happened since.
  static bool may_resume(const Core& core);
  /// The block to which a jump to `pc` leads; nullptr where there is no code that can be decoded beforehand.
  static Block* after_jump(Core& core, Address pc);
  /// The block that goes on from a landing in `before` with an instruction that had to wait for its line.
  static Block* after_late_line(Core& core, const Block& before, const Landing& landing, Address pc);
  /// Whether a block may remember that it led to `target`: what several cores execute may not, when that is in the memory of one.
  static bool lasting(const Core& core, const Block& block, Address target);
  static Code code_at(Core& core, Address pc, BlockTable*& blocks);
  static Block* find(Core& core, Address pc, const Code& code, BlockTable& blocks, const BlockKey& key);

  // block_builder.cpp: forming blocks, and their static timing
  /// False: cores that have this code in common have other instructions there.
  static bool build(Core& core, Block& block, Address pc, const Code& code);
  static Landing& landing_of(Block& block, std::size_t step) {
    Landing* const landing = block.landings[step].get();
    return landing != nullptr ? *landing : make_landing(block, step);
  }
  static Landing& make_landing(Block& block, std::size_t step);
};

}  // namespace epysim::epiphany
