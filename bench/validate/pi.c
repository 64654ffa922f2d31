// A series for pi, its terms added up by one core or by 16 (after nkcr's report on computing with a Parallella).
#include "support/support.h"

enum { kTerms = 16 * 4000 };

static volatile float part BANK1;

// 1 / x by Newton's method, from a first guess by the exponent: the core has no division.
static inline float reciprocal(float x) {
  union {
    float f;
    word u;
  } guess = {x};
  guess.u = 0x7ef311c3u - guess.u;
  for (int i = 0; i < 3; ++i) guess.f *= 2.0f - x * guess.f;
  return guess.f;
}

// Terms first, first + step ...; two of them, of opposite sign, at a time.
static float terms(int first, int step, int count) {
  float result = 0, at = (float)(4 * first + 1);
  for (int i = 0; i < count / 2; ++i) {
    result += reciprocal(at) - reciprocal(at + 2.0f);
    at += (float)(4 * step);
  }
  return 4.0f * result;
}

int main(void) {
  word alone = 0;
  float pi = 0;
  timer_start(0, kClock);
  if (core() == 0) {
    timer_set(0, kTimerMax);
    pi = terms(0, 1, kTerms);
    alone = kTimerMax - timer_get(0);
  }
  barrier();
  timer_set(0, kTimerMax);
  part = terms(core(), kCores, kTerms / kCores);
  barrier();
  if (core() != 0) return 0;
  float all = 0;
  for (int i = 0; i < kCores; ++i) all += *(volatile float*)at(i, &part);
  const word together = kTimerMax - timer_get(0);
  report("alone", (int)alone);
  report("together", (int)together);
  report("pi_alone", (int)(pi * 1000.0f));
  report("pi_together", (int)(all * 1000.0f));
  return 0;
}
