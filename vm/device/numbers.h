/* Arithmetic on single numbers that an Epiphany has no instruction for, written without integer multiplication or division.
 * Real results are correctly rounded; results too small for a normal number are zero. */
#ifndef EPYSIM_VM_DEVICE_NUMBERS_H
#define EPYSIM_VM_DEVICE_NUMBERS_H

#include "vm/device/vm.h"

struct epy_quotient {
  uint32_t quotient, remainder;
};
struct epy_quotient epy_divide_unsigned(uint32_t dividend, uint32_t divisor);
/* Toward zero; the remainder has the sign of the dividend. The divisor is not zero. */
struct epy_quotient epy_divide_truncating(int32_t dividend, int32_t divisor);
/* Toward minus infinity; the remainder has the sign of the divisor. */
struct epy_quotient epy_divide_floor(int32_t dividend, int32_t divisor);

/* How many values range(start, stop, step) has; error VALUE when step is 0. */
uint32_t epy_range_count(uint32_t start, uint32_t stop, uint32_t step);

/* Real operands and results as bit patterns. */
uint32_t epy_real_divide(uint32_t dividend, uint32_t divisor);
uint32_t epy_real_sqrt(uint32_t operand);
uint32_t epy_real_floor(uint32_t operand);
uint32_t epy_real_ceil(uint32_t operand);
int32_t epy_real_to_int(uint32_t operand); /* toward zero; saturates, 0 for a NaN */

/* Maps a real's bits to an int that orders like it (both zeros alike); not for NaN. */
static inline int32_t epy_real_key(uint32_t bits) { return (int32_t)bits < 0 ? (int32_t)(0x80000000u - bits) : (int32_t)bits; }
static inline bool epy_is_nan(uint32_t bits) { return (bits << 1) > 0xff000000u; }

/* 0 .. 2^32-1, from the program's seed and the core's id */
uint32_t epy_random(void);
void epy_random_start(uint32_t seed, uint32_t id);

#endif
