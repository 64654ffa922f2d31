/* Interrupts nested three deep: the user interrupt's handler raises the message interrupt, whose handler raises timer 0's; each is more
 * urgent than the one before. Less urgent ones that are raised meanwhile wait until everything above them is done. */
#include <stdio.h>

#include "epiphany.h"

static volatile char order[32];
static volatile unsigned steps;
static volatile uint32_t deepest;

static void note(char what) { order[steps++] = what; }

INTERRUPT_HANDLER void timer(void) {
  note('T');
  deepest = GET_REGISTER(ipend);
  SET_REGISTER(ilatst, 1u << USER | 1u << DMA0_DONE); /* less urgent: wait */
  note('t');
}

INTERRUPT_HANDLER void message(void) {
  note('M');
  SET_REGISTER(ilatst, 1u << TIMER0);
  note('m');
}

INTERRUPT_HANDLER void dma0(void) { note('D'); }

INTERRUPT_HANDLER void user(void) {
  static unsigned times;
  note('U');
  if (times++ == 0) SET_REGISTER(ilatst, 1u << MESSAGE);
  note('u');
}

int main(void) {
  attach(TIMER0, timer);
  attach(MESSAGE, message);
  attach(DMA0_DONE, dma0);
  attach(USER, user);
  SET_REGISTER(imask, 0);
  SET_REGISTER(ilatst, 1u << USER);
  note('.');
  iprintf("order %s, at the deepest point in service 0x%lx, afterwards 0x%lx\n", (const char *)order, (unsigned long)deepest,
          (unsigned long)GET_REGISTER(ipend));
  return GET_REGISTER(ilat) != 0;
}
