/* Every interrupt goes to its own vector; of several that wait the lowest number goes first; masked ones wait; another core can raise any. */
#include <stdio.h>

#include "epiphany.h"

static volatile char order[32];
static volatile unsigned steps;

#define HANDLER(n) \
  INTERRUPT_HANDLER void handle##n(void) { order[steps++] = '0' + n; }
HANDLER(2) HANDLER(3) HANDLER(4) HANDLER(5) HANDLER(6) HANDLER(7) HANDLER(9)

INTERRUPT_HANDLER void exception(void) { order[steps++] = '1'; }
INTERRUPT_HANDLER void wand(void) { order[steps++] = '8'; }

static void raise(uint32_t numbers) { *word_of(0, REG_ILATST) = numbers; }

int main(void) {
  if (core_number() == 1) { /* raises two on core 0, from outside */
    while (*word_of(0, 0x7800) != 1) {
    }
    raise(1u << USER | 1u << TIMER1);
    return 0;
  }
  void (*const handlers[])(void) = {exception, handle2, handle3, handle4, handle5, handle6, handle7, wand, handle9};
  for (unsigned n = 1; n < 10; n++) attach(n, handlers[n - 1]);

  disable_interrupts();
  SET_REGISTER(imask, 0);
  SET_REGISTER(ilatst, 0x3fe);
  enable_interrupts(); /* all nine, by priority; each lets the next in only when it returns */
  while (GET_REGISTER(ilat) != 0) {
  }
  iprintf("all: %s\n", (const char *)order);

  steps = 0;
  SET_REGISTER(imask, 1u << TIMER0 | 1u << USER);
  SET_REGISTER(ilatst, 1u << TIMER0 | 1u << DMA1_DONE | 1u << USER);
  while ((GET_REGISTER(ilat) & (1u << DMA1_DONE)) != 0) {
  }
  order[steps] = 0;
  iprintf("masked: %s, latched 0x%x\n", (const char *)order, (unsigned)GET_REGISTER(ilat));
  SET_REGISTER(ilatcl, 1u << TIMER0);
  SET_REGISTER(imask, 0);
  order[steps] = 0;
  iprintf("unmasked: %s\n", (const char *)order);

  steps = 0;
  SET_REGISTER(status, 0);
  __asm__ volatile("swi" : : : "memory");
  iprintf("software exception: %.1s, cause %u\n", (const char *)order, (unsigned)(GET_REGISTER(status) >> 16 & 15));

  steps = 0;
  *(volatile uint32_t *)0x7800 = 1;
  while (steps < 2) {
  }
  iprintf("from core 1: %.2s\n", (const char *)order);
  return 0;
}
