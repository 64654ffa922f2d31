#pragma once
// The MicroBlaze floating point unit, bit for bit: IEEE-754 binary32, rounded to nearest even, without denormals. Everything works on
// register contents, so that the host's floating point habits cannot leak in. (UG984, the pages of the instructions; * where no source
// decides and this is our choice.)
//
//   denormal operand   0xffc00000 (a comparison: 0), FSR.DO; looked at before everything else
//   NaN                every NaN result is 0xffc00000; a signalling NaN operand, and an operation without a result: FSR.IO
//   underflow          a result that is below 2^-126 in magnitude after rounding * becomes zero of its sign: FSR.UF
//   overflow           infinity: FSR.OF
//   finite / 0         infinity: FSR.DZ
//
// The host's float arithmetic does what both machines are bound to the same result by IEEE-754: operands without denormals, NaNs and
// infinities, and an ordinary result. Everything else goes to sim/core/binary32.h.

#include <cstdint>

#include "sim/microblaze/instruction.h"

namespace epysim::microblaze::fpu {

/// `flags`: what the operation raised, as bits of FSR.
struct Result {
  std::uint32_t bits = 0;
  std::uint32_t flags = 0;
};

Result add(std::uint32_t a, std::uint32_t b);
/// b - a
Result reverse_subtract(std::uint32_t a, std::uint32_t b);
Result multiply(std::uint32_t a, std::uint32_t b);
/// b / a
Result reverse_divide(std::uint32_t a, std::uint32_t b);
/// Whether b is so in comparison with a: 1 or 0.
Result compare(FloatCondition condition, std::uint32_t a, std::uint32_t b);
/// FLT: of a signed integer.
Result from_integer(std::uint32_t a);
/// FINT: truncated to a signed integer; 0xffc00000 when it is none of 32 bits.
Result to_integer(std::uint32_t a);
Result square_root(std::uint32_t a);

}  // namespace epysim::microblaze::fpu
