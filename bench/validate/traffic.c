// What the mesh monitors count while 15 cores send 8 KB each into core 5, after Adapteva's emesh_traffic: the accesses that come into the
// sink's router from its four sides, less the cycles that its four neighbours' routers waited, against 15 * 1024 double words sent. One
// event at a time, as there; the start spreads from neighbour to neighbour.
#include "support/support.h"

#include "support/dma.h"
#include "support/registers.h"

enum { kSink = 5, kBytes = 8192, kMonitor = 15, kMeshConfig = 0xf0700 };
enum { kAnyWait = 2, kSouth = 10, kNorth, kWest, kEast };

static char from[kBytes] BANK1;
static volatile char to[kBytes] BANK2;
static volatile word go BANK3;         // of every core
static volatile char arrived[kCores];  // of the sink

// On a torus.
static int neighbour(int rows, int columns) {
  const int me = core();
  return ((me / kColumns + rows + kRows) % kRows) * kColumns + (me % kColumns + columns + kColumns) % kColumns;
}

static word count(word event) {
  const int me = core();
  const word config = register_read(kMeshConfig);
  register_write(kMeshConfig, (config & ~0xf0u) | event << 4);
  go = 0;
  for (int i = 0; i < kCores; ++i) arrived[i] = i == kSink;
  timer_set(0, kTimerMax);
  barrier();
  if (me != kSink)
    while (go == 0) {
    }
  const word start = timer_start(0, kMonitor);
  *(volatile word*)at(neighbour(-1, 0), &go) = 1;
  *(volatile word*)at(neighbour(1, 0), &go) = 1;
  *(volatile word*)at(neighbour(0, -1), &go) = 1;
  *(volatile word*)at(neighbour(0, 1), &go) = 1;
  if (me != kSink) {
    dma_copy(at(kSink, to), from, kBytes);
    *(volatile char*)at(kSink, &arrived[me]) = 1;
  } else {
    for (int i = 0; i < kCores; ++i)
      while (arrived[i] == 0) {
      }
  }
  const word counted = start - timer_get(0);
  timer_stop(0);
  register_write(kMeshConfig, config);
  barrier();
  return counted;
}

int main(void) {
  static const word events[] = {kSouth, kNorth, kWest, kEast};
  word accesses = 0;
  const word waits = count(kAnyWait);
  for (int i = 0; i < 4; ++i) accesses += count(events[i]);
  barrier();
  report("accesses", (int)accesses);
  report("waits", (int)waits);
  return 0;
}
