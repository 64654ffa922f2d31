#pragma once
// The Epiphany's floating point unit, bit for bit: IEEE-754 binary32 with one rounding per instruction, in two rounding modes, without
// denormals. Everything works on register contents (uint32_t), so that the host's floating point habits cannot leak in.
//
// Rules ("Epiphany Architecture Reference", IEEE floating-point support; * where no source decides and this is our choice):
//   rounding    to nearest even, or truncation (towards zero)
//   operands    a denormal counts as zero of its sign and sets no flag *
//   underflow   a result that is below 2^-126 in magnitude after rounding * becomes zero of its sign: BUS
//   overflow    infinity when rounding to nearest, the largest finite number when truncating *: BV and BVS
//   NaN         a NaN operand gives the quiet NaN 0x7fc00000 * whose sign is the exclusive or of the operands' signs: BIS
//   invalid     0 times infinity, infinity minus infinity: as a NaN operand
//   infinity    an infinite operand's infinite result is exact: no flag

#include <cstdint>

namespace epysim::epiphany::fpu {

enum class Rounding : bool { NearestEven, Truncate };

/// `flags` holds what the operation raised, as STATUS bits: BV with BVS, BUS, BIS. BZ and BN follow from `bits`.
struct Result {
  std::uint32_t bits = 0;
  std::uint32_t flags = 0;
};

Result add(std::uint32_t a, std::uint32_t b, Rounding rounding);
Result subtract(std::uint32_t a, std::uint32_t b, Rounding rounding);
Result multiply(std::uint32_t a, std::uint32_t b, Rounding rounding);
/// accumulator + a * b and accumulator - a * b, rounded once.
Result multiply_add(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b, Rounding rounding);
Result multiply_subtract(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b, Rounding rounding);

/// FLOAT: signed integer to floating point.
Result from_integer(std::uint32_t integer, Rounding rounding);
/// FIX: floating point to signed integer. Beyond the integers it saturates, without a flag *; a NaN saturates by its sign and sets BIS.
Result to_integer(std::uint32_t a, Rounding rounding);
/// FABS: without its sign.
Result absolute(std::uint32_t a);

}  // namespace epysim::epiphany::fpu
