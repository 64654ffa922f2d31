#include "support.h"

#include "dma.h"

enum { kEnable = 1, kMaster = 2, kStartup = 8, kMessage = 1 << 10 };
enum { kDma1Config = 0xf0520, kDma1Status = 0xf053c };

struct Descriptor {
  word config, inner_stride, count, outer_stride;
  const void* from;
  void* to;
};

static volatile struct Descriptor descriptor __attribute__((aligned(8)));

static volatile word* own_register(word offset) { return (volatile word*)(node_id() << 20 | offset); }

// A turn of this loop takes 19 cycles (EBSP's measurements show that step).
static inline void wait_until_idle(void) {
  const volatile word* const status = own_register(kDma1Status);
  while ((*status & 15) != 0) {
  }
}

static __attribute__((noinline)) int start(const volatile void* first) {
  wait_until_idle();
  *own_register(kDma1Config) = (word)first << 16 | kStartup;
  return 0;
}

__attribute__((noinline)) int dma_start(void* to, const void* from, word bytes) {
  static const unsigned char size_of[8] = {3, 0, 1, 0, 2, 0, 1, 0};
  const word size = size_of[((word)to | (word)from | bytes) & 7];
  descriptor.config = kMaster | kEnable | size << 5 | ((word)to >> 20 == 0 ? kMessage : 0);
  descriptor.inner_stride = 0x10001u << size;
  descriptor.count = 0x10000 | bytes >> size;
  descriptor.outer_stride = 0x10001u << size;
  descriptor.from = from;
  descriptor.to = to;
  return start(&descriptor);
}

__attribute__((noinline)) void dma_wait(void) { wait_until_idle(); }

__attribute__((noinline)) int dma_copy(void* to, const void* from, word bytes) {
  const int status = dma_start(to, from, bytes);
  dma_wait();
  return status;
}
