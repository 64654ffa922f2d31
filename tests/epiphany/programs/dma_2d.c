/* A 2-D transfer: a 6 x 5 tile of bytes out of a picture 16 wide, transposed on the way (the destination's strides differ), between
 * cores, in every element size; and back up with negative strides. */
#include <stdio.h>

#include "epiphany.h"

static uint8_t picture[16 * 16];
static uint8_t tile[64];
static struct dma_descriptor d;
static uint64_t wide[8], reversed[8];

int main(void) {
  for (unsigned i = 0; i < sizeof picture; i++) picture[i] = i;

  /* Row by row from the picture, column by column into the tile on core 1: each element goes 5 further, each row 1. */
  d.config = DMA_BYTE | DMA_MASTER | DMA_ENABLE;
  d.inner_stride = pair(5, 1);
  d.count = pair(5, 6);
  d.outer_stride = pair(1 - 5 * 5, 16 - 5);
  d.source = picture + 3 * 16 + 2;
  d.destination = ON_CORE(1, tile);
  dma_start(0, &d);
  dma_wait(0);
  volatile uint8_t *const there = ON_CORE(1, tile);
  while (there[29] == 0) {
  }
  for (unsigned column = 0; column < 6; column++) {
    for (unsigned row = 0; row < 5; row++) iprintf(" %02x", there[5 * column + row]);
    iprintf("\n");
  }

  /* Backwards, double words. */
  for (unsigned i = 0; i < 8; i++) wide[i] = 0x0101010101010101ull * i;
  d.config = DMA_DOUBLE | DMA_MASTER | DMA_ENABLE;
  d.inner_stride = pair(-8, 8);
  d.count = pair(1, 8);
  d.outer_stride = 0;
  d.source = wide;
  d.destination = reversed + 7;
  dma_start(1, &d);
  dma_wait(1);
  for (unsigned i = 0; i < 8; i++) iprintf(" %x", (unsigned)(reversed[i] & 15));
  iprintf("\n");

  /* One word from each of four cores in a row: a core is 1 MB, 16 << 16 bytes, from the next. */
  static uint32_t mark, gathered[4];
  mark = 0x100;
  for (unsigned n = 1; n < 4; n++) *(volatile uint32_t *)ON_CORE(n, &mark) = 0x100 + n;
  d.config = DMA_WORD | DMA_MASTER | DMA_ENABLE | DMA_MESSAGE | DMA_SHIFT_SOURCE_INNER;
  d.inner_stride = pair(4, 16);
  d.count = pair(1, 4);
  d.source = ON_CORE(0, &mark);
  d.destination = gathered;
  dma_start(0, &d);
  dma_wait(0);
  for (unsigned n = 0; n < 4; n++) iprintf(" %x", (unsigned)gathered[n]);
  iprintf("\n");
  return 0;
}
