// One function per action.

#include "sim/microblaze/semantics.h"

#include <bit>

#include "sim/microblaze/fpu.h"

namespace epysim::microblaze {
namespace {

using Word = std::uint32_t;

Word a_of(const CpuState& state, const Instruction& insn) { return state.r[insn.ra]; }
Word carry(const CpuState& state) { return (state.msr & msr::kCarry) != 0 ? 1 : 0; }
void set_carry(CpuState& state, bool carry) { state.msr = carry ? state.msr | msr::kCarry : state.msr & ~msr::kCarry; }

std::int32_t as_signed(Word value) { return static_cast<std::int32_t>(value); }
std::int64_t widened(Word value) { return as_signed(value); }
Word upper(std::int64_t product) { return static_cast<Word>(static_cast<std::uint64_t>(product) >> 32); }

// ---- sums: first + second + carry in, where a subtraction adds the complement of rA

template <bool kReverse, bool kCarryIn, bool kKeep>
void sum(CpuState& state, const Instruction& insn) {
  const Word a = a_of(state, insn);
  const std::uint64_t first = kReverse ? ~a : a;
  const Word in = kCarryIn ? carry(state) : kReverse ? 1 : 0;
  const std::uint64_t total = first + operand_b(state, insn) + in;
  if (!kKeep) set_carry(state, total >> 32 != 0);
  put(state, insn.rd, static_cast<Word>(total));
}

void compare(CpuState& state, const Instruction& insn, bool a_is_greater) {
  const Word difference = operand_b(state, insn) - a_of(state, insn);
  put(state, insn.rd, (difference & 0x7fffffffu) | (a_is_greater ? 0x80000000u : 0));
}
void cmp(CpuState& state, const Instruction& insn) {
  compare(state, insn, as_signed(a_of(state, insn)) > as_signed(operand_b(state, insn)));
}
void cmpu(CpuState& state, const Instruction& insn) { compare(state, insn, a_of(state, insn) > operand_b(state, insn)); }

// ---- products and quotients

void mul(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) * operand_b(state, insn)); }
void mulh(CpuState& state, const Instruction& insn) {
  put(state, insn.rd, upper(widened(a_of(state, insn)) * widened(operand_b(state, insn))));
}
void mulhsu(CpuState& state, const Instruction& insn) {
  put(state, insn.rd, upper(widened(a_of(state, insn)) * std::int64_t{operand_b(state, insn)}));
}
void mulhu(CpuState& state, const Instruction& insn) {
  put(state, insn.rd, static_cast<Word>((std::uint64_t{a_of(state, insn)} * operand_b(state, insn)) >> 32));
}

template <typename Quotient>
void divide(CpuState& state, const Instruction& insn, const Quotient& quotient) {
  switch (divide_fault(state, insn)) {
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
void idiv(CpuState& state, const Instruction& insn) {
  divide(state, insn, [](Word b, Word a) { return static_cast<Word>(as_signed(b) / as_signed(a)); });
}
void idivu(CpuState& state, const Instruction& insn) {
  divide(state, insn, [](Word b, Word a) { return b / a; });
}

// ---- shifts by a number, fields

void bsrl(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) >> (operand_b(state, insn) & 31u)); }
void bsra(CpuState& state, const Instruction& insn) {
  put(state, insn.rd, static_cast<Word>(as_signed(a_of(state, insn)) >> (operand_b(state, insn) & 31u)));
}
void bsll(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) << (operand_b(state, insn) & 31u)); }

/// The mask of a field before it is shifted to its place. A width beyond 1 .. 32 is undefined; here it is an empty field.
Word field_mask(const Instruction& insn) {
  if (insn.width < 1) return 0;
  return insn.width >= 32 ? ~Word{0} : (Word{1} << insn.width) - 1;
}
void bsefi(CpuState& state, const Instruction& insn) { put(state, insn.rd, (a_of(state, insn) >> insn.imm) & field_mask(insn)); }
void bsifi(CpuState& state, const Instruction& insn) {
  const Word mask = field_mask(insn) << insn.imm;
  put(state, insn.rd, (state.r[insn.rd] & ~mask) | ((a_of(state, insn) << insn.imm) & mask));
}

// ---- logic and comparison of patterns

void or_(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) | operand_b(state, insn)); }
void and_(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) & operand_b(state, insn)); }
void xor_(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) ^ operand_b(state, insn)); }
void andn(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) & ~operand_b(state, insn)); }

void pcmpbf(CpuState& state, const Instruction& insn) {
  const Word differing = a_of(state, insn) ^ operand_b(state, insn);
  Word position = 0;
  for (Word byte = 4; byte >= 1; --byte) {
    if ((differing >> (8 * (4 - byte)) & 0xffu) == 0) position = byte;
  }
  put(state, insn.rd, position);
}
void pcmpeq(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) == operand_b(state, insn) ? 1 : 0); }
void pcmpne(CpuState& state, const Instruction& insn) { put(state, insn.rd, a_of(state, insn) != operand_b(state, insn) ? 1 : 0); }

// ---- one operand

void shift_right(CpuState& state, const Instruction& insn, Word entering) {
  const Word a = a_of(state, insn);
  set_carry(state, (a & 1u) != 0);
  put(state, insn.rd, a >> 1 | entering << 31);
}
void sra(CpuState& state, const Instruction& insn) { shift_right(state, insn, a_of(state, insn) >> 31); }
void src(CpuState& state, const Instruction& insn) { shift_right(state, insn, carry(state)); }
void srl(CpuState& state, const Instruction& insn) { shift_right(state, insn, 0); }

void sext8(CpuState& state, const Instruction& insn) {
  put(state, insn.rd, static_cast<Word>(std::int32_t{static_cast<std::int8_t>(a_of(state, insn))}));
}
void sext16(CpuState& state, const Instruction& insn) {
  put(state, insn.rd, static_cast<Word>(std::int32_t{static_cast<std::int16_t>(a_of(state, insn))}));
}
void clz(CpuState& state, const Instruction& insn) { put(state, insn.rd, static_cast<Word>(std::countl_zero(a_of(state, insn)))); }
void swapb(CpuState& state, const Instruction& insn) { put(state, insn.rd, __builtin_bswap32(a_of(state, insn))); }
void swaph(CpuState& state, const Instruction& insn) { put(state, insn.rd, std::rotl(a_of(state, insn), 16)); }

// ---- floating point

void set_float(CpuState& state, const Instruction& insn, fpu::Result result) {
  state.fsr |= result.flags;
  put(state, insn.rd, result.bits);
}
void fadd(CpuState& state, const Instruction& insn) { set_float(state, insn, fpu::add(state.r[insn.ra], state.r[insn.rb])); }
void frsub(CpuState& state, const Instruction& insn) { set_float(state, insn, fpu::reverse_subtract(state.r[insn.ra], state.r[insn.rb])); }
void fmul(CpuState& state, const Instruction& insn) { set_float(state, insn, fpu::multiply(state.r[insn.ra], state.r[insn.rb])); }
void fdiv(CpuState& state, const Instruction& insn) { set_float(state, insn, fpu::reverse_divide(state.r[insn.ra], state.r[insn.rb])); }
void fcmp(CpuState& state, const Instruction& insn) {
  set_float(state, insn, fpu::compare(static_cast<FloatCondition>(insn.condition), state.r[insn.ra], state.r[insn.rb]));
}
void flt(CpuState& state, const Instruction& insn) { set_float(state, insn, fpu::from_integer(state.r[insn.ra])); }
void fint(CpuState& state, const Instruction& insn) { set_float(state, insn, fpu::to_integer(state.r[insn.ra])); }
void fsqrt(CpuState& state, const Instruction& insn) { set_float(state, insn, fpu::square_root(state.r[insn.ra])); }

}  // namespace

Semantics semantics_of(Action action) {
  // clang-format off
  switch (action) {
    case Action::Add: return sum<false, false, false>;
    case Action::Rsub: return sum<true, false, false>;
    case Action::Addc: return sum<false, true, false>;
    case Action::Rsubc: return sum<true, true, false>;
    case Action::Addk: return sum<false, false, true>;
    case Action::Rsubk: return sum<true, false, true>;
    case Action::Addkc: return sum<false, true, true>;
    case Action::Rsubkc: return sum<true, true, true>;
    case Action::Cmp: return cmp;
    case Action::Cmpu: return cmpu;
    case Action::Mul: return mul;
    case Action::Mulh: return mulh;
    case Action::Mulhsu: return mulhsu;
    case Action::Mulhu: return mulhu;
    case Action::Idiv: return idiv;
    case Action::Idivu: return idivu;
    case Action::Bsrl: return bsrl;
    case Action::Bsra: return bsra;
    case Action::Bsll: return bsll;
    case Action::Bsefi: return bsefi;
    case Action::Bsifi: return bsifi;
    case Action::Or: return or_;
    case Action::And: return and_;
    case Action::Xor: return xor_;
    case Action::Andn: return andn;
    case Action::Pcmpbf: return pcmpbf;
    case Action::Pcmpeq: return pcmpeq;
    case Action::Pcmpne: return pcmpne;
    case Action::Sra: return sra;
    case Action::Src: return src;
    case Action::Srl: return srl;
    case Action::Sext8: return sext8;
    case Action::Sext16: return sext16;
    case Action::Clz: return clz;
    case Action::Swapb: return swapb;
    case Action::Swaph: return swaph;
    case Action::Fadd: return fadd;
    case Action::Frsub: return frsub;
    case Action::Fmul: return fmul;
    case Action::Fdiv: return fdiv;
    case Action::Fcmp: return fcmp;
    case Action::Flt: return flt;
    case Action::Fint: return fint;
    case Action::Fsqrt: return fsqrt;
    default: return nullptr;
  }
  // clang-format on
}

}  // namespace epysim::microblaze
