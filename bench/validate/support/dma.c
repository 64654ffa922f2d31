#include "support.h"

#include "dma.h"
#include "registers.h"

#define OUT_OF_LINE __attribute__((noipa))

word dma_element_size[8] = {3 << 5, 0, 1 << 5, 0, 2 << 5, 0, 1 << 5, 0};

static struct Descriptor descriptor __attribute__((aligned(8)));

OUT_OF_LINE int dma_busy(word channel) {
  switch (channel) {
    case 0:
      return register_read(kDma0Status) & 15;
    case 1:
      return register_read(kDma1Status) & 15;
    default:
      return -1;
  }
}

OUT_OF_LINE int dma_start(volatile struct Descriptor* first, word channel) {
  if (channel > 1) return -1;
  while (dma_busy(channel)) {
  }
  const word start = (word)first << 16 | kDmaStartup;
  switch (channel) {
    case 0:
      register_write(kDma0Config, start);
      break;
    case 1:
      register_write(kDma1Config, start);
      break;
  }
  return 0;
}

OUT_OF_LINE void dma_wait(word channel) {
  word state;
  do {
    if (channel == 0)
      state = register_read(kDma0Status) & 15;
    else
      state = register_read(kDma1Status) & 15;
  } while (state != 0);
}

OUT_OF_LINE int dma_copy(void* to, const void* from, word bytes) {
  dma_describe(&descriptor, to, from, bytes);
  const int result = dma_start(&descriptor, 1);
  while (dma_busy(1)) {
  }
  return result;
}
