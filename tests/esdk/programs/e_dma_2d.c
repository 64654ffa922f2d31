/* Rows with gaps in elements of all sizes: the outer stride comes instead of the inner one after a row's last element. A chain of three,
 * with an interrupt for each; a start that waits for the one before. */
#include <string.h>

#include "device.h"

#define ROWS 3
#define COLUMNS 5
static unsigned char from[512] ALIGN(8), to[512] ALIGN(8);
static e_dma_desc_t chain[3] SECTION(".data_bank0");
static volatile unsigned finished;

static void __attribute__((interrupt)) on_dma0(void) { ++finished; }

/* Rows begin 64 bytes apart in `from`, 48 in `to`; elements in `to` have a gap of their own size between them. */
static void check(unsigned shift) {
  const unsigned size = 1u << shift;
  for (unsigned i = 0; i < sizeof from; ++i) from[i] = (unsigned char)(i * 7 + shift);
  memset(to, 0, sizeof to);
  e_dma_set_desc(E_DMA_0, E_DMA_ENABLE | E_DMA_MASTER | shift << 5, 0, size, 2 * size, COLUMNS, ROWS, 64 - (COLUMNS - 1) * size,
                 (96 - (COLUMNS - 1) * 2 * size), from, e_get_global_address(E_SELF, E_SELF, to), &chain[0]);
  e_dma_start(&chain[0], E_DMA_0);
  e_dma_wait(E_DMA_0);
  int wrong = 0;
  for (unsigned row = 0; row < ROWS; ++row) {
    for (unsigned column = 0; column < COLUMNS; ++column) {
      wrong |= memcmp(to + row * 96 + column * 2 * size, from + row * 64 + column * size, size) != 0;
      for (unsigned gap = 0; gap < size; ++gap) wrong |= to[row * 96 + (column * 2 + 1) * size + gap] != 0;
    }
  }
  CHECK(!wrong);
}

int main(void) {
  for (unsigned shift = 0; shift < 4; ++shift) check(shift);
  e_irq_attach(E_DMA0_INT, on_dma0);
  e_irq_mask(E_DMA0_INT, E_FALSE);
  e_irq_global_mask(E_FALSE);
  memset(to, 0, sizeof to);
  for (unsigned i = 0; i < 3; ++i) {
    e_dma_set_desc(E_DMA_0, E_DMA_ENABLE | E_DMA_MASTER | E_DMA_WORD | E_DMA_IRQEN | (i < 2 ? E_DMA_CHAIN : 0), i < 2 ? &chain[i + 1] : 0,
                   4, 4, 32, 1, 4, 4, from + 128 * i, e_get_global_address(E_SELF, E_SELF, to + 128 * i), &chain[i]);
  }
  e_dma_start(&chain[0], E_DMA_0);
  CHECK(e_dma_busy(E_DMA_0) != 0);
  e_dma_wait(E_DMA_0);
  CHECK(finished == 3 && memcmp(from, to, 384) == 0);
  /* The second waits for the first. */
  chain[2].config &= ~(unsigned)E_DMA_IRQEN;
  memset(to, 0, sizeof to);
  e_dma_start(&chain[0], E_DMA_0);
  e_dma_start(&chain[2], E_DMA_0);
  CHECK(memcmp(from, to, 256) == 0);
  e_dma_wait(E_DMA_0);
  CHECK(memcmp(from, to, 384) == 0 && finished == 5);
  return done();
}
