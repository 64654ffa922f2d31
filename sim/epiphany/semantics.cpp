// One function per action. They run once per simulated instruction: flags are made by shifting, not by branching.

#include "sim/epiphany/semantics.h"

#include "sim/epiphany/fpu.h"

namespace epysim::epiphany {
namespace {

using std::uint32_t;

constexpr unsigned kLinkRegister = 14;

/// The STATUS bit `flag`, or nothing.
constexpr uint32_t flag_if(bool value, uint32_t flag) { return value ? flag : 0; }
constexpr uint32_t flag_from_sign(uint32_t word, uint32_t flag) { return flag_if((word >> 31) != 0, flag); }

uint32_t second_operand(const CpuState& state, const Instruction& insn) {
  return insn.immediate ? static_cast<uint32_t>(insn.imm) : state.r[insn.rm];
}

constexpr uint32_t kIntegerFlags = status::kAZ | status::kAN | status::kAC | status::kAV;

/// AZ and AN from the result; AC and AV as given; AVS remembers AV. `overflow` has the flag in its sign bit.
void set_arithmetic(CpuState& state, unsigned rd, uint32_t result, bool carry, uint32_t overflow) {
  state.r[rd] = result;
  state.status = (state.status & ~kIntegerFlags) | flag_if(result == 0, status::kAZ) | flag_from_sign(result, status::kAN) |
                 flag_if(carry, status::kAC) | flag_from_sign(overflow, status::kAV | status::kAVS);
}

void set_logic(CpuState& state, unsigned rd, uint32_t result) { set_arithmetic(state, rd, result, false, 0); }

void add(CpuState& state, const Instruction& insn) {
  const uint32_t a = state.r[insn.rn], b = second_operand(state, insn), sum = a + b;
  set_arithmetic(state, insn.rd, sum, sum < a, (a ^ sum) & (b ^ sum));
}

void sub(CpuState& state, const Instruction& insn) {
  const uint32_t a = state.r[insn.rn], b = second_operand(state, insn), difference = a - b;
  set_arithmetic(state, insn.rd, difference, a >= b, (a ^ b) & (a ^ difference));  // the carry is "no borrow"
}

void and_(CpuState& state, const Instruction& insn) { set_logic(state, insn.rd, state.r[insn.rn] & second_operand(state, insn)); }
void orr(CpuState& state, const Instruction& insn) { set_logic(state, insn.rd, state.r[insn.rn] | second_operand(state, insn)); }
void eor(CpuState& state, const Instruction& insn) { set_logic(state, insn.rd, state.r[insn.rn] ^ second_operand(state, insn)); }

void lsl(CpuState& state, const Instruction& insn) { set_logic(state, insn.rd, state.r[insn.rn] << (second_operand(state, insn) & 31u)); }
void lsr(CpuState& state, const Instruction& insn) { set_logic(state, insn.rd, state.r[insn.rn] >> (second_operand(state, insn) & 31u)); }
void asr(CpuState& state, const Instruction& insn) {
  const auto value = static_cast<std::int32_t>(state.r[insn.rn]);
  set_logic(state, insn.rd, static_cast<uint32_t>(value >> (second_operand(state, insn) & 31u)));
}

void bitr(CpuState& state, const Instruction& insn) {
  uint32_t v = state.r[insn.rn];
  v = (v >> 1 & 0x55555555u) | (v & 0x55555555u) << 1;
  v = (v >> 2 & 0x33333333u) | (v & 0x33333333u) << 2;
  v = (v >> 4 & 0x0f0f0f0fu) | (v & 0x0f0f0f0fu) << 4;
  set_logic(state, insn.rd, __builtin_bswap32(v));
}

void mov(CpuState& state, const Instruction& insn) {
  state.r[insn.rd] = insn.immediate ? static_cast<uint32_t>(insn.imm) : state.r[insn.rn];
}

void movt(CpuState& state, const Instruction& insn) {
  state.r[insn.rd] = (state.r[insn.rd] & 0xffffu) | static_cast<uint32_t>(insn.imm) << 16;
}

void mov_cond(CpuState& state, const Instruction& insn) {
  if (condition_holds(insn.condition, state.status)) state.r[insn.rd] = state.r[insn.rn];
}

fpu::Rounding rounding(const CpuState& state) { return static_cast<fpu::Rounding>((state.config & config::kTruncate) != 0); }

bool integer_mode(const CpuState& state) { return (state.config & config::kArithmodeMask) == config::kArithmodeInteger; }

/// BV shows this instruction only, the other exceptions stay until software clears them.
void set_floating(CpuState& state, unsigned rd, fpu::Result result, bool zero) {
  state.r[rd] = result.bits;
  state.status = (state.status & ~(status::kBZ | status::kBN | status::kBV)) | flag_if(zero, status::kBZ) |
                 flag_from_sign(result.bits, status::kBN) | result.flags;
}

void set_float(CpuState& state, unsigned rd, fpu::Result result) { set_floating(state, rd, result, (result.bits << 1) == 0); }

/// Integer mode leaves BV and the sticky flags alone.
void set_integer(CpuState& state, unsigned rd, uint32_t result) {
  set_floating(state, rd, {result, state.status & status::kBV}, result == 0);
}

void fadd(CpuState& state, const Instruction& insn) {
  const uint32_t a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, a + b);
  set_float(state, insn.rd, fpu::add(a, b, rounding(state)));
}

void fsub(CpuState& state, const Instruction& insn) {
  const uint32_t a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, a - b);
  set_float(state, insn.rd, fpu::subtract(a, b, rounding(state)));
}

void fmul(CpuState& state, const Instruction& insn) {
  const uint32_t a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, a * b);
  set_float(state, insn.rd, fpu::multiply(a, b, rounding(state)));
}

void fmadd(CpuState& state, const Instruction& insn) {
  const uint32_t d = state.r[insn.rd], a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, d + a * b);
  set_float(state, insn.rd, fpu::multiply_add(d, a, b, rounding(state)));
}

void fmsub(CpuState& state, const Instruction& insn) {
  const uint32_t d = state.r[insn.rd], a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, d - a * b);
  set_float(state, insn.rd, fpu::multiply_subtract(d, a, b, rounding(state)));
}

// The conversions and FABS have no integer counterpart: CONFIG.ARITHMODE does not change them.
void float_(CpuState& state, const Instruction& insn) { set_float(state, insn.rd, fpu::from_integer(state.r[insn.rn], rounding(state))); }

void fix(CpuState& state, const Instruction& insn) {
  const fpu::Result result = fpu::to_integer(state.r[insn.rn], rounding(state));
  set_floating(state, insn.rd, result, result.bits == 0);
}

void fabs_(CpuState& state, const Instruction& insn) { set_float(state, insn.rd, fpu::absolute(state.r[insn.rn])); }

void branch(CpuState& state, const Instruction& insn) {
  if (condition_holds(insn.condition, state.status)) state.next_pc = state.pc + static_cast<uint32_t>(insn.imm);
}

void branch_link(CpuState& state, const Instruction& insn) {
  state.r[kLinkRegister] = state.next_pc;
  state.next_pc = state.pc + static_cast<uint32_t>(insn.imm);
}

void jump(CpuState& state, const Instruction& insn) { state.next_pc = state.r[insn.rn]; }

void jump_link(CpuState& state, const Instruction& insn) {
  const uint32_t target = state.r[insn.rn];  // may be LR itself
  state.r[kLinkRegister] = state.next_pc;
  state.next_pc = target;
}

void nop(CpuState&, const Instruction&) {}

}  // namespace

Semantics semantics_of(Action action) {
  // clang-format off
  switch (action) {
    case Action::Add: return add;
    case Action::Sub: return sub;
    case Action::And: return and_;
    case Action::Orr: return orr;
    case Action::Eor: return eor;
    case Action::Asr: return asr;
    case Action::Lsr: return lsr;
    case Action::Lsl: return lsl;
    case Action::Bitr: return bitr;
    case Action::Mov: return mov;
    case Action::Movt: return movt;
    case Action::MovCond: return mov_cond;
    case Action::Fadd: return fadd;
    case Action::Fsub: return fsub;
    case Action::Fmul: return fmul;
    case Action::Fmadd: return fmadd;
    case Action::Fmsub: return fmsub;
    case Action::Float: return float_;
    case Action::Fix: return fix;
    case Action::Fabs: return fabs_;
    case Action::Branch: return branch;
    case Action::BranchLink: return branch_link;
    case Action::Jump: return jump;
    case Action::JumpLink: return jump_link;
    case Action::Nop: return nop;
    case Action::Load: case Action::Store: case Action::Testset: case Action::Movts: case Action::Movfs: case Action::Idle:
    case Action::Bkpt: case Action::Mbkpt: case Action::Rti: case Action::Swi: case Action::Trap: case Action::Sync:
    case Action::Wand: case Action::Gie: case Action::Gid: case Action::Unimpl: case Action::Invalid:
      return nullptr;
  }
  // clang-format on
  return nullptr;
}

}  // namespace epysim::epiphany
