/* Each register that e_reg_read and e_reg_write know, from the core itself; pages of its memory that are protected against stores. */
#include "device.h"

static volatile unsigned faults;
static void __attribute__((interrupt)) fault(void) { ++faults; }

static void check(e_core_reg_id_t reg, unsigned bits) {
  const unsigned before = e_reg_read(reg);
  for (unsigned value = 0xa5a5a5a5; value != 0; value = value == 0x5a5a5a5a ? 0 : 0x5a5a5a5a) {
    e_reg_write(reg, value);
    CHECK((e_reg_read(reg) & bits) == (value & bits));
  }
  e_reg_write(reg, before);
  CHECK((e_reg_read(reg) & bits) == (before & bits));
}

int main(void) {
  static const e_core_reg_id_t whole[] = {E_REG_LS,        E_REG_LE,          E_REG_CTIMER0,     E_REG_CTIMER1,      E_REG_DMA0STRIDE,
                                          E_REG_DMA0COUNT, E_REG_DMA0SRCADDR, E_REG_DMA0DSTADDR, E_REG_DMA0AUTODMA0, E_REG_DMA1STRIDE,
                                          E_REG_DMA1COUNT, E_REG_DMA1SRCADDR, E_REG_DMA1DSTADDR, E_REG_DMA1AUTODMA0};
  e_irq_global_mask(E_TRUE);
  for (unsigned i = 0; i < sizeof whole / sizeof *whole; ++i) check(whole[i], ~0u);
  check(E_REG_IRET, ~1u); /* instructions have even addresses */
  check(E_REG_IMASK, 0x3ff);
  CHECK(e_reg_read(E_REG_COREID) == e_get_coreid());
  CHECK((e_reg_read(E_REG_STATUS) & 1) == 1); /* it runs */
  CHECK((e_reg_read(E_REG_DEBUGSTATUS) & 1) == 0);
  const unsigned config = e_reg_read(E_REG_CONFIG);
  e_reg_write(E_REG_CONFIG, config | 1);
  CHECK(e_reg_read(E_REG_CONFIG) == (config | 1));
  e_reg_write(E_REG_CONFIG, config);
  e_reg_write(E_REG_ILATST, 1u << E_USER_INT);
  CHECK(e_reg_read(E_REG_ILAT) == 1u << E_USER_INT && e_reg_read(E_REG_IPEND) == 0);
  e_reg_write(E_REG_ILATCL, 1u << E_USER_INT);
  CHECK(e_reg_read(E_REG_ILAT) == 0);

  /* Page 5 of 4 KB is protected, page 6 is not. */
  volatile unsigned* const inside = (volatile unsigned*)0x5ff0;
  volatile unsigned* const outside = (volatile unsigned*)0x6000;
  *inside = *outside = 1;
  e_irq_attach(E_MEM_FAULT, fault);
  e_irq_mask(E_MEM_FAULT, E_FALSE);
  e_irq_global_mask(E_FALSE);
  e_reg_write(E_REG_MEMPROTECT, 1u << 5);
  *outside = 2;
  CHECK(faults == 0 && *outside == 2);
  *inside = 2;
  CHECK(faults == 1 && *inside == 1);
  e_reg_write(E_REG_MEMSTATUS, 0);
  e_reg_write(E_REG_MEMPROTECT, 0);
  *inside = 3;
  CHECK(faults == 1 && *inside == 3);
  return done();
}
