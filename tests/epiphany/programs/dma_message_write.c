/* The last datum of a write in message mode carries an interrupt to the core it goes to: when it comes, everything is there. */
#include <stdio.h>

#include "epiphany.h"

enum { WORDS = 100 };

static uint32_t data[WORDS] __attribute__((aligned(8)));
static struct dma_descriptor d;
static volatile unsigned messages;
static volatile uint32_t last_then;

INTERRUPT_HANDLER void message(void) {
  messages++;
  last_then = data[WORDS - 1];
}

int main(void) {
  if (core_number() == 0) { /* to core 15, the farthest */
    while (*word_of(15, 0x7800) != 1) {
    }
    for (unsigned i = 0; i < WORDS; i++) data[i] = i * i;
    d.config = DMA_WORD | DMA_MESSAGE | DMA_MASTER | DMA_ENABLE;
    d.inner_stride = pair(4, 4);
    d.count = pair(1, WORDS);
    d.source = data;
    d.destination = ON_CORE(15, data);
    dma_start(1, &d);
    dma_wait(1);
    return 0;
  }
  if (core_number() != 15) return 0;
  attach(MESSAGE, message);
  unmask(MESSAGE);
  disable_interrupts();
  *(volatile uint32_t *)0x7800 = 1;
  wait_for_interrupt();
  unsigned wrong = 0;
  for (unsigned i = 0; i < WORDS; i++) wrong += data[i] != i * i;
  iprintf("%u message, last word then %lu, %u wrong\n", messages, (unsigned long)last_then, wrong);
  return wrong != 0;
}
