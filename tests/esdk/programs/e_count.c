/* Counts for ever; counts USER interrupts as well. */
#include "device.h"

static void __attribute__((interrupt)) on_user(void) { ++RESULT[2]; }

int main(void) {
  e_irq_attach(E_USER_INT, on_user);
  e_irq_mask(E_USER_INT, E_FALSE);
  e_irq_global_mask(E_FALSE);
  done();
  while (1) ++RESULT[1];
}
