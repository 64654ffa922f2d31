// Trial division, after eprime2 of the Parallella examples, which counts the primes below 10^9 on 16 cores in a little over 90 minutes:
// core k tests the first prime in the middle of the k-th sixteenth of these numbers. What a division takes, and what a number takes beside
// its divisions, give the time of the whole, which needs 634,857,324,597 of them (experiments/trial_divisions.py).
#include "support/support.h"

double sqrt(double);

__attribute__((noipa)) static int is_prime(word number) {
  const word last = (word)sqrt(number);
  word i = 3;
  // Hidden: a compiler of the time does not know how to test for 3 by a multiplication, for which it has to change the FPU's mode.
  __asm__("" : "+r"(i));
  for (; i <= last; i += 2)
    if (number % i == 0) return 0;
  return 1;
}

int main(void) {
  timer_start(0, kClock);
  word number = 62500000 * (word)core() + 31250001;
  while (!is_prime(number)) number += 2;
  timer_set(0, kTimerMax);
  is_prime(number);
  const word all = kTimerMax - timer_get(0);
  timer_set(0, kTimerMax);
  is_prime(7);  // no division
  const word rest = kTimerMax - timer_get(0);
  report("number", (int)number);
  report("rest", (int)rest);
  report("cycles", (int)(all - rest));
  report("divisions", ((int)sqrt(number) - 1) / 2);
  return 0;
}
