#include "e_ic.h"

#include "e_coreid.h"
#include "special.h"

/* A branch in 32 bits: 24 of them say how many halfwords on. */
void e_irq_attach(e_irq_type_t irq, e_irqhandler_t handler) {
  volatile unsigned* const vector = (volatile unsigned*)(4u * irq);
  *vector = ((unsigned)(uintptr_t)handler - 4u * irq) >> 1 << 8 | 0xe8;
}

static void store(unsigned row, unsigned col, e_core_reg_id_t reg, unsigned value) {
  *(volatile unsigned*)e_get_global_address(row, col, (const void*)(uintptr_t)reg) = value;
}

void e_irq_set(unsigned row, unsigned col, e_irq_type_t irq) { store(row, col, E_REG_ILATST, 1u << irq); }
void e_irq_clear(unsigned row, unsigned col, e_irq_type_t irq) { store(row, col, E_REG_ILATCL, 1u << irq); }

void e_irq_mask(e_irq_type_t irq, e_bool_t state) {
  const unsigned mask = GET_SPECIAL(imask);
  SET_SPECIAL(imask, state ? mask | 1u << irq : mask & ~(1u << irq));
}

void e_irq_global_mask(e_bool_t state) {
  if (state) {
    __asm__ volatile("gid" : : : "memory");
  } else {
    __asm__ volatile("gie" : : : "memory");
  }
}
