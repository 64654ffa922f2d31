// A word to another core and back, after the latency experiment of myParallella (2016): timer calls around a store to the other core and a
// loop that waits for its answer, compiled without optimisation. The mean of 100 times, each a cycle later in the other core's polling
// than the one before (there, every time was a launch of its own).
#include "support/support.h"

#include "pingpong.h"

enum { kTimes = 100 };

volatile word mailbox BANK1;       // of the other core
volatile word answer BANK1;        // of core 0
static volatile word ready BANK1;  // of core 0: the other one polls

static void wait(int cycles) {
  for (; cycles >= 8; cycles -= 8) {  // 8 cycles a turn
    __asm__ volatile("nop\n\tnop");
  }
  if (cycles & 4) __asm__ volatile("nop\n\tnop\n\tnop\n\tnop");
  if (cycles & 2) __asm__ volatile("nop\n\tnop");
  if (cycles & 1) __asm__ volatile("nop");
}

int main(void) {
  static int sums[kCores];
  static int alone;
  const int me = core();
  barrier();
  wait(1000);  // until nobody writes to this core any more
  if (me == 0) alone = (int)timer_alone();
  for (int other = 1; other < kCores; ++other) {
    for (int i = 0; i < kTimes; ++i) {
      barrier();
      if (me == other) {
        mailbox = 0;
        *(volatile word*)at(0, &ready) = 1;
        pong(&mailbox, (volatile word*)at(0, &answer));
      }
      if (me != 0) continue;
      while (ready == 0) {
      }
      ready = 0;
      wait(200 + i);
      sums[other] += (int)ping(&answer, (volatile word*)at(other, &mailbox));
    }
  }
  barrier();
  if (me != 0) return 0;
  report("timer", alone);
  for (int other = 1; other < kCores; ++other) report_nth("sum", other, sums[other]);
  return 0;
}
