#pragma once
// The bodies of the FPU's actions, inline like those of integer_semantics.h.

#include <cstdint>

#include "sim/epiphany/fpu.h"
#include "sim/epiphany/integer_semantics.h"
#include "sim/epiphany/semantics.h"

namespace epysim::epiphany::semantics {

inline fpu::Rounding rounding(const CpuState& state) { return static_cast<fpu::Rounding>((state.config & config::kTruncate) != 0); }

inline bool integer_mode(const CpuState& state) { return (state.config & config::kArithmodeMask) == config::kArithmodeInteger; }

/// BV shows this instruction only, the other exceptions stay until software clears them.
inline void set_floating(CpuState& state, unsigned rd, fpu::Result result, bool zero) {
  state.r[rd] = result.bits;
  state.status = (state.status & ~(status::kBZ | status::kBN | status::kBV)) | flag_if(zero, status::kBZ) |
                 flag_from_sign(result.bits, status::kBN) | result.flags;
}

inline void set_float(CpuState& state, unsigned rd, fpu::Result result) { set_floating(state, rd, result, (result.bits << 1) == 0); }

/// Integer mode leaves BV and the sticky flags alone.
inline void set_integer(CpuState& state, unsigned rd, uint32_t result) {
  set_floating(state, rd, {result, state.status & status::kBV}, result == 0);
}

template <typename Operands>
void fadd(CpuState& state, const Operands& insn) {
  const uint32_t a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, a + b);
  set_float(state, insn.rd, fpu::add(a, b, rounding(state)));
}

template <typename Operands>
void fsub(CpuState& state, const Operands& insn) {
  const uint32_t a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, a - b);
  set_float(state, insn.rd, fpu::subtract(a, b, rounding(state)));
}

template <typename Operands>
void fmul(CpuState& state, const Operands& insn) {
  const uint32_t a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, a * b);
  set_float(state, insn.rd, fpu::multiply(a, b, rounding(state)));
}

template <typename Operands>
void fmadd(CpuState& state, const Operands& insn) {
  const uint32_t d = state.r[insn.rd], a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, d + a * b);
  set_float(state, insn.rd, fpu::multiply_add(d, a, b, rounding(state)));
}

template <typename Operands>
void fmsub(CpuState& state, const Operands& insn) {
  const uint32_t d = state.r[insn.rd], a = state.r[insn.rn], b = state.r[insn.rm];
  if (integer_mode(state)) return set_integer(state, insn.rd, d - a * b);
  set_float(state, insn.rd, fpu::multiply_subtract(d, a, b, rounding(state)));
}

// The conversions and FABS have no integer counterpart: CONFIG.ARITHMODE does not change them.
template <typename Operands>
void float_(CpuState& state, const Operands& insn) {
  set_float(state, insn.rd, fpu::from_integer(state.r[insn.rn], rounding(state)));
}

template <typename Operands>
void fix(CpuState& state, const Operands& insn) {
  const fpu::Result result = fpu::to_integer(state.r[insn.rn], rounding(state));
  set_floating(state, insn.rd, result, result.bits == 0);
}

template <typename Operands>
void fabs_(CpuState& state, const Operands& insn) {
  set_float(state, insn.rd, fpu::absolute(state.r[insn.rn]));
}

}  // namespace epysim::epiphany::semantics
