#pragma once
// Remainder and floor division of the cores' reals, which the host computes for them: binary32, rounded to nearest after every step, and
// whatever is too small for a normal number is zero, as on a core.

#include <cmath>
#include <limits>

namespace epysim::hostlink {

inline float flushed(float x) { return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0f, x) : x; }

/// Exact, with the sign of the dividend.
inline float truncated_remainder(float dividend, float divisor) { return flushed(std::fmod(flushed(dividend), flushed(divisor))); }

/// Whether a remainder has to be moved to have the sign of the divisor.
inline bool crosses(float remainder, float divisor) { return remainder != 0 && std::signbit(remainder) != std::signbit(divisor); }

/// With the sign of the divisor, as in Python.
inline float floor_remainder(float dividend, float divisor) {
  const float remainder = truncated_remainder(dividend, divisor);
  return crosses(remainder, divisor) ? flushed(remainder + flushed(divisor)) : remainder;
}

/// The quotient, toward minus infinity. The remainder is subtracted first, so that the quotient is whole but for rounding.
inline float floor_quotient(float dividend, float divisor) {
  const float remainder = truncated_remainder(dividend, divisor);
  float quotient = flushed(flushed(flushed(dividend) - remainder) / flushed(divisor));
  if (crosses(remainder, divisor)) quotient -= 1.0f;
  const float below = std::floor(quotient);
  return quotient - below > 0.5f ? below + 1.0f : below;
}

}  // namespace epysim::hostlink
