/* What CONFIG says of arithmetic: rounding to nearest or towards zero, floating point or integers in the same unit. */
#include "device.h"

#define TRUNCATE 1u
#define MODE (7u << 17)
#define INTEGER (4u << 17)

static float __attribute__((noinline)) add(float a, float b) {
  float sum;
  __asm__ volatile("fadd %0,%1,%2" : "=r"(sum) : "r"(a), "r"(b) : "cc");
  return sum;
}
static unsigned __attribute__((noinline)) unit_add(unsigned a, unsigned b) {
  unsigned sum;
  __asm__ volatile("fadd %0,%1,%2" : "=r"(sum) : "r"(a), "r"(b) : "cc");
  return sum;
}
static unsigned __attribute__((noinline)) unit_multiply(unsigned a, unsigned b) {
  unsigned product;
  __asm__ volatile("fmul %0,%1,%2" : "=r"(product) : "r"(a), "r"(b) : "cc");
  return product;
}
static unsigned __attribute__((noinline)) unit_multiply_add(unsigned a, unsigned b, unsigned c) {
  __asm__ volatile("fmadd %0,%1,%2" : "+r"(a) : "r"(b), "r"(c) : "cc");
  return a;
}
static unsigned bits(float value) {
  union {
    float f;
    unsigned u;
  } of = {value};
  return of.u;
}

int main(void) {
  const unsigned config = e_reg_read(E_REG_CONFIG) & ~(MODE | TRUNCATE);
  const float half = 0x1p-24f, more = 0x1.8p-24f; /* of the last bit of 1 */
  e_reg_write(E_REG_CONFIG, config);
  CHECK(bits(add(1.0f, half)) == 0x3f800000); /* a tie goes to the even one */
  CHECK(bits(add(1.0f, more)) == 0x3f800001);
  CHECK(bits(add(-1.0f, -more)) == 0xbf800001);
  CHECK(bits(add(1.5f, 2.25f)) == bits(3.75f));
  e_reg_write(E_REG_CONFIG, config | TRUNCATE);
  CHECK(bits(add(1.0f, more)) == 0x3f800000);
  CHECK(bits(add(-1.0f, -more)) == 0xbf800000);
  e_reg_write(E_REG_CONFIG, config | INTEGER);
  CHECK(unit_add(7, 35) == 42);
  CHECK(unit_add(0xffffffff, 2) == 1);
  CHECK(unit_multiply(1000003, 4001) == 1000003u * 4001u);
  CHECK(unit_multiply_add(5, 100000, 100000) == 5 + 100000u * 100000u);
  e_reg_write(E_REG_CONFIG, config);
  CHECK(bits(add(1.5f, 2.25f)) == bits(3.75f));
  return done();
}
