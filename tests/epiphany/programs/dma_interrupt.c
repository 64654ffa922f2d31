/* Ping-pong: core 0 works on one buffer while DMA fills the other from core 1, and an interrupt at the end of each transfer swaps them. */
#include <stdio.h>

#include "epiphany.h"

enum { WORDS = 64, BLOCKS = 8 };

static uint32_t buffer[2][WORDS] __attribute__((aligned(8)));
static uint32_t source[BLOCKS][WORDS] __attribute__((aligned(8))); /* core 1's copy counts */
static struct dma_descriptor d[2];
static volatile unsigned filled, ready;

INTERRUPT_HANDLER void done(void) { filled++; }

static void fetch(unsigned block) {
  struct dma_descriptor *const one = &d[block & 1];
  one->config = DMA_DOUBLE | DMA_MESSAGE | DMA_INTERRUPT | DMA_MASTER | DMA_ENABLE;
  one->inner_stride = pair(8, 8);
  one->count = pair(1, WORDS / 2);
  one->source = ON_CORE(1, source[block]);
  one->destination = buffer[block & 1];
  dma_start(block & 1, one);
}

int main(void) {
  if (core_number() == 1) {
    for (unsigned b = 0; b < BLOCKS; b++)
      for (unsigned i = 0; i < WORDS; i++) source[b][i] = b * 1000 + i;
    *(volatile unsigned *)ON_CORE(0, &ready) = 1;
    return 0;
  }
  if (core_number() > 1) return 0;
  while (!ready) {
  }
  attach(DMA0_DONE, done);
  attach(DMA1_DONE, done);
  unmask(DMA0_DONE);
  unmask(DMA1_DONE);
  fetch(0);
  for (unsigned b = 0; b < BLOCKS; b++) {
    disable_interrupts();
    while (filled < b + 1) {
      wait_for_interrupt();
      disable_interrupts();
    }
    enable_interrupts();
    if (b + 1 < BLOCKS) fetch(b + 1); /* into the other buffer, while this one is summed up */
    uint32_t sum = 0;
    for (unsigned i = 0; i < WORDS; i++) sum += buffer[b & 1][i];
    iprintf("block %u: %lu\n", b, (unsigned long)sum);
  }
  return filled != BLOCKS;
}
