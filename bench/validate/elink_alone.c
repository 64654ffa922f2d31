// One core and the shared memory, after the EBSP memory benchmark: every core in turn, the others waiting at a barrier. Copies of n double
// words upwards, downwards, from the shared memory, and by DMA.
#include "support/support.h"

#include "elink.h"
static dword local[256] BANK1;

typedef word Measurement(int n);

static const int kLengths[] = {0, 1, 4, 8, 16, 32, 64, 128, 256};
enum { kLengthCount = 9, kShortest = 16 };

static void settle(void) {
  for (volatile int i = 0; i < 1000; ++i) {
  }
}

static word up(int n) { return measure_up((dword*)kDram, local, n); }
static word down(int n) { return measure_down((dword*)kDram, local, n); }
static word load(int n) { return measure_up(local, (dword*)kDram, n); }
static word dma_write(int n) { return measure_dma((void*)kDram, local, n); }
static word dma_read(int n) { return measure_dma(local, (void*)kDram, n); }

int main(void) {
  static word downs[kShortest + 1], ups[kLengthCount], long_downs[kLengthCount], loads[kLengthCount], writes[kLengthCount],
      reads[kLengthCount];
  timer_start(0, kClock);
  for (int turn = 0; turn < kCores; ++turn) {
    barrier();
    if (turn != core()) continue;
    for (int n = 0; n <= kShortest; ++n, settle()) downs[n] = down(n);
    for (int i = 0; i < kLengthCount; ++i) {
      ups[i] = up(kLengths[i]), settle();
      long_downs[i] = down(kLengths[i]), settle();
      loads[i] = load(kLengths[i]), settle();
      writes[i] = dma_write(kLengths[i]), settle();
      reads[i] = dma_read(kLengths[i]), settle();
    }
  }
  barrier();
  for (int n = 0; n <= kShortest; ++n) report_nth("down", n, (int)downs[n]);
  for (int i = 0; i < kLengthCount; ++i) {
    const int n = kLengths[i];
    report_nth("up", n, (int)ups[i]);
    if (n > kShortest) report_nth("down", n, (int)long_downs[i]);
    report_nth("load", n, (int)loads[i]);
    report_nth("dma_write", n, (int)writes[i]);
    report_nth("dma_read", n, (int)reads[i]);
  }
  return 0;
}
