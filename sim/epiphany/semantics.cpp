// One function per action; the integer ones are in integer_semantics.h.

#include "sim/epiphany/semantics.h"

#include "sim/epiphany/fpu.h"
#include "sim/epiphany/integer_semantics.h"

namespace epysim::epiphany {
namespace {

using namespace semantics;

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
