// The exact side of the FPU: a number is (-1)^sign * mantissa * 2^exponent with a 64-bit mantissa whose lowest bit collects what
// was shifted out ("sticky"), and round() is the one place that rounds, overflows and underflows.

#include "sim/epiphany/fpu.h"

#include <bit>
#include <utility>

#include "sim/epiphany/cpu_state.h"

namespace epysim::epiphany::fpu {
namespace {

using detail::flushed;
using detail::kExponent;
using detail::kSign;
constexpr std::uint32_t kMantissa = 0x007fffff;
constexpr std::uint32_t kQuietNan = 0x7fc00000;
constexpr std::uint32_t kLargest = 0x7f7fffff;

constexpr std::uint32_t kOverflow = status::kBV | status::kBVS;
constexpr std::uint32_t kUnderflow = status::kBUS;
constexpr std::uint32_t kInvalid = status::kBIS;

bool is_nan(std::uint32_t a) { return (a & ~kSign) > kExponent; }
bool is_infinite(std::uint32_t a) { return (a & ~kSign) == kExponent; }
bool is_zero(std::uint32_t a) { return (a & ~kSign) == 0; }

Result quiet_nan(std::uint32_t sign) { return {kQuietNan | (sign & kSign), kInvalid}; }

struct Number {
  std::uint32_t sign = 0;  // kSign or 0
  int exponent = 0;
  std::uint64_t mantissa = 0;
};

constexpr int kBias = 127 + 23;                 // of the exponent field, for a mantissa read as an integer
constexpr int kGuard = 38;                      // puts a 24-bit mantissa's top at bit 61: room for a carry, and for a 48-bit product
constexpr int kProductGuard = 2 * kGuard - 62;  // puts a product (bits 47 or 46) at the same place

Number unpack(std::uint32_t a) {
  if (is_zero(a)) return {a & kSign, 0, 0};
  return {a & kSign, static_cast<int>((a & kExponent) >> 23) - kBias, (a & kMantissa) | (kMantissa + 1)};
}

std::uint64_t shift_right_sticky(std::uint64_t value, int distance) {
  if (distance == 0) return value;
  if (distance > 63) return value != 0 ? 1 : 0;
  return value >> distance | ((value << (64 - distance)) != 0 ? 1u : 0u);
}

/// Exact sum, but for the sticky bit. Operands have their top bit at 61 or 60, so a sticky bit cannot reach the rounding position.
Number sum(Number x, Number y) {
  if (x.mantissa == 0 && y.mantissa == 0) return {x.sign & y.sign, 0, 0};
  if (x.mantissa == 0) return y;
  if (y.mantissa == 0) return x;
  if (x.exponent < y.exponent) std::swap(x, y);
  y.mantissa = shift_right_sticky(y.mantissa, x.exponent - y.exponent);
  if (x.sign == y.sign) return {x.sign, x.exponent, x.mantissa + y.mantissa};
  if (x.mantissa == y.mantissa) return {0, 0, 0};
  if (x.mantissa > y.mantissa) return {x.sign, x.exponent, x.mantissa - y.mantissa};
  return {y.sign, x.exponent, y.mantissa - x.mantissa};
}

Number product(const Number& x, const Number& y) { return {x.sign ^ y.sign, x.exponent + y.exponent, x.mantissa * y.mantissa}; }

Number widened(Number x, int guard) { return {x.sign, x.exponent - guard, x.mantissa << guard}; }

Result round(const Number& x, Rounding rounding) {
  if (x.mantissa == 0) return {x.sign, 0};
  const int top = 63 - std::countl_zero(x.mantissa);
  int exponent = x.exponent + top + 127;  // the exponent field of the result
  std::uint64_t mantissa = x.mantissa << (63 - top);
  constexpr int kDropped = 40;
  const std::uint64_t rest = mantissa & ((std::uint64_t{1} << kDropped) - 1);
  mantissa >>= kDropped;
  if (rounding == Rounding::NearestEven) {
    constexpr std::uint64_t kHalf = std::uint64_t{1} << (kDropped - 1);
    if (rest > kHalf || (rest == kHalf && (mantissa & 1) != 0)) ++mantissa;
    if (mantissa == 1u << 24) {
      mantissa >>= 1;
      ++exponent;
    }
  }
  if (exponent > 254) return {x.sign | (rounding == Rounding::NearestEven ? kExponent : kLargest), kOverflow};
  if (exponent < 1) return {x.sign, kUnderflow};
  return {x.sign | static_cast<std::uint32_t>(exponent) << 23 | (static_cast<std::uint32_t>(mantissa) & kMantissa), 0};
}

}  // namespace

namespace detail {

Result add_exactly(std::uint32_t a, std::uint32_t b, std::uint32_t nan_sign, Rounding rounding) {
  if (is_nan(a) || is_nan(b)) return quiet_nan(nan_sign);
  if (is_infinite(a)) {
    if (is_infinite(b) && a != b) return quiet_nan(nan_sign);
    return {a, 0};
  }
  if (is_infinite(b)) return {b, 0};
  return round(sum(widened(unpack(a), kGuard), widened(unpack(b), kGuard)), rounding);
}

Result multiply_exactly(std::uint32_t a, std::uint32_t b, Rounding rounding) {
  const std::uint32_t sign = (a ^ b) & kSign;
  if (is_nan(a) || is_nan(b)) return quiet_nan(sign);
  if (is_infinite(a) || is_infinite(b)) {
    if (is_zero(a) || is_zero(b)) return quiet_nan(sign);
    return {sign | kExponent, 0};
  }
  return round(product(unpack(a), unpack(b)), rounding);
}

Result multiply_add_exactly(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b, std::uint32_t nan_sign, Rounding rounding) {
  if (is_nan(accumulator) || is_nan(a) || is_nan(b)) return quiet_nan(nan_sign);
  if (is_infinite(a) || is_infinite(b)) {
    if (is_zero(a) || is_zero(b)) return quiet_nan(nan_sign);
    const std::uint32_t infinity = ((a ^ b) & kSign) | kExponent;
    if (is_infinite(accumulator) && accumulator != infinity) return quiet_nan(nan_sign);
    return {infinity, 0};
  }
  if (is_infinite(accumulator)) return {accumulator, 0};
  return round(sum(widened(unpack(accumulator), kGuard), widened(product(unpack(a), unpack(b)), kProductGuard)), rounding);
}

}  // namespace detail

Result from_integer(std::uint32_t integer, Rounding rounding) {
  const std::uint32_t sign = integer & kSign;
  return round({sign, 0, sign != 0 ? 0u - integer : integer}, rounding);
}

Result to_integer(std::uint32_t a, Rounding rounding) {
  const std::uint32_t saturated = (a & kSign) != 0 ? 0x80000000u : 0x7fffffffu;
  if (is_nan(a)) return {saturated, kInvalid};
  const Number x = unpack(flushed(a));
  std::uint32_t magnitude = 0;
  if (x.exponent > 31 - 24) {  // 2^31 or more; -2^31 itself is what the saturation gives
    return {saturated, 0};
  } else if (x.exponent >= 0) {
    magnitude = static_cast<std::uint32_t>(x.mantissa) << x.exponent;
  } else {
    const std::uint64_t halves = shift_right_sticky(x.mantissa << 2, -x.exponent);  // two bits below the point, the last one sticky
    magnitude = static_cast<std::uint32_t>(halves >> 2);
    const std::uint64_t rest = halves & 3;
    if (rounding == Rounding::NearestEven && (rest == 3 || (rest == 2 && (magnitude & 1) != 0))) ++magnitude;
  }
  return {x.sign != 0 ? 0u - magnitude : magnitude, 0};
}

Result absolute(std::uint32_t a) {
  if (is_nan(a)) return quiet_nan(0);
  return {flushed(a) & ~kSign, 0};
}

}  // namespace epysim::epiphany::fpu
