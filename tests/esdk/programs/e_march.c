/* Tests that boards are tested with: every bit of the general registers, of the core's free memory, and of words in all other cores. */
#include "device.h"

#define FIRST 0x4000u /* of the memory that the program leaves free */
#define LAST 0x7000u

/* Both values through a register and back. */
#define PASS(r)                                                                   \
  __asm__ volatile("mov " #r ",%1\n mov %0," #r : "=&r"(seen) : "r"(value) : #r); \
  wrong |= seen ^ value
#define PASS8(a, b, c, d, e, f, g, h) \
  PASS(a);                            \
  PASS(b);                            \
  PASS(c);                            \
  PASS(d);                            \
  PASS(e);                            \
  PASS(f);                            \
  PASS(g);                            \
  PASS(h)

static unsigned registers(unsigned value) {
  unsigned seen, wrong = 0;
  PASS8(r2, r4, r5, r6, r7, r8, r9, r10);
  PASS8(r15, r16, r17, r18, r19, r20, r21, r22);
  PASS8(r32, r33, r34, r35, r36, r37, r38, r39);
  PASS8(r40, r41, r42, r43, r44, r45, r46, r47);
  PASS8(r48, r49, r50, r51, r52, r53, r54, r55);
  PASS8(r56, r57, r58, r59, r60, r61, r62, r63);
  return wrong;
}

/* March C-: up w0; up r0 w1; up r1 w0; down r0 w1; down r1 w0; r0. */
static unsigned march(unsigned zero) {
  volatile unsigned *const first = (volatile unsigned*)FIRST, *const last = (volatile unsigned*)LAST, *at;
  const unsigned one = ~zero;
  unsigned wrong = 0;
  for (at = first; at < last; ++at) *at = zero;
  for (at = first; at < last; ++at) wrong |= *at ^ zero, *at = one;
  for (at = first; at < last; ++at) wrong |= *at ^ one, *at = zero;
  for (at = last; at-- > first;) wrong |= *at ^ zero, *at = one;
  for (at = last; at-- > first;) wrong |= *at ^ one, *at = zero;
  for (at = first; at < last; ++at) wrong |= *at ^ zero;
  return wrong;
}

/* Every core has a word for each other, in which only that one stores. */
static volatile unsigned mail[16];
static unsigned mesh(unsigned core, unsigned value) {
  volatile unsigned* const word =
      e_get_global_address(core / e_group_config.group_cols, core % e_group_config.group_cols, (void*)&mail[number()]);
  *word = value;
  return *word ^ value;
}

int main(void) {
  for (unsigned bit = 0; bit < 32; ++bit) {
    CHECK(registers(1u << bit) == 0);
    CHECK(registers(~(1u << bit)) == 0);
  }
  CHECK(march(0) == 0);
  CHECK(march(0x55555555) == 0);
  CHECK(march(0x33333333 ^ number()) == 0);
  for (unsigned core = 0; core < 16; ++core) {
    unsigned wrong = 0;
    for (unsigned bit = 0; bit < 32; ++bit) wrong |= mesh(core, 1u << bit) | mesh(core, ~(1u << bit));
    CHECK(wrong == 0);
  }
  return done();
}
