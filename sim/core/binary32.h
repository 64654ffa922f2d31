#pragma once
// IEEE-754 binary32 in integers, for floating point units that have to be matched bit for bit: a finite number is (-1)^sign * mantissa *
// 2^exponent with a 64-bit mantissa whose lowest bit collects what was shifted out ("sticky"), and round() is the one place that rounds,
// overflows and underflows. Denormals exist neither as operands nor as results; what a unit makes of them, and of NaNs and infinities, is
// its own business.

#include <bit>
#include <cstdint>

namespace epysim::core::binary32 {

inline constexpr std::uint32_t kSign = 0x80000000;
inline constexpr std::uint32_t kExponent = 0x7f800000;  // infinity, too
inline constexpr std::uint32_t kMantissa = 0x007fffff;
inline constexpr std::uint32_t kQuiet = 0x00400000;  // of a NaN
inline constexpr std::uint32_t kLargest = 0x7f7fffff;

inline bool is_nan(std::uint32_t a) { return (a & ~kSign) > kExponent; }
inline bool is_infinite(std::uint32_t a) { return (a & ~kSign) == kExponent; }
inline bool is_zero(std::uint32_t a) { return (a & ~kSign) == 0; }
inline bool is_denormal(std::uint32_t a) { return (a & kExponent) == 0 && (a & kMantissa) != 0; }

inline float as_float(std::uint32_t bits) { return std::bit_cast<float>(bits); }
inline std::uint32_t as_bits(float value) { return std::bit_cast<std::uint32_t>(value); }

/// A result, computed by the host from normal numbers or zeros, that host and target cannot disagree about: finite and above the smallest
/// normal number (which itself may come from rounding up something smaller, at another precision than the target's).
inline bool is_ordinary(std::uint32_t bits) { return ((bits & kExponent) >> 23) - 2u <= 252u; }

struct Number {
  std::uint32_t sign = 0;  // kSign or 0
  int exponent = 0;
  std::uint64_t mantissa = 0;
};

/// Of a normal number or zero.
Number unpack(std::uint32_t a);
Number from_integer(std::uint32_t integer);

// Exact but for the sticky bit, which is beyond reach of the rounding position.
Number sum(std::uint32_t a, std::uint32_t b);
Number product(std::uint32_t a, std::uint32_t b);
Number multiply_add(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b);
/// `b` is not zero.
Number quotient(std::uint32_t a, std::uint32_t b);
/// `a` is not negative.
Number square_root(std::uint32_t a);

enum class Rounding : bool { NearestEven, Truncate };
enum class Range : std::uint8_t { Normal, Overflow, Underflow };

struct Rounded {
  std::uint32_t bits = 0;  // of an overflow: infinity, or the largest number when truncating; of an underflow: zero of its sign
  Range range = Range::Normal;
};

/// An underflow is a result below 2^-126 in magnitude after rounding.
Rounded round(const Number& x, Rounding rounding);

/// To a signed integer; false when it does not fit. Of a normal number or zero.
bool to_integer(std::uint32_t a, Rounding rounding, std::uint32_t& integer);

}  // namespace epysim::core::binary32
