// How fast cores move data to and from shared memory, 2 KB each: by DMA, by double words, words and bytes. For one core or for all, which
// begin at a barrier; then bytes of all cores per time of the last. Results are cycles.
#include <support/support.h>

#include <support/dma.h>

enum { kBytes = 2048 };
static dword local[kBytes / sizeof(dword)] BANK2;

#define LOADS(type)                                                       \
  static void load_##type(const volatile void* from) {                    \
    const volatile type* at = from;                                       \
    for (unsigned i = 0; i < kBytes / sizeof(type); ++i) (void)at[i];     \
  }                                                                       \
  static void store_##type(volatile void* to) {                           \
    volatile type* at = to;                                               \
    for (unsigned i = 0; i < kBytes / sizeof(type); ++i) at[i] = (type)i; \
  }
typedef unsigned char byte;
LOADS(byte)
LOADS(word)
LOADS(dword)

static struct Descriptor transfer;
static void dma(void* to, const void* from) {
  dma_describe(&transfer, to, from, kBytes);
  dma_wait(0);
  dma_start(&transfer, 0);
  dma_wait(0);
}

static void together(void) {
#ifndef ALONE
  barrier();
  for (volatile int i = 0; i < 1000; ++i) {
  }
  barrier();
#endif
  clock_set();
}

int main(void) {
  void* const shared = (void*)(kDram + 0x100000 + core() * kBytes);
  word took[8];
  start_clock();
#define MEASURE(n, what) together(), (what), took[n] = now()
  MEASURE(0, dma(local, shared));
  MEASURE(1, dma(shared, local));
  MEASURE(2, load_dword(shared));
  MEASURE(3, store_dword(shared));
  MEASURE(4, load_word(shared));
  MEASURE(5, store_word(shared));
  MEASURE(6, load_byte(shared));
  MEASURE(7, store_byte(shared));
  static const char* const names[] = {"dma_read", "dma_write", "load_8", "store_8", "load_4", "store_4", "load_1", "store_1"};
  together();
  for (int i = 0; i < 8; ++i) report(names[i], (int)took[i]);
  return 0;
}
