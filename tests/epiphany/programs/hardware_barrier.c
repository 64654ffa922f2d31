/* 0x800 barriers of all 16 cores by WAND. Between two of them every core looks at its neighbour's count: nobody is ever ahead. */
#include <stdio.h>

#include "epiphany.h"

enum { BARRIERS = 0x800 };

volatile unsigned passed; /* counted by the handler */
static volatile unsigned turn, bad;

WAND_HANDLER(arrived, passed);

static void barrier(void) {
  const unsigned before = passed;
  disable_interrupts();
  __asm__ volatile("wand" : : : "memory");
  while (passed == before) {
    wait_for_interrupt();
    disable_interrupts();
  }
  enable_interrupts();
}

int main(void) {
  const unsigned me = core_number();
  volatile unsigned *const neighbour = ON_CORE((me + 1) % CORES, &turn);
  attach(WAND, arrived);
  unmask(WAND);
  barrier();
  for (unsigned i = 1; i <= BARRIERS; i++) {
    turn = i;
    for (unsigned wait = (me * 7 + i) % 16; wait != 0; wait--) __asm__ volatile("nop");
    barrier();
    if (*neighbour != i) bad++;
    barrier();
  }
  if (bad != 0) iprintf("core %u: %u times its neighbour was elsewhere\n", me, bad);
  if (me == 0) iprintf("%u barriers\n", passed);
  return bad != 0 || passed != 2 * BARRIERS + 1;
}
