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
//
// Each operation has two ways to its result. The host's float arithmetic does it, inline, whenever the rounding is to nearest and the
// result is an ordinary number, because then both machines are bound to the same IEEE-754 result. Everything else goes to the exact
// integer arithmetic of sim/core/binary32.h. The only expression here that multiplies and adds is exact until its last rounding, whether
// the compiler contracts it or not.

#include <bit>
#include <cstdint>

#include "sim/core/binary32.h"

namespace epysim::epiphany::fpu {

using core::binary32::Rounding;

/// `flags` holds what the operation raised, as STATUS bits: BV with BVS, BUS, BIS. BZ and BN follow from `bits`.
struct Result {
  std::uint32_t bits = 0;
  std::uint32_t flags = 0;
};

namespace detail {

using core::binary32::as_bits;
using core::binary32::as_float;
using core::binary32::is_ordinary;
using core::binary32::kExponent;
using core::binary32::kSign;

/// Operands are flushed; a NaN result gets the sign of `nan_sign`.
Result add_exactly(std::uint32_t a, std::uint32_t b, std::uint32_t nan_sign, Rounding rounding);
Result multiply_exactly(std::uint32_t a, std::uint32_t b, Rounding rounding);
Result from_integer_exactly(std::uint32_t integer, Rounding rounding);
Result multiply_add_exactly(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b, std::uint32_t nan_sign, Rounding rounding);

/// An operand as the FPU sees it: denormals are zeros.
inline std::uint32_t flushed(std::uint32_t a) {
  if ((a & kExponent) == 0) [[unlikely]]
    return a & kSign;
  return a;
}

inline Result add_signed(std::uint32_t a, std::uint32_t b, std::uint32_t nan_sign, Rounding rounding) {
  a = flushed(a);
  b = flushed(b);
  if (rounding == Rounding::NearestEven) [[likely]] {
    const std::uint32_t bits = as_bits(as_float(a) + as_float(b));
    if (is_ordinary(bits)) [[likely]]
      return {bits, 0};
    if ((bits & ~kSign) == 0) return {bits, 0};  // a sum is zero only when it is exactly zero
  }
  return add_exactly(a, b, nan_sign, rounding);
}

inline Result multiply_add_signed(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b, std::uint32_t nan_sign, Rounding rounding) {
  accumulator = flushed(accumulator);
  a = flushed(a);
  b = flushed(b);
  if (rounding == Rounding::NearestEven) [[likely]] {
    // In double the product is exact. The sum, rounded once, is on the same side of every point half way between two floats as the exact
    // one; so only when it is such a point itself could rounding again go wrong.
    const double sum = double{as_float(a)} * double{as_float(b)} + double{as_float(accumulator)};
    const std::uint32_t bits = as_bits(static_cast<float>(sum));
    constexpr std::uint64_t kDropped = (std::uint64_t{1} << 29) - 1, kHalf = std::uint64_t{1} << 28;
    if (is_ordinary(bits) && (std::bit_cast<std::uint64_t>(sum) & kDropped) != kHalf) [[likely]]
      return {bits, 0};
  }
  return multiply_add_exactly(accumulator, a, b, nan_sign, rounding);
}

}  // namespace detail

inline Result add(std::uint32_t a, std::uint32_t b, Rounding rounding) { return detail::add_signed(a, b, a ^ b, rounding); }

inline Result subtract(std::uint32_t a, std::uint32_t b, Rounding rounding) {
  return detail::add_signed(a, b ^ detail::kSign, a ^ b, rounding);
}

inline Result multiply(std::uint32_t a, std::uint32_t b, Rounding rounding) {
  a = detail::flushed(a);
  b = detail::flushed(b);
  if (rounding == Rounding::NearestEven) [[likely]] {
    const std::uint32_t bits = detail::as_bits(detail::as_float(a) * detail::as_float(b));
    if (detail::is_ordinary(bits)) [[likely]]
      return {bits, 0};
  }
  return detail::multiply_exactly(a, b, rounding);
}

/// accumulator + a * b and accumulator - a * b, rounded once.
inline Result multiply_add(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b, Rounding rounding) {
  return detail::multiply_add_signed(accumulator, a, b, accumulator ^ a ^ b, rounding);
}

inline Result multiply_subtract(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b, Rounding rounding) {
  return detail::multiply_add_signed(accumulator, a ^ detail::kSign, b, accumulator ^ a ^ b, rounding);
}

/// FLOAT: signed integer to floating point.
inline Result from_integer(std::uint32_t integer, Rounding rounding) {
  if (rounding == Rounding::NearestEven) [[likely]]
    return {detail::as_bits(static_cast<float>(static_cast<std::int32_t>(integer))), 0};
  return detail::from_integer_exactly(integer, rounding);
}
/// FIX: floating point to signed integer. Beyond the integers it saturates, without a flag *; a NaN saturates by its sign and sets BIS.
Result to_integer(std::uint32_t a, Rounding rounding);
/// FABS: without its sign.
Result absolute(std::uint32_t a);

}  // namespace epysim::epiphany::fpu
