// Loads from other cores and from the own global address, after Adapteva's emesh_read_latency: ten times a load followed by a store of
// what it brought, for each of the 16 cores. And the loop that waits for the own DMA channel by the global address of its status.
#include "support/support.h"

word there BANK2;
word here BANK3;

int ten_loads(const word* from, word* to);
int ten_looks(const volatile word* at);

enum { kDma1Status = 0xf053c };

int main(void) {
  int cycles[kCores];
  clock_on();
  clock_set();
  for (int i = 0; i < kCores; ++i) cycles[i] = ten_loads(at(i, &there), &here) - 1;
  const int looks = ten_looks(at(core(), (void*)kDma1Status)) - 1;
  for (int i = 0; i < kCores; ++i) report_nth("loads", i, cycles[i]);
  report("looks", looks);
  return 0;
}
