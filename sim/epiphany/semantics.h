#pragma once
// What each computing instruction does to the registers and flags: IALU, FPU/IALU2, moves, branches and jumps. Pure functions of
// CpuState; no memory, no cycle numbers. Loads, stores and system instructions belong to the core (core.h), which uses the address
// helpers below.

#include <array>
#include <cstdint>

#include "sim/epiphany/cpu_state.h"
#include "sim/epiphany/instruction.h"

namespace epysim::epiphany {

/// Executes an instruction of the actions Add .. Fabs, Branch .. JumpLink and Nop. `state.next_pc` is already the
/// sequential one. FPU results follow CONFIG (rounding, integer mode) and set the sticky flags; raising the software
/// exception that an enabled sticky flag asks for is the core's task.
using Semantics = void (*)(CpuState& state, const Instruction& insn);

/// The function for an action; nullptr for those the core executes itself (Load, Store, Testset, Movts, Movfs, Idle ...).
Semantics semantics_of(Action action);

namespace detail {
/// For each condition code, one bit per value of the six flags AZ AN AC AV BZ BN (STATUS bits 4 to 9).
inline constexpr std::array<std::uint64_t, 16> kHolds = [] {
  std::array<std::uint64_t, 16> table{};
  for (unsigned flags = 0; flags < 64; ++flags) {
    const std::uint32_t word = flags << 4;
    const bool az = (word & status::kAZ) != 0, an = (word & status::kAN) != 0, ac = (word & status::kAC) != 0;
    const bool av = (word & status::kAV) != 0, bz = (word & status::kBZ) != 0, bn = (word & status::kBN) != 0;
    const bool holds[16] = {az, !az, ac && !az, ac,       !ac || az, !ac, !az && an == av, an == av, an != av, az || an != av,
                            bz, !bz, bn && !bz, bn || bz, true,      true};
    for (unsigned c = 0; c < 16; ++c) table[c] |= std::uint64_t{holds[c]} << flags;
  }
  return table;
}();
}  // namespace detail

/// Condition codes of B<cond> and MOV<cond> on the flags in a STATUS word: 0 to 15 are EQ NE GTU GTEU LTEU LTU GT GTE LT LTE
/// (integer), BEQ BNE BLT BLTE (floating), always, and the always of a linking branch.
inline bool condition_holds(unsigned condition, std::uint32_t status_word) {
  return ((detail::kHolds[condition & 15u] >> ((status_word >> 4) & 63u)) & 1u) != 0;
}

/// What index or post-modification adds to the base, sign included.
inline std::uint32_t address_offset(const CpuState& state, const Instruction& insn) {
  if (insn.immediate) return static_cast<std::uint32_t>(insn.imm);
  return insn.subtract ? 0u - state.r[insn.rm] : state.r[insn.rm];
}

/// The address a load, store or TESTSET uses (before post-modification).
inline std::uint32_t effective_address(const CpuState& state, const Instruction& insn) {
  const bool modifies_later = insn.addressing == Addressing::PostmodifyRegister || insn.addressing == Addressing::PostmodifyImmediate;
  return state.r[insn.rn] + (modifies_later ? 0u : address_offset(state, insn));
}

/// The base register's value after a post-modify access.
inline std::uint32_t postmodified_base(const CpuState& state, const Instruction& insn) {
  return state.r[insn.rn] + address_offset(state, insn);
}

}  // namespace epysim::epiphany
