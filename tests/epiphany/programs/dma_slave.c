/* A slave channel on core 1: what core 0 writes into its AUTO0 register goes to the channel's destination, one element after the other, and
 * an interrupt ends it. Then double words, through AUTO0 and AUTO1. */
#include <stdio.h>

#include "epiphany.h"

enum { WORDS = 8 };

static volatile uint32_t received[2 * WORDS] __attribute__((aligned(8)));
static struct dma_descriptor d;
static volatile unsigned interrupts;

INTERRUPT_HANDLER void done(void) { interrupts++; }

static void receive(uint32_t size, unsigned stride) {
  d.config = size | DMA_INTERRUPT | DMA_ENABLE;
  d.inner_stride = pair(stride, 0);
  d.count = pair(1, WORDS);
  d.outer_stride = 0;
  d.source = 0;
  d.destination = received;
  dma_start(0, &d);
}

int main(void) {
  volatile uint32_t *const stage = word_at(0x7800); /* of core 1, written by nobody else */
  volatile uint32_t *const stage_of_1 = ON_CORE(1, stage);
  volatile uint32_t *const dma0_of_1 = word_of(1, REG_DMA0);
  if (core_number() == 0) {
    while (*stage_of_1 != 1) {
    }
    for (unsigned i = 0; i < WORDS; i++) dma0_of_1[5] = 500 + i;
    while (*stage_of_1 != 2) {
    }
    for (unsigned i = 0; i < WORDS; i++) {
      dma0_of_1[5] = i;
      dma0_of_1[6] = 1000 + i;
    }
    return 0;
  }
  attach(DMA0_DONE, done);
  unmask(DMA0_DONE);
  disable_interrupts();
  receive(DMA_WORD, 8); /* into every second word */
  iprintf("state %lu\n", (unsigned long)dma_state(0));
  *stage = 1;
  wait_for_interrupt();
  for (unsigned i = 0; i < 2 * WORDS; i++) iprintf(" %lu", (unsigned long)received[i]);
  iprintf("\nstate %lu, %u interrupt\n", (unsigned long)dma_state(0), interrupts);
  disable_interrupts();
  receive(DMA_DOUBLE, 8);
  *stage = 2;
  wait_for_interrupt();
  for (unsigned i = 0; i < 2 * WORDS; i++) iprintf(" %lu", (unsigned long)received[i]);
  iprintf("\n%u interrupts\n", interrupts);
  return 0;
}
