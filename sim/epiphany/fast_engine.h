#pragma once
// The fast engine: executes blocks (block.h) with threaded dispatch, adding up what each cost where it is left. Whatever a block cannot
// foresee it leaves to the reference engine, in exactly the state in which that engine would have come there; so both give the same
// results, to the cycle.
//
// Blocks are entered where nothing is on its way in the pipeline, no hardware loop is armed, no FPU exception is enabled, and the mesh
// holds no memory bank; and only as far as they cannot pass the core's limit.

#include <cstdint>

#include "sim/core/types.h"
#include "sim/epiphany/code.h"

namespace epysim::epiphany {

class BlockTable;
class Core;
struct Block;
enum class Do : std::uint8_t;

class FastEngine {
 public:
  /// As ReferenceEngine::run().
  static bool run(Core& core);

 private:
  /// Executes blocks from the core's program counter on, as far as they go.
  static void run_blocks(Core& core) { handlers(&core); }
  static bool may_enter(const Core& core);
  /// Where the engine executes a step; those addresses only exist inside run_blocks().
  static const void* handler(Do what);
  static const void* const* handlers(Core* core);
  /// The block at `pc`; nullptr where there is no code that can be decoded beforehand.
  static Block* find(Core& core, Address pc);
  static Code code_at(Core& core, Address pc, BlockTable*& blocks);
  /// The block that follows `before` when the instruction at `pc` in it had to wait for its line.
  static Block* after_late_line(Core& core, Block& before, Address pc);

  // block_builder.cpp: forming blocks, and their static timing
  static void build(Core& core, Block& block, const Code& code);
  /// Brings pipeline and banks to where they are after the block's instructions before `end`, when it was entered at `start`.
  static void replay(Core& core, const Block& block, const Decoded* end, Cycle start);
};

}  // namespace epysim::epiphany
