/* The square root of x in [1, 4), one bit per turn. With x = s 2^-48, the root of s has the 24 bits of the result's significand and one
 * more to round by (the root of such a number is never exactly between two).
 * For ports whose cores have no instruction for it and multiply slowly; newton.h is for the others. */
#ifndef EPYSIM_VM_DEVICE_ROOT_H
#define EPYSIM_VM_DEVICE_ROOT_H

#include <stdbool.h>
#include <stdint.h>

union root_bits {
  float real;
  uint32_t word;
};

static inline float digit_root(float x) {
  uint32_t word = ((union root_bits){.real = x}).word;
  uint32_t significand = (word & 0x007fffffu) | 0x00800000u;
  bool below_two = word & 0x00800000u;                /* the exponent's last bit: of 127, not of 128 */
  uint32_t bits = significand << (below_two ? 1 : 2); /* s without its last 24 bits, which are zero */
  uint32_t root = 0, rest = 0;
  for (int i = 0; i < 25; ++i) {
    rest = rest << 2 | (bits >> 24 & 3u);
    bits <<= 2;
    root <<= 1;
    if (rest > 2 * root) {
      rest -= 2 * root + 1;
      ++root;
    }
  }
  root = (root + 1) >> 1;
  return ((union root_bits){.word = 0x3f800000u + (root - 0x00800000u)}).real;
}

#endif
