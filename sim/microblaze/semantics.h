#pragma once
// What each computing instruction does to registers and flags: the actions Add .. Fsqrt. Pure functions of CpuState; no memory, no cycle
// numbers. Everything else an instruction can do (branches, loads, special registers ...) belongs to the core (core.h).

#include <cstdint>

#include "sim/microblaze/cpu_state.h"
#include "sim/microblaze/instruction.h"

namespace epysim::microblaze {

using Semantics = void (*)(CpuState& state, const Instruction& insn);

/// The function for an action; nullptr for those the core executes itself.
Semantics semantics_of(Action action);

/// The second operand: rB, or the immediate.
inline std::uint32_t operand_b(const CpuState& state, const Instruction& insn) {
  return insn.immediate ? static_cast<std::uint32_t>(insn.imm) : state.r[insn.rb];
}

/// r0 stays zero.
inline void put(CpuState& state, unsigned rd, std::uint32_t value) {
  state.r[rd] = value;
  state.r[0] = 0;
}

/// Of a Bcc, on the value of rA.
inline bool holds(Condition condition, std::uint32_t value) {
  const auto number = static_cast<std::int32_t>(value);
  switch (condition) {
    case Condition::Equal:
      return number == 0;
    case Condition::NotEqual:
      return number != 0;
    case Condition::Less:
      return number < 0;
    case Condition::LessOrEqual:
      return number <= 0;
    case Condition::Greater:
      return number > 0;
    case Condition::GreaterOrEqual:
      return number >= 0;
  }
  return false;
}

/// What is wrong with a division.
enum class DivideFault : std::uint8_t { None, Zero, Overflow };
inline DivideFault divide_fault(const CpuState& state, const Instruction& insn) {
  if (state.r[insn.ra] == 0) return DivideFault::Zero;
  const bool overflow = insn.action == Action::Idiv && state.r[insn.ra] == 0xffffffffu && state.r[insn.rb] == 0x80000000u;
  return overflow ? DivideFault::Overflow : DivideFault::None;
}

}  // namespace epysim::microblaze
