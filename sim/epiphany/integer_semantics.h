#pragma once
// The bodies of the integer and branch actions, inline: engines run them once per simulated instruction. Everybody else takes them from
// semantics_of() (semantics.h). Flags are made by shifting, not by branching.

#include <cstdint>

#include "sim/epiphany/semantics.h"

namespace epysim::epiphany::semantics {

using std::uint32_t;

inline constexpr unsigned kLinkRegister = 14;

/// The STATUS bit `flag`, or nothing.
constexpr uint32_t flag_if(bool value, uint32_t flag) { return value ? flag : 0; }
constexpr uint32_t flag_from_sign(uint32_t word, uint32_t flag) { return flag_if((word >> 31) != 0, flag); }

/// Whether anybody will look at the flags of an instruction before the next one sets them; AVS, which is sticky, is always kept.
enum class Flags { All, OnlySticky };

// `Operands` is an Instruction, or whatever an engine made of it: rd, rn, rm, imm, immediate.

template <typename Operands>
uint32_t second_operand(const CpuState& state, const Operands& insn) {
  return insn.immediate ? static_cast<uint32_t>(insn.imm) : state.r[insn.rm];
}

inline constexpr uint32_t kIntegerFlags = status::kAZ | status::kAN | status::kAC | status::kAV;

/// AZ and AN from the result; AC and AV as given; AVS remembers AV. `overflow` has the flag in its sign bit.
template <Flags kFlags>
void set_arithmetic(CpuState& state, unsigned rd, uint32_t result, bool carry, uint32_t overflow) {
  state.r[rd] = result;
  if constexpr (kFlags == Flags::OnlySticky) {
    if ((overflow >> 31) != 0) [[unlikely]]
      state.status |= status::kAVS;
    return;
  }
  state.status = (state.status & ~kIntegerFlags) | flag_if(result == 0, status::kAZ) | flag_from_sign(result, status::kAN) |
                 flag_if(carry, status::kAC) | flag_from_sign(overflow, status::kAV | status::kAVS);
}

template <Flags kFlags>
void set_logic(CpuState& state, unsigned rd, uint32_t result) {
  set_arithmetic<kFlags>(state, rd, result, false, 0);
}

template <Flags kFlags = Flags::All, typename Operands>
void add(CpuState& state, const Operands& insn) {
  const uint32_t a = state.r[insn.rn], b = second_operand(state, insn), sum = a + b;
  set_arithmetic<kFlags>(state, insn.rd, sum, sum < a, (a ^ sum) & (b ^ sum));
}

template <Flags kFlags = Flags::All, typename Operands>
void sub(CpuState& state, const Operands& insn) {
  const uint32_t a = state.r[insn.rn], b = second_operand(state, insn), difference = a - b;
  set_arithmetic<kFlags>(state, insn.rd, difference, a >= b, (a ^ b) & (a ^ difference));  // the carry is "no borrow"
}

template <Flags kFlags = Flags::All, typename Operands>
void and_(CpuState& state, const Operands& insn) {
  set_logic<kFlags>(state, insn.rd, state.r[insn.rn] & second_operand(state, insn));
}
template <Flags kFlags = Flags::All, typename Operands>
void orr(CpuState& state, const Operands& insn) {
  set_logic<kFlags>(state, insn.rd, state.r[insn.rn] | second_operand(state, insn));
}
template <Flags kFlags = Flags::All, typename Operands>
void eor(CpuState& state, const Operands& insn) {
  set_logic<kFlags>(state, insn.rd, state.r[insn.rn] ^ second_operand(state, insn));
}

template <Flags kFlags = Flags::All, typename Operands>
void lsl(CpuState& state, const Operands& insn) {
  set_logic<kFlags>(state, insn.rd, state.r[insn.rn] << (second_operand(state, insn) & 31u));
}
template <Flags kFlags = Flags::All, typename Operands>
void lsr(CpuState& state, const Operands& insn) {
  set_logic<kFlags>(state, insn.rd, state.r[insn.rn] >> (second_operand(state, insn) & 31u));
}
template <Flags kFlags = Flags::All, typename Operands>
void asr(CpuState& state, const Operands& insn) {
  const auto value = static_cast<std::int32_t>(state.r[insn.rn]);
  set_logic<kFlags>(state, insn.rd, static_cast<uint32_t>(value >> (second_operand(state, insn) & 31u)));
}

inline void bitr(CpuState& state, const Instruction& insn) {
  uint32_t v = state.r[insn.rn];
  v = (v >> 1 & 0x55555555u) | (v & 0x55555555u) << 1;
  v = (v >> 2 & 0x33333333u) | (v & 0x33333333u) << 2;
  v = (v >> 4 & 0x0f0f0f0fu) | (v & 0x0f0f0f0fu) << 4;
  set_logic<Flags::All>(state, insn.rd, __builtin_bswap32(v));
}

template <typename Operands>
void mov(CpuState& state, const Operands& insn) {
  state.r[insn.rd] = insn.immediate ? static_cast<uint32_t>(insn.imm) : state.r[insn.rn];
}

template <typename Operands>
void movt(CpuState& state, const Operands& insn) {
  state.r[insn.rd] = (state.r[insn.rd] & 0xffffu) | static_cast<uint32_t>(insn.imm) << 16;
}

inline void mov_cond(CpuState& state, const Instruction& insn) {
  if (condition_holds(insn.condition, state.status)) state.r[insn.rd] = state.r[insn.rn];
}

inline void branch(CpuState& state, const Instruction& insn) {
  if (condition_holds(insn.condition, state.status)) state.next_pc = state.pc + static_cast<uint32_t>(insn.imm);
}

inline void branch_link(CpuState& state, const Instruction& insn) {
  state.r[kLinkRegister] = state.next_pc;
  state.next_pc = state.pc + static_cast<uint32_t>(insn.imm);
}

inline void jump(CpuState& state, const Instruction& insn) { state.next_pc = state.r[insn.rn]; }

inline void jump_link(CpuState& state, const Instruction& insn) {
  const uint32_t target = state.r[insn.rn];  // may be LR itself
  state.r[kLinkRegister] = state.next_pc;
  state.next_pc = target;
}

}  // namespace epysim::epiphany::semantics
