// 8 KB between own memory, a neighbour and the shared memory, each way, by memcpy and by DMA: after Adapteva's e-bandwidth-test, whose
// output of 2013 was posted to the Parallella forum.
#include "support/support.h"

#include "support/dma.h"

void* memcpy(void*, const void*, word);

enum { kBytes = 8192 };

static char from[kBytes] BANK1;
static char to[kBytes] BANK2;

static void* shared(void) { return (void*)(kDram + 0x01000000); }

static word by_memcpy(void* there, const void* here) {
  const word start = timer_set(0, kTimerMax);
  memcpy(there, here, kBytes);
  return start - timer_get(0);
}

static word by_dma(void* there, const void* here) {
  const word start = timer_set(0, kTimerMax);
  dma_copy(there, here, kBytes);
  return start - timer_get(0);
}

static void settle(void) {
  for (volatile int i = 0; i < 20000; ++i) {
  }
}

int main(void) {
  timer_start(0, kClock);
  const word results[] = {
      by_memcpy(at(1, from), from),
      by_memcpy(to, at(1, to)),
      by_dma(at(1, from), from),
      by_dma(to, at(1, to)),
  };
  word off_chip[4];
  settle();
  off_chip[0] = by_memcpy(shared(), from);
  settle();
  off_chip[1] = by_memcpy(to, shared());
  settle();
  off_chip[2] = by_dma(shared(), from);
  settle();
  off_chip[3] = by_dma(to, shared());
  static const char* const names[] = {"to_neighbour", "from_neighbour", "dma_to_neighbour", "dma_from_neighbour"};
  static const char* const shared_names[] = {"to_shared", "from_shared", "dma_to_shared", "dma_from_shared"};
  for (int i = 0; i < 4; ++i) report(names[i], (int)results[i]);
  for (int i = 0; i < 4; ++i) report(shared_names[i], (int)off_chip[i]);
  return 0;
}
