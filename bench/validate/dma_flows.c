// Blocks by DMA from core 0 to another core, which answers with a word when the last has arrived: after the bandwidth experiment of
// myParallella (2016), compiled without optimisation. Alone, and while other cores send 4 KB each.
#include "support/support.h"

#include "dma_flows.h"
#include "support/dma.h"

enum { kWords = 3072 };

word block[kWords + 2] __attribute__((section(".bank2"), aligned(8)));  // where a block comes from, and where it goes
static volatile word answer BANK1;                                      // of core 0

struct Flow {
  int from, to;
};

/// One measurement: core 0 sends `words` to `to`; the other flows begin at the same time.
static word measure(int to, int words, const struct Flow* others, int count) {
  const int me = core();
  word cycles = 0;
  for (int i = 0; i < kWords; ++i) block[i] = 1;
  if (me == to) ((volatile word*)block)[words - 1] = 0;
  answer = 0;
  barrier();
  for (volatile int i = 0; i < 100; ++i) {
  }
  barrier();
  if (me == to) wait_and_answer(&((volatile word*)block)[words - 1], (volatile word*)at(0, &answer));
  for (int i = 0; i < count; ++i)
    if (me == others[i].from) dma_copy(at(others[i].to, block), block, 4096);
  if (me == 0) cycles = send_and_wait(at(to, block), block, words * 4, &answer);
  return cycles;
}
#define ALONE(to, words) measure(to, words, 0, 0)
#define WITH(...) measure(15, 1024, (const struct Flow[]){__VA_ARGS__}, sizeof((const struct Flow[]){__VA_ARGS__}) / sizeof(struct Flow))

int main(void) {
  static const int kLengths[] = {2, 128, 512, 1024, 2048, 3072};
  static word far[6], near[6], flows[8];
  ALONE(15, 2);  // not counted: whoever waits for a word finds it in memory that nobody has written before
  for (int i = 0; i < 6; ++i) far[i] = ALONE(15, kLengths[i]);
  for (int i = 0; i < 6; ++i) near[i] = ALONE(3, kLengths[i]);
  flows[0] = WITH({1, 0});
  flows[1] = WITH({1, 3});
  flows[2] = WITH({1, 7});
  flows[3] = WITH({1, 11});
  flows[4] = WITH({1, 11}, {2, 7});
  flows[5] = WITH({1, 11}, {3, 11});
  flows[6] = WITH({3, 11}, {2, 7});
  flows[7] = WITH({1, 11}, {2, 7}, {3, 11});
  barrier();
  if (core() != 0) return 0;
  report("timer", (int)timer_alone());
  for (int i = 0; i < 6; ++i) report_nth("far", kLengths[i], (int)far[i]);
  for (int i = 0; i < 6; ++i) report_nth("near", kLengths[i], (int)near[i]);
  for (int i = 0; i < 8; ++i) report_nth("flows", i, (int)flows[i]);
  return 0;
}
