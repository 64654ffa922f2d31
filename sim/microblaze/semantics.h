#pragma once
// The function that each computing instruction, the actions Add .. Fsqrt, is executed by. Everything else an instruction can do (branches,
// loads, special registers ...) belongs to the core (core.h).

#include "sim/microblaze/cpu_state.h"
#include "sim/microblaze/instruction.h"

namespace epysim::microblaze {

using Semantics = void (*)(CpuState& state, const Instruction& insn);

/// The function for an action; nullptr for those the core executes itself.
Semantics semantics_of(Action action);

}  // namespace epysim::microblaze
