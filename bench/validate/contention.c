// Many writers: 15 cores send 8 KB each by DMA into core 0 (after Adapteva's all2one test), the mesh monitors of the sink's neighbours
// meanwhile (emesh_traffic), 430 back-to-back stores to a neighbour against as many to own memory (the NoC FIFO demonstration), a counter
// that 16 cores raise under a TESTSET lock (myParallella's mutex), and barriers.
#include "support/support.h"

#include "support/dma.h"

enum { kBytes = 8192, kStores = 430 };

static char from[kBytes] BANK1;
static char to[kBytes] BANK2;
static volatile word lock BANK3;     // of core 0
static volatile word counter BANK3;  // of core 0

int stores(volatile word* to);

static void take(void) {
  const volatile word* const at_core_0 = at(0, &lock);
  word taken;
  do {
    taken = 1;
    const word offset = 0;
    __asm__ volatile("testset %0, [%1, %2]" : "+&r"(taken) : "r"(at_core_0), "r"(offset) : "memory");
  } while (taken != 0);
}

static void count(int times) {
  volatile word* const shared = at(0, &counter);
  for (int i = 0; i < times; ++i) {
    take();
    *shared = *shared + 1;
    *(volatile word*)at(0, &lock) = 0;
  }
}

int main(void) {
  static word funnel, near, own, barriers;
  timer_start(0, kClock);
  barrier();
  barrier();
  timer_set(0, kTimerMax);
  if (core() != 0) dma_copy(at(0, to), from, kBytes);
  barrier();
  funnel = kTimerMax - timer_get(0);
  if (core() == 5) {
    own = (word)stores((volatile word*)to);
    near = (word)stores(at(6, to));
  }
  barrier();
  count(10);
  barrier();
  timer_set(0, kTimerMax);
  for (int i = 0; i < 10; ++i) barrier();
  barriers = kTimerMax - timer_get(0);
  if (core() == 0) {
    report("funnel", (int)funnel);
    report("counter", (int)counter);
    report("barriers", (int)barriers);
  }
  if (core() == 5) {
    report("own", (int)own);
    report("near", (int)near);
  }
  return 0;
}
