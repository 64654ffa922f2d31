/* A read in message mode is over when its last datum is there; without it, when its last request has been sent. */
#include <stdio.h>

#include "epiphany.h"

enum { WORDS = 32 };

static volatile uint32_t here[WORDS] __attribute__((aligned(8)));
static struct dma_descriptor d;

/* From shared memory, which takes its time. Returns whether the last word was there when the channel was idle. */
static int last_is_there(uint32_t mode) {
  volatile uint32_t *const shared = word_at(0x8e000000);
  for (unsigned i = 0; i < WORDS; i++) {
    shared[i] = 7 + i;
    here[i] = 0;
  }
  while (shared[WORDS - 1] != 6 + WORDS) {
  }
  d.config = mode | DMA_WORD | DMA_MASTER | DMA_ENABLE;
  d.inner_stride = pair(4, 4);
  d.count = pair(1, WORDS);
  d.source = shared;
  d.destination = here;
  dma_start(0, &d);
  uint32_t states = 0;
  for (uint32_t state; (state = dma_state(0)) != 0;) states |= 1u << state;
  const int there = here[WORDS - 1] == 6 + WORDS;
  while (here[WORDS - 1] != 6 + WORDS) {
  }
  unsigned wrong = 0;
  for (unsigned i = 0; i < WORDS; i++) wrong += here[i] != 7 + i;
  iprintf("%s message mode: last word %s, states seen 0x%lx, %u wrong\n", mode != 0 ? "with" : "without", there ? "there" : "under way",
          (unsigned long)states, wrong);
  return there;
}

int main(void) { return !(last_is_there(DMA_MESSAGE) && !last_is_there(0)); }
