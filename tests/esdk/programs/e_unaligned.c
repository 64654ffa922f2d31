/* Misuse that raises the software exception: an access at an address that is no multiple of its size, an instruction that is none, SWI. */
#include "device.h"

#define CAUSE(status) ((status) >> 16 & 0xf)

volatile unsigned exceptions, cause;
static void __attribute__((interrupt)) exception(void) {
  ++exceptions;
  cause = CAUSE(e_reg_read(E_REG_STATUS));
}

#define RAISES(code, expected)                                                               \
  do {                                                                                       \
    e_reg_write(E_REG_STATUS, e_reg_read(E_REG_STATUS) & ~0xf0000u);                         \
    exceptions = cause = 0;                                                                  \
    __asm__ volatile(code "\n nop\n nop\n nop\n nop" : : "r"(odd) : "r16", "r17", "memory"); \
    CHECK(exceptions == 1);                                                                  \
    CHECK(cause == (expected));                                                              \
  } while (0)

int main(void) {
  unsigned odd = 0x7101;
  e_irq_attach(E_SW_EXCEPTION, exception);
  e_irq_mask(E_SW_EXCEPTION, E_FALSE);
  e_irq_global_mask(E_FALSE);
  RAISES("ldr r16,[%0]", 2);
  RAISES("ldrh r16,[%0]", 2);
  RAISES("str r16,[%0]", 2);
  odd = 0x7104;
  RAISES("ldrd r16,[%0]", 2);
  RAISES("swi", 1);
  RAISES(".long 0x000f000f", 4); /* UNIMPL */
  exceptions = 0;
  odd = 0x7101;
  __asm__ volatile("ldrb r16,[%0]\n strb r16,[%0]" : : "r"(odd) : "r16", "memory");
  CHECK(exceptions == 0);
  return done();
}
