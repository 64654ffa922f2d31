#include "sim/core/binary32.h"

#include <utility>

namespace epysim::core::binary32 {
namespace {

constexpr int kBias = 127 + 23;                 // of the exponent field, for a mantissa read as an integer
constexpr int kGuard = 38;                      // puts a 24-bit mantissa's top at bit 61: room for a carry, and for a 48-bit product
constexpr int kProductGuard = 2 * kGuard - 62;  // puts a product (bits 47 or 46) at the same place

std::uint64_t shift_right_sticky(std::uint64_t value, int distance) {
  if (distance == 0) return value;
  if (distance > 63) return value != 0 ? 1 : 0;
  return value >> distance | ((value << (64 - distance)) != 0 ? 1u : 0u);
}

Number widened(Number x, int guard) { return {x.sign, x.exponent - guard, x.mantissa << guard}; }

/// Operands have their top bit at 61 or 60, so a sticky bit cannot reach the rounding position.
Number add(Number x, Number y) {
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

}  // namespace

Number unpack(std::uint32_t a) {
  if (is_zero(a)) return {a & kSign, 0, 0};
  return {a & kSign, static_cast<int>((a & kExponent) >> 23) - kBias, (a & kMantissa) | (kMantissa + 1)};
}

Number from_integer(std::uint32_t integer) {
  const std::uint32_t sign = integer & kSign;
  return {sign, 0, sign != 0 ? 0u - integer : integer};
}

Number sum(std::uint32_t a, std::uint32_t b) { return add(widened(unpack(a), kGuard), widened(unpack(b), kGuard)); }

Number product(std::uint32_t a, std::uint32_t b) {
  const Number x = unpack(a), y = unpack(b);
  return {x.sign ^ y.sign, x.exponent + y.exponent, x.mantissa * y.mantissa};
}

Number multiply_add(std::uint32_t accumulator, std::uint32_t a, std::uint32_t b) {
  return add(widened(unpack(accumulator), kGuard), widened(product(a, b), kProductGuard));
}

Number quotient(std::uint32_t a, std::uint32_t b) {
  const Number x = widened(unpack(a), kGuard);
  const std::uint64_t divisor = (b & kMantissa) | (kMantissa + 1);
  const std::uint64_t sticky = x.mantissa % divisor != 0 ? 1 : 0;
  return {x.sign ^ (b & kSign), x.exponent - unpack(b).exponent, x.mantissa / divisor | sticky};
}

Number square_root(std::uint32_t a) {
  Number x = unpack(a);
  if (x.mantissa == 0) return x;
  x = widened(x, kGuard - ((x.exponent - kGuard) & 1));  // an even exponent
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= x.mantissa) root |= bit;
  }
  // One bit more than it has makes room for the sticky one.
  return {0, x.exponent / 2 - 1, root << 1 | (root * root != x.mantissa ? 1u : 0u)};
}

Rounded round(const Number& x, Rounding rounding) {
  if (x.mantissa == 0) return {x.sign, Range::Normal};
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
  if (exponent > 254) return {x.sign | (rounding == Rounding::NearestEven ? kExponent : kLargest), Range::Overflow};
  if (exponent < 1) return {x.sign, Range::Underflow};
  return {x.sign | static_cast<std::uint32_t>(exponent) << 23 | (static_cast<std::uint32_t>(mantissa) & kMantissa), Range::Normal};
}

bool to_integer(std::uint32_t a, Rounding rounding, std::uint32_t& integer) {
  const Number x = unpack(a);
  std::uint32_t magnitude = 0;
  if (x.exponent > 31 - 24) {  // 2^31 or more; of these only -2^31 is an integer of 32 bits
    if (a != 0xcf000000u) return false;
    magnitude = 0x80000000u;
  } else if (x.exponent >= 0) {
    magnitude = static_cast<std::uint32_t>(x.mantissa) << x.exponent;
  } else {
    const std::uint64_t halves = shift_right_sticky(x.mantissa << 2, -x.exponent);  // two bits below the point, the last one sticky
    magnitude = static_cast<std::uint32_t>(halves >> 2);
    const std::uint64_t rest = halves & 3;
    if (rounding == Rounding::NearestEven && (rest == 3 || (rest == 2 && (magnitude & 1) != 0))) ++magnitude;
  }
  integer = x.sign != 0 ? 0u - magnitude : magnitude;
  return true;
}

}  // namespace epysim::core::binary32
