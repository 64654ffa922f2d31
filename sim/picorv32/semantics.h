#pragma once
// What instructions of RV32IM compute: a value of two operands. Everything else (memory, jumps, time) is the core's.

#include <cstdint>

#include "sim/picorv32/instruction.h"

namespace epysim::picorv32 {

/// The result of an action that computes (Action::Add to Action::RemainderUnsigned); comparisons give 0 or 1. A divisor of zero gives all
/// ones and the dividend as remainder, the quotient that does not fit gives the dividend and no remainder (RISC-V, volume I, chapter "M").
std::uint32_t compute(Action action, std::uint32_t a, std::uint32_t b);

}  // namespace epysim::picorv32
