// All 16 cores and the shared memory at once, after the EBSP memory benchmark: from a barrier, each copies n double words; finish times.
#include "support/support.h"

#include "elink.h"
static dword local[256] BANK1;

static const int kLengths[] = {16, 32, 64, 128, 256};
enum { kLengthCount = 5 };

static void settle(void) {
  for (volatile int i = 0; i < 1000; ++i) {
  }
}

int main(void) {
  static word ups[kLengthCount], loads[kLengthCount], writes[kLengthCount], reads[kLengthCount];
  timer_start(0, kClock);
  for (int i = 0; i < kLengthCount; ++i) {
    const int n = kLengths[i];
    barrier(), settle(), barrier();
    ups[i] = measure_up((dword*)kDram, local, n);
    barrier(), settle(), barrier();
    loads[i] = measure_up(local, (dword*)kDram, n);
    barrier(), settle(), barrier();
    writes[i] = measure_dma((void*)kDram, local, n);
    barrier(), settle(), barrier();
    reads[i] = measure_dma(local, (void*)kDram, n);
  }
  barrier();
  for (int i = 0; i < kLengthCount; ++i) {
    const int n = kLengths[i];
    report_nth("up", n, (int)ups[i]);
    report_nth("load", n, (int)loads[i]);
    report_nth("dma_write", n, (int)writes[i]);
    report_nth("dma_read", n, (int)reads[i]);
  }
  return 0;
}
