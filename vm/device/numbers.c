#include "vm/device/numbers.h"

struct epy_quotient epy_divide_unsigned(uint32_t dividend, uint32_t divisor) {
  struct epy_quotient result = {0, dividend};
  uint32_t bit = 1;
  while (divisor < result.remainder && !(divisor & 0x80000000u)) {
    divisor <<= 1;
    bit <<= 1;
  }
  for (; bit; bit >>= 1, divisor >>= 1) {
    if (result.remainder >= divisor) {
      result.remainder -= divisor;
      result.quotient |= bit;
    }
  }
  return result;
}

static uint32_t magnitude(int32_t value) { return value < 0 ? 0u - (uint32_t)value : (uint32_t)value; }

struct epy_quotient epy_divide_truncating(int32_t dividend, int32_t divisor) {
  struct epy_quotient result = epy_divide_unsigned(magnitude(dividend), magnitude(divisor));
  if ((dividend ^ divisor) < 0) result.quotient = 0u - result.quotient;
  if (dividend < 0) result.remainder = 0u - result.remainder;
  return result;
}

struct epy_quotient epy_divide_floor(int32_t dividend, int32_t divisor) {
  struct epy_quotient result = epy_divide_truncating(dividend, divisor);
  if (result.remainder && ((int32_t)result.remainder ^ divisor) < 0) {
    --result.quotient;
    result.remainder += (uint32_t)divisor;
  }
  return result;
}

uint32_t epy_range_count(uint32_t start, uint32_t stop, uint32_t step) {
  if (step == 0) epy_fail(EPY_ERROR_VALUE, 0);
  bool down = (int32_t)step < 0;
  if (down ? (int32_t)start <= (int32_t)stop : (int32_t)start >= (int32_t)stop) return 0;
  uint32_t distance = down ? start - stop : stop - start;
  uint32_t stride = down ? 0u - step : step;
  return stride == 1 ? distance : epy_divide_unsigned(distance - 1, stride).quotient + 1;
}

enum { ONE = 0x3f800000, INFINITE = 0x7f800000, QUIET = 0x7fc00000, FRACTION = 0x007fffff };

static int32_t exponent_of(uint32_t bits) { return (int32_t)(bits >> 23 & 0xff); }

/* A positive real's significand moved by a power of two: `bits` holds a normal number, the result's exponent may leave the range. */
static uint32_t scaled(uint32_t bits, int32_t exponent, uint32_t sign) {
  exponent += exponent_of(bits);
  if (exponent <= 0) return sign;
  if (exponent >= 255) return sign | INFINITE;
  return sign | (uint32_t)exponent << 23 | (bits & FRACTION);
}

/* Both operands are first brought into [1, 2). */
uint32_t epy_real_divide(uint32_t dividend, uint32_t divisor) {
  uint32_t sign = (dividend ^ divisor) & 0x80000000u;
  int32_t above = exponent_of(dividend), below = exponent_of(divisor);
  if (above == 255 || below == 255) {
    if (epy_is_nan(dividend) || epy_is_nan(divisor) || above == below) return QUIET;
    return above == 255 ? sign | INFINITE : sign;
  }
  if (below == 0) return above == 0 ? QUIET : sign | INFINITE;
  if (above == 0) return sign;
  float a = epy_real((dividend & FRACTION) | ONE);
  float b = epy_real((divisor & FRACTION) | ONE);
  return scaled(epy_word(port_divide(a, b)), above - below, sign);
}

uint32_t epy_real_sqrt(uint32_t operand) {
  int32_t exponent = exponent_of(operand);
  if (exponent == 0) return operand & 0x80000000u;
  if (epy_is_nan(operand) || operand >> 31) return QUIET;
  if (exponent == 255) return operand;
  /* x in [1, 4), so that its exponent is even */
  int32_t odd = (exponent ^ 1) & 1;
  float x = epy_real((operand & FRACTION) | (uint32_t)(127 + odd) << 23);
  return scaled(epy_word(port_root(x)), (exponent - 127 - odd) >> 1, 0);
}

/* Bits of a real that lie behind the point; all of them below 1, none from 2^23 on. */
static uint32_t behind_point(uint32_t bits) {
  int32_t exponent = exponent_of(bits) - 127;
  if (exponent < 0) return 0x7fffffffu;
  return exponent >= 23 ? 0 : (uint32_t)FRACTION >> exponent;
}

/* Away from zero to the next whole number when `away`, else toward it. */
static uint32_t whole(uint32_t bits, bool away) {
  uint32_t behind = behind_point(bits);
  uint32_t sign = bits & 0x80000000u;
  if (!(bits & behind)) return bits;
  if (behind == 0x7fffffffu) return away && exponent_of(bits) ? sign | ONE : sign;
  if (away) bits += behind + 1;
  return bits & ~behind;
}

uint32_t epy_real_floor(uint32_t operand) { return whole(operand, operand >> 31); }
uint32_t epy_real_ceil(uint32_t operand) { return whole(operand, !(operand >> 31)); }

int32_t epy_real_to_int(uint32_t operand) {
  int32_t exponent = exponent_of(operand) - 127;
  if (exponent < 0 || epy_is_nan(operand)) return 0;
  if (exponent >= 31) return operand >> 31 ? INT32_MIN : INT32_MAX;
  uint32_t significand = (operand & FRACTION) | 0x00800000u;
  uint32_t value = exponent >= 23 ? significand << (exponent - 23) : significand >> (23 - exponent);
  return (int32_t)(operand >> 31 ? 0u - value : value);
}

/* Marsaglia's xorshift, one word of state. */
static PORT_PER_CORE uint32_t random_state;

void epy_random_start(uint32_t seed, uint32_t id) {
  uint32_t state = seed ^ (id << 20) ^ (id << 7) ^ 0x9e3779b9u;
  random_state = state ? state : 1;
  for (int i = 0; i < 16; ++i) epy_random(); /* neighbouring seeds drift apart */
}

uint32_t epy_random(void) {
  uint32_t x = random_state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return random_state = x;
}
