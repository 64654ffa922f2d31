/* Division and square root from multiplications, for machines with a fused multiply-add and nothing else: Newton's iteration, then
 * residual steps that make the result correctly rounded (Markstein 1990). Included by a port's port_machine.h behind port_fused. */
#ifndef EPYSIM_VM_DEVICE_NEWTON_H
#define EPYSIM_VM_DEVICE_NEWTON_H

#include <stdint.h>

union newton_bits {
  float real;
  uint32_t word;
};
static inline float newton_real(uint32_t word) { return ((union newton_bits){.word = word}).real; }
static inline uint32_t newton_word(float real) { return ((union newton_bits){.real = real}).word; }

/* a / b, both in [1, 2) */
static inline float newton_divide(float a, float b) {
  float negative_b = -b;
  float inverse = newton_real(0x7ef311c3u - newton_word(b)); /* within 12 % */
  for (int i = 0; i < 4; ++i) inverse = port_fused(inverse, port_fused(negative_b, inverse, 1.0f), inverse);
  /* The one reciprocal on which the iteration stops an ulp short. */
  if ((newton_word(b) & 0x007fffffu) == 0x007fffffu) inverse = newton_real(0x3f000001u);
  float quotient = a * inverse;
  quotient = port_fused(port_fused(negative_b, quotient, a), inverse, quotient);
  return port_fused(port_fused(negative_b, quotient, a), inverse, quotient);
}

/* The square root of x in [1, 4) */
static inline float newton_root(float x) {
  float inverse = newton_real(0x5f3759dfu - (newton_word(x) >> 1)); /* 1 / sqrt(x) within 4 % */
  float half = 0.5f * x;
  for (int i = 0; i < 4; ++i) {
    float square = inverse * inverse;
    inverse = port_fused(inverse, port_fused(-half, square, 0.5f), inverse);
  }
  float root = x * inverse;
  float halved = 0.5f * inverse;
  root = port_fused(port_fused(-root, root, x), halved, root);
  return port_fused(port_fused(-root, root, x), halved, root);
}

#endif
