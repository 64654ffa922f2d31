// Copying by a core's own DMA channel in the steps of the SDK's library: fill a descriptor, wait until the channel is idle, start it, wait
// until it is idle again. Elements are as large as the alignment of everything allows.
#pragma once

enum { kDmaEnable = 1, kDmaMaster = 2, kDmaStartup = 8, kDmaMessage = 1 << 10 };

struct Descriptor {
  word config, inner_stride, count, outer_stride;
  const void* from;
  void* to;
};

/// Of an element, by the low bits of both addresses and the length, as in CONFIG.
extern word dma_element_size[8];

/// For one row of `bytes` bytes. Who has it in the source has it in line.
static inline __attribute__((always_inline)) void dma_describe(struct Descriptor* row, void* to, const void* from, word bytes) {
  const word size = dma_element_size[((word)to | (word)from | bytes) & 7];
  row->config = kDmaMaster | kDmaEnable | size | ((word)to >> 20 == 0 ? kDmaMessage : 0);
  row->inner_stride = 0x10001u << (size >> 5);
  row->count = 0x10000 | bytes >> (size >> 5);
  row->outer_stride = 0x10001u << (size >> 5);
  row->from = from;
  row->to = to;
}

/// Not 0 while the channel works.
int dma_busy(word channel);
int dma_start(volatile struct Descriptor* first, word channel);
void dma_wait(word channel);
/// By channel 1; returns when it is idle again.
int dma_copy(void* to, const void* from, word bytes);
