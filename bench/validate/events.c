// Timer events of a program that lies in the shared memory, after Adapteva's cpu/ctimer test (legacy layout): a 16-tap filter over 32
// samples, eight results at a time, once for each event; samples and results in own memory, delay line and coefficients on the stack, which
// is in the shared memory. Then 64 lines of instructions in a row, and how much of 100,000 cycles the core sleeps.
#include "support/support.h"

enum { kReturn = 0x1d2, kTimer1Vector = 0x10 };  // an RTI, and where it goes
enum { kTaps = 16, kSamples = 32, kAtOnce = 8 };

static float coefficients[kTaps] = {0.01f, 0.02f, 0.04f, 0.08f, 0.16f, 0.32f, 0.64f, 1.28f,
                                    1.28f, 0.64f, 0.32f, 0.16f, 0.08f, 0.04f, 0.02f, 0.01f};
static float samples[kSamples] BANK3;
static float results[kSamples] BANK3;

static __attribute__((noinline)) word filter(const float* in, float* out, word event) {
  float c[kTaps], line[2 * kTaps], sum[kAtOnce];
  for (int i = 0; i < kTaps; ++i) {
    line[i] = line[i + kTaps] = 0;
    c[i] = coefficients[i];
  }
  timer_set(0, kTimerMax);
  timer_start(0, event);
  const word start = timer_get(0);
  for (int block = 0; block < kSamples; block += kTaps) {
    for (int first = 0; first < kTaps; first += kAtOnce) {
      for (int i = 0; i < kAtOnce; ++i) line[first + i] = line[first + kTaps + i] = in[block + first + i];
      for (int i = 0; i < kAtOnce; ++i) sum[i] = 0;
      for (int tap = 0; tap < kTaps; ++tap)
        for (int i = 0; i < kAtOnce; ++i) sum[i] += c[tap] * line[first + 1 + tap + i];
      for (int i = 0; i < kAtOnce; ++i) out[block + first + i] = sum[i];
    }
  }
  const word stop = timer_get(0);
  timer_stop(0);
  return start - stop;
}

enum { kLines = 64 };

// So many lines of instructions, one after the other.
static __attribute__((noinline)) word straight(void) {
  timer_set(0, kTimerMax);
  timer_start(0, kClock);
  const word start = timer_get(0);
  __asm__ volatile(".rept %0\n\tnop\n\t.endr" : : "i"(kLines * 4));
  const word stop = timer_get(0);
  timer_stop(0);
  return start - stop;
}
// The same with none.
static __attribute__((noinline)) word nothing(void) {
  timer_set(0, kTimerMax);
  timer_start(0, kClock);
  const word start = timer_get(0);
  const word stop = timer_get(0);
  timer_stop(0);
  return start - stop;
}

static __attribute__((noinline)) word sleep(void) {
  timer_set(1, 100000);
  timer_start(1, kClock);
  timer_set(0, kTimerMax);
  timer_start(0, kIdle);
  const word start = timer_get(0);
  __asm__ volatile("gie\n\tidle" ::: "memory");
  const word stop = timer_get(0);
  timer_stop(0);
  return start - stop;
}

int main(void) {
  static const word events[] = {kClock, kIalu, kFpu, kDual, kE1, kRa, kExternalFetch, kExternalLoad};
  static const char* const names[] = {"clock", "ialu", "fpu", "dual", "e1", "ra", "external_fetch", "external_load"};
  word counts[8];
  samples[0] = 1;
  samples[kSamples / 2] = 2;
  for (int i = 0; i < 8; ++i) counts[i] = filter(samples, results, events[i]);
  __asm__ volatile("str %0, [%1]" : : "r"(kReturn), "r"(kTimer1Vector) : "memory");
  word mask = ~(1u << 4);
  __asm__ volatile("movts imask, %0" : : "r"(mask));
  const word slept = sleep();
  const word lines = straight() - nothing();
  for (int i = 0; i < 8; ++i) report(names[i], (int)counts[i]);
  report("slept", (int)slept);
  report("lines", (int)lines);
  return 0;
}
