#include "sim/microblaze/fpu.h"

#include "sim/core/binary32.h"
#include "sim/microblaze/cpu_state.h"

namespace epysim::microblaze::fpu {
namespace {

using namespace core::binary32;

constexpr std::uint32_t kNan = 0xffc00000;
constexpr Result kInvalid{kNan, fsr::kInvalid};

bool is_signalling(std::uint32_t a) { return is_nan(a) && (a & kQuiet) == 0; }
bool has_exponent(std::uint32_t a) { return ((a & kExponent) >> 23) - 1u < 254u; }  // a normal number

/// What denormal and NaN operands decide; false when there are none.
bool decided(std::uint32_t a, std::uint32_t b, Result& result) {
  if (has_exponent(a) && has_exponent(b)) return false;
  if (is_denormal(a) || is_denormal(b)) {
    result = {kNan, fsr::kDenormal};
  } else if (is_signalling(a) || is_signalling(b)) {
    result = kInvalid;
  } else if (is_nan(a) || is_nan(b)) {
    result = {kNan, 0};
  } else {
    return false;
  }
  return true;
}

Result rounded(const Number& x) {
  const Rounded result = round(x, Rounding::NearestEven);
  const std::uint32_t flags = result.range == Range::Overflow ? fsr::kOverflow : result.range == Range::Underflow ? fsr::kUnderflow : 0;
  return {result.bits, flags};
}

Result add_unlike_infinities(std::uint32_t a, std::uint32_t b) {
  if (is_infinite(a)) return is_infinite(b) && a != b ? kInvalid : Result{a, 0};
  if (is_infinite(b)) return {b, 0};
  return rounded(sum(a, b));
}

}  // namespace

Result add(std::uint32_t a, std::uint32_t b) {
  if (has_exponent(a) && has_exponent(b)) {
    if (const std::uint32_t bits = as_bits(as_float(a) + as_float(b)); is_ordinary(bits)) return {bits, 0};
  }
  Result result;
  return decided(a, b, result) ? result : add_unlike_infinities(a, b);
}

Result reverse_subtract(std::uint32_t a, std::uint32_t b) {
  Result result;
  return decided(a, b, result) ? result : add(b, a ^ kSign);
}

Result multiply(std::uint32_t a, std::uint32_t b) {
  if (has_exponent(a) && has_exponent(b)) {
    if (const std::uint32_t bits = as_bits(as_float(a) * as_float(b)); is_ordinary(bits)) return {bits, 0};
  }
  Result result;
  if (decided(a, b, result)) return result;
  if (is_infinite(a) || is_infinite(b)) return is_zero(a) || is_zero(b) ? kInvalid : Result{((a ^ b) & kSign) | kExponent, 0};
  return rounded(product(a, b));
}

Result reverse_divide(std::uint32_t a, std::uint32_t b) {
  if (has_exponent(a) && has_exponent(b)) {
    if (const std::uint32_t bits = as_bits(as_float(b) / as_float(a)); is_ordinary(bits)) return {bits, 0};
  }
  Result result;
  if (decided(a, b, result)) return result;
  const std::uint32_t sign = (a ^ b) & kSign;
  if ((is_zero(a) && is_zero(b)) || (is_infinite(a) && is_infinite(b))) return kInvalid;
  if (is_infinite(b)) return {sign | kExponent, 0};
  if (is_zero(a)) return {sign | kExponent, fsr::kDivideByZero};
  if (is_infinite(a)) return {sign, 0};
  return rounded(quotient(b, a));
}

Result compare(FloatCondition condition, std::uint32_t a, std::uint32_t b) {
  if (is_denormal(a) || is_denormal(b)) return {0, fsr::kDenormal};
  if (is_nan(a) || is_nan(b)) {
    const bool ordered =
        condition != FloatCondition::Unordered && condition != FloatCondition::Equal && condition != FloatCondition::NotEqual;
    const bool invalid = ordered || is_signalling(a) || is_signalling(b);
    const bool holds = condition == FloatCondition::Unordered || condition == FloatCondition::NotEqual;
    return {holds ? 1u : 0u, invalid ? fsr::kInvalid : 0};
  }
  const float x = as_float(a), y = as_float(b);
  bool holds = false;
  switch (condition) {
    case FloatCondition::Unordered:
      break;
    case FloatCondition::Less:
      holds = y < x;
      break;
    case FloatCondition::Equal:
      holds = y == x;
      break;
    case FloatCondition::LessOrEqual:
      holds = y <= x;
      break;
    case FloatCondition::Greater:
      holds = y > x;
      break;
    case FloatCondition::NotEqual:
      holds = y != x;
      break;
    case FloatCondition::GreaterOrEqual:
      holds = y >= x;
      break;
  }
  return {holds ? 1u : 0u, 0};
}

Result from_integer(std::uint32_t a) { return rounded(core::binary32::from_integer(a)); }

Result to_integer(std::uint32_t a) {
  if (is_denormal(a)) return {kNan, fsr::kDenormal};
  std::uint32_t integer = 0;
  if (is_nan(a) || is_infinite(a) || !core::binary32::to_integer(a, Rounding::Truncate, integer)) return kInvalid;
  return {integer, 0};
}

Result square_root(std::uint32_t a) {
  Result result;
  if (decided(a, 0, result)) return result;
  if (is_zero(a)) return {a, 0};
  if ((a & kSign) != 0) return kInvalid;
  if (is_infinite(a)) return {a, 0};
  return rounded(core::binary32::square_root(a));
}

}  // namespace epysim::microblaze::fpu
