/* A chain of three descriptors, one interrupt for each link; the last one ends the chain. */
#include <stdio.h>

#include "epiphany.h"

enum { LINKS = 3, WORDS = 100 }; /* long enough for the handler to be done before the next link is */

static struct dma_descriptor chain[LINKS];
static uint32_t from[LINKS][WORDS], to[LINKS][WORDS];
static volatile unsigned interrupts;
static volatile uint32_t links[LINKS];

/* Where the channel is by then: at the next link. */
INTERRUPT_HANDLER void done(void) { links[interrupts++] = GET_REGISTER(dma0status) >> 16; }

int main(void) {
  for (unsigned i = 0; i < LINKS; i++) {
    for (unsigned n = 0; n < WORDS; n++) from[i][n] = 1000 * i + n;
    chain[i].config = DMA_INTERRUPT | DMA_WORD | DMA_MASTER | DMA_ENABLE;
    if (i + 1 < LINKS) chain[i].config |= (uint32_t)&chain[i + 1] << 16 | DMA_CHAIN;
    chain[i].inner_stride = pair(4, 4);
    chain[i].count = pair(1, WORDS);
    chain[i].source = from[i];
    chain[i].destination = to[LINKS - 1 - i]; /* blocks in reverse */
  }
  attach(DMA0_DONE, done);
  unmask(DMA0_DONE);
  disable_interrupts();
  dma_start(0, chain);
  while (interrupts < LINKS) {
    wait_for_interrupt();
    disable_interrupts();
  }
  unsigned wrong = 0;
  for (unsigned i = 0; i < LINKS; i++) {
    for (unsigned n = 0; n < WORDS; n++) wrong += to[LINKS - 1 - i][n] != 1000 * i + n;
    iprintf("link %u: %s\n", i, links[i] == (uint32_t)&chain[i + 1 < LINKS ? i + 1 : i] ? (i + 1 < LINKS ? "its successor runs" : "the last") : "?");
  }
  iprintf("%u interrupts, state %u, %u wrong\n", interrupts, (unsigned)dma_state(0), wrong);
  return wrong != 0;
}
