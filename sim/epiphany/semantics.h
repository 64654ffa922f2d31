#pragma once
// What each computing instruction does to the registers and flags: IALU, FPU/IALU2, moves, branches and jumps. Pure functions of
// CpuState; no memory, no cycle numbers. Loads, stores and system instructions belong to the core (core.h), which uses the address
// helpers below.

#include "sim/epiphany/cpu_state.h"
#include "sim/epiphany/instruction.h"

namespace epysim::epiphany {

/// Executes an instruction of the actions Add .. Fabs, Branch .. JumpLink and Nop. `state.next_pc` is already the
/// sequential one. FPU results follow CONFIG (rounding, integer mode) and set the sticky flags; raising the software
/// exception that an enabled sticky flag asks for is the core's task.
using Semantics = void (*)(CpuState& state, const Instruction& insn);

/// The function for an action; nullptr for those the core executes itself (Load, Store, Testset, Movts, Movfs, Idle ...).
Semantics semantics_of(Action action);

/// Condition codes of B<cond> and MOV<cond> on the flags in a STATUS word.
bool condition_holds(unsigned condition, std::uint32_t status_word);

/// The address a load, store or TESTSET uses (before post-modification).
std::uint32_t effective_address(const CpuState& state, const Instruction& insn);
/// The base register's value after a post-modify access.
std::uint32_t postmodified_base(const CpuState& state, const Instruction& insn);

}  // namespace epysim::epiphany
