// The exact side of the FPU: what the rules make of operands and results that are no ordinary numbers.

#include "sim/epiphany/fpu.h"

#include "sim/epiphany/cpu_state.h"

namespace epysim::epiphany::fpu {
namespace {

using namespace core::binary32;
using detail::flushed;

constexpr std::uint32_t kQuietNan = 0x7fc00000;

Result quiet_nan(std::uint32_t sign) { return {kQuietNan | (sign & kSign), status::kBIS}; }

Result rounded(const Number& x, Rounding rounding) {
  const Rounded result = round(x, rounding);
  switch (result.range) {
    case Range::Overflow:
      return {result.bits, status::kBV | status::kBVS};
    case Range::Underflow:
      return {result.bits, status::kBUS};
    default:
      return {result.bits, 0};
  }
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
  return rounded(sum(a, b), rounding);
}

Result multiply_exactly(std::uint32_t a, std::uint32_t b, Rounding rounding) {
  const std::uint32_t sign = (a ^ b) & kSign;
  if (is_nan(a) || is_nan(b)) return quiet_nan(sign);
  if (is_infinite(a) || is_infinite(b)) {
    if (is_zero(a) || is_zero(b)) return quiet_nan(sign);
    return {sign | kExponent, 0};
  }
  return rounded(product(a, b), rounding);
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
  return rounded(core::binary32::multiply_add(accumulator, a, b), rounding);
}

Result from_integer_exactly(std::uint32_t integer, Rounding rounding) { return rounded(core::binary32::from_integer(integer), rounding); }

}  // namespace detail

Result to_integer(std::uint32_t a, Rounding rounding) {
  const std::uint32_t saturated = (a & kSign) != 0 ? 0x80000000u : 0x7fffffffu;
  if (is_nan(a)) return {saturated, status::kBIS};
  std::uint32_t integer = 0;
  return {core::binary32::to_integer(flushed(a), rounding, integer) ? integer : saturated, 0};
}

Result absolute(std::uint32_t a) {
  if (is_nan(a)) return quiet_nan(0);
  return {flushed(a) & ~kSign, 0};
}

}  // namespace epysim::epiphany::fpu
