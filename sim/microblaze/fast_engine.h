#pragma once
// The fast engine: executes blocks (block.h) with threaded dispatch, adding up what each cost where it is left. Whatever a block cannot
// foresee it leaves to the reference engine, in exactly the state in which that engine would have come there; so both give the same
// results, to the cycle.

#include <cstddef>

#include "sim/core/types.h"
#include "sim/microblaze/block.h"
#include "sim/microblaze/decoded.h"

namespace epysim::microblaze {

class Core;

class FastEngine {
 public:
  /// Visits of a place until a block of it pays.
  static constexpr unsigned kVisits = 8;

  /// As ReferenceEngine::run().
  static bool run(Core& core);

 private:
  /// Executes blocks, from a step of one that was entered at `start` on, as far as they go.
  /// `tally`: what is not counted yet, less what was counted of this block already.
  static void run_blocks(Core& core, Block& block, std::size_t step, Cycle start, Pipeline::Tally tally) {
    handlers(&core, &block, step, start, tally);
  }
  /// Where the engine executes a step; those addresses only exist inside run_blocks().
  static const void* handler(Do what);
  static const void* const* handlers(Core* core, Block* block, std::size_t index, Cycle start, Pipeline::Tally tally);

  /// The block for the core as it is, at its program counter; nullptr where there is none.
  static Block* enter(Core& core);
  /// The block for a place; nullptr where there is no code, or it was not visited often enough.
  static Block* find(Core& core, Address pc, const BlockKey& key);

  // block_builder.cpp: forming blocks, and their static timing
  static void build(Core& core, Block& block);
};

}  // namespace epysim::microblaze
