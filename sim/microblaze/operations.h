#pragma once
// What each computing instruction does to registers and flags, for whatever executes it: `Insn` is an Instruction, or anything with its
// operand fields (rd, ra, rb, immediate, imm, and where they matter width and condition). Pure functions of CpuState; no memory, no cycle
// numbers.

#include <bit>
#include <cstdint>

#include "sim/microblaze/cpu_state.h"
#include "sim/microblaze/fpu.h"
#include "sim/microblaze/instruction.h"

namespace epysim::microblaze {

/// The second operand: rB, or the immediate.
template <typename Insn>
std::uint32_t operand_b(const CpuState& state, const Insn& insn) {
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
template <typename Insn>
DivideFault divide_fault(const CpuState& state, const Insn& insn, bool is_signed) {
  if (state.r[insn.ra] == 0) return DivideFault::Zero;
  const bool overflow = is_signed && state.r[insn.ra] == 0xffffffffu && state.r[insn.rb] == 0x80000000u;
  return overflow ? DivideFault::Overflow : DivideFault::None;
}

namespace operations {

using Word = std::uint32_t;

template <typename Insn>
Word a_of(const CpuState& state, const Insn& insn) {
  return state.r[insn.ra];
}
inline Word carry(const CpuState& state) { return (state.msr & msr::kCarry) != 0 ? 1 : 0; }
inline void set_carry(CpuState& state, bool carry) { state.msr = (state.msr & ~msr::kCarry) | (carry ? msr::kCarry : 0); }

inline std::int32_t as_signed(Word value) { return static_cast<std::int32_t>(value); }
inline std::int64_t widened(Word value) { return as_signed(value); }
inline Word upper(std::int64_t product) { return static_cast<Word>(static_cast<std::uint64_t>(product) >> 32); }

// ---- sums: first + second + carry in, where a subtraction adds the complement of rA

template <bool kReverse, bool kCarryIn, bool kKeep, typename Insn>
void sum(CpuState& state, const Insn& insn) {
  const Word a = a_of(state, insn);
  const std::uint64_t first = kReverse ? ~a : a;
  const Word in = kCarryIn ? carry(state) : kReverse ? 1 : 0;
  const std::uint64_t total = first + operand_b(state, insn) + in;
  if (!kKeep) set_carry(state, total >> 32 != 0);
  put(state, insn.rd, static_cast<Word>(total));
}
#define SUM(name, reverse, carry_in, keep)       \
  template <typename Insn>                       \
  void name(CpuState& state, const Insn& insn) { \
    sum<reverse, carry_in, keep>(state, insn);   \
  }
SUM(add, false, false, false)
SUM(rsub, true, false, false)
SUM(addc, false, true, false)
SUM(rsubc, true, true, false)
SUM(addk, false, false, true)
SUM(rsubk, true, false, true)
SUM(addkc, false, true, true)
SUM(rsubkc, true, true, true)
#undef SUM

template <typename Insn>
void compare(CpuState& state, const Insn& insn, bool a_is_greater) {
  const Word difference = operand_b(state, insn) - a_of(state, insn);
  put(state, insn.rd, (difference & 0x7fffffffu) | (a_is_greater ? 0x80000000u : 0));
}
template <typename Insn>
void cmp(CpuState& state, const Insn& insn) {
  compare(state, insn, as_signed(a_of(state, insn)) > as_signed(operand_b(state, insn)));
}
template <typename Insn>
void cmpu(CpuState& state, const Insn& insn) {
  compare(state, insn, a_of(state, insn) > operand_b(state, insn));
}

// ---- products and quotients

template <typename Insn>
void mul(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) * operand_b(state, insn));
}
template <typename Insn>
void mulh(CpuState& state, const Insn& insn) {
  put(state, insn.rd, upper(widened(a_of(state, insn)) * widened(operand_b(state, insn))));
}
template <typename Insn>
void mulhsu(CpuState& state, const Insn& insn) {
  put(state, insn.rd, upper(widened(a_of(state, insn)) * std::int64_t{operand_b(state, insn)}));
}
template <typename Insn>
void mulhu(CpuState& state, const Insn& insn) {
  put(state, insn.rd, static_cast<Word>((std::uint64_t{a_of(state, insn)} * operand_b(state, insn)) >> 32));
}

template <typename Insn, typename Quotient>
void divide(CpuState& state, const Insn& insn, bool is_signed, const Quotient& quotient) {
  switch (divide_fault(state, insn, is_signed)) {
    case DivideFault::None:
      return put(state, insn.rd, quotient(state.r[insn.rb], state.r[insn.ra]));
    case DivideFault::Zero:
      put(state, insn.rd, 0);
      break;
    case DivideFault::Overflow:
      put(state, insn.rd, 0x80000000u);
      break;
  }
  state.msr |= msr::kDivide;
}
template <typename Insn>
void idiv(CpuState& state, const Insn& insn) {
  divide(state, insn, true, [](Word b, Word a) { return static_cast<Word>(as_signed(b) / as_signed(a)); });
}
template <typename Insn>
void idivu(CpuState& state, const Insn& insn) {
  divide(state, insn, false, [](Word b, Word a) { return b / a; });
}

// ---- shifts by a number, fields

template <typename Insn>
void bsrl(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) >> (operand_b(state, insn) & 31u));
}
template <typename Insn>
void bsra(CpuState& state, const Insn& insn) {
  put(state, insn.rd, static_cast<Word>(as_signed(a_of(state, insn)) >> (operand_b(state, insn) & 31u)));
}
template <typename Insn>
void bsll(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) << (operand_b(state, insn) & 31u));
}

/// The mask of a field before it is shifted to its place. A width beyond 1 .. 32 is undefined; here it is an empty field.
inline Word field_mask(int width) {
  if (width < 1) return 0;
  return width >= 32 ? ~Word{0} : (Word{1} << width) - 1;
}
template <typename Insn>
void bsefi(CpuState& state, const Insn& insn) {
  put(state, insn.rd, (a_of(state, insn) >> insn.imm) & field_mask(insn.width));
}
template <typename Insn>
void bsifi(CpuState& state, const Insn& insn) {
  const Word mask = field_mask(insn.width) << insn.imm;
  put(state, insn.rd, (state.r[insn.rd] & ~mask) | ((a_of(state, insn) << insn.imm) & mask));
}

// ---- logic and comparison of patterns

template <typename Insn>
void or_(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) | operand_b(state, insn));
}
template <typename Insn>
void and_(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) & operand_b(state, insn));
}
template <typename Insn>
void xor_(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) ^ operand_b(state, insn));
}
template <typename Insn>
void andn(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) & ~operand_b(state, insn));
}

template <typename Insn>
void pcmpbf(CpuState& state, const Insn& insn) {
  const Word differing = a_of(state, insn) ^ operand_b(state, insn);
  Word position = 0;
  for (Word byte = 4; byte >= 1; --byte) {
    if ((differing >> (8 * (4 - byte)) & 0xffu) == 0) position = byte;
  }
  put(state, insn.rd, position);
}
template <typename Insn>
void pcmpeq(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) == operand_b(state, insn) ? 1 : 0);
}
template <typename Insn>
void pcmpne(CpuState& state, const Insn& insn) {
  put(state, insn.rd, a_of(state, insn) != operand_b(state, insn) ? 1 : 0);
}

// ---- one operand

template <typename Insn>
void shift_right(CpuState& state, const Insn& insn, Word entering) {
  const Word a = a_of(state, insn);
  set_carry(state, (a & 1u) != 0);
  put(state, insn.rd, a >> 1 | entering << 31);
}
template <typename Insn>
void sra(CpuState& state, const Insn& insn) {
  shift_right(state, insn, a_of(state, insn) >> 31);
}
template <typename Insn>
void src(CpuState& state, const Insn& insn) {
  shift_right(state, insn, carry(state));
}
template <typename Insn>
void srl(CpuState& state, const Insn& insn) {
  shift_right(state, insn, 0);
}

template <typename Insn>
void sext8(CpuState& state, const Insn& insn) {
  put(state, insn.rd, static_cast<Word>(std::int32_t{static_cast<std::int8_t>(a_of(state, insn))}));
}
template <typename Insn>
void sext16(CpuState& state, const Insn& insn) {
  put(state, insn.rd, static_cast<Word>(std::int32_t{static_cast<std::int16_t>(a_of(state, insn))}));
}
template <typename Insn>
void clz(CpuState& state, const Insn& insn) {
  put(state, insn.rd, static_cast<Word>(std::countl_zero(a_of(state, insn))));
}
template <typename Insn>
void swapb(CpuState& state, const Insn& insn) {
  put(state, insn.rd, __builtin_bswap32(a_of(state, insn)));
}
template <typename Insn>
void swaph(CpuState& state, const Insn& insn) {
  put(state, insn.rd, std::rotl(a_of(state, insn), 16));
}

// ---- floating point: what to write, and which flags it raises

template <typename Insn>
fpu::Result fadd(const CpuState& state, const Insn& insn) {
  return fpu::add(state.r[insn.ra], state.r[insn.rb]);
}
template <typename Insn>
fpu::Result frsub(const CpuState& state, const Insn& insn) {
  return fpu::reverse_subtract(state.r[insn.ra], state.r[insn.rb]);
}
template <typename Insn>
fpu::Result fmul(const CpuState& state, const Insn& insn) {
  return fpu::multiply(state.r[insn.ra], state.r[insn.rb]);
}
template <typename Insn>
fpu::Result fdiv(const CpuState& state, const Insn& insn) {
  return fpu::reverse_divide(state.r[insn.ra], state.r[insn.rb]);
}
template <typename Insn>
fpu::Result fcmp(const CpuState& state, const Insn& insn) {
  return fpu::compare(static_cast<FloatCondition>(insn.condition), state.r[insn.ra], state.r[insn.rb]);
}
template <typename Insn>
fpu::Result flt(const CpuState& state, const Insn& insn) {
  return fpu::from_integer(state.r[insn.ra]);
}
template <typename Insn>
fpu::Result fint(const CpuState& state, const Insn& insn) {
  return fpu::to_integer(state.r[insn.ra]);
}
template <typename Insn>
fpu::Result fsqrt(const CpuState& state, const Insn& insn) {
  return fpu::square_root(state.r[insn.ra]);
}
inline void put_float(CpuState& state, unsigned rd, fpu::Result result) {
  state.fsr |= result.flags;
  put(state, rd, result.bits);
}

}  // namespace operations
}  // namespace epysim::microblaze
