/* A store to a protected 4 KB page is dropped, shows in MEMSTATUS and raises interrupt 2; stores elsewhere go through. */
#include <stdio.h>

#include "epiphany.h"

static volatile unsigned faults;

INTERRUPT_HANDLER void fault(void) { faults++; }

int main(void) {
  volatile uint32_t *const inside = word_at(0x6ffc); /* the last word of page 6 */
  volatile uint32_t *const outside = word_at(0x7000);
  *inside = *outside = 1;
  attach(MEMORY_FAULT, fault);
  unmask(MEMORY_FAULT);
  SET_REGISTER(memprotect, 1u << 6);
  *inside = 2;
  *outside = 2;
  iprintf("protected: %lu, %lu, faults %u, MEMSTATUS 0x%lx\n", (unsigned long)*inside, (unsigned long)*outside, faults,
          (unsigned long)GET_REGISTER(memstatus));
  SET_REGISTER(memstatus, 0);
  SET_REGISTER(memprotect, 0);
  *inside = 3;
  iprintf("free again: %lu, faults %u, MEMSTATUS 0x%lx\n", (unsigned long)*inside, faults, (unsigned long)GET_REGISTER(memstatus));
  return faults != 1;
}
