#include "support.h"

// The SDK's timer functions that are in assembly: test which timer is meant, clear its event, set its event.

__attribute__((noinline)) word timer_set(int timer, word value) {
  if (timer == 0)
    __asm__ volatile("movts ctimer0, %0" : : "r"(value));
  else
    __asm__ volatile("movts ctimer1, %0" : : "r"(value));
  return value;
}

__attribute__((noinline)) word timer_get(int timer) {
  word value;
  if (timer == 0)
    __asm__ volatile("movfs %0, ctimer0" : "=r"(value));
  else
    __asm__ volatile("movfs %0, ctimer1" : "=r"(value));
  return value;
}

__attribute__((noinline)) word timer_start(int timer, word event) {
  word config, value;
  if (timer == 0) {
    __asm__ volatile("movfs %0, config" : "=r"(config));
    config &= 0xffffff0f;
    __asm__ volatile("movts config, %0" : : "r"(config));
    config |= event << 4;
    __asm__ volatile("movts config, %1\n\tmovfs %0, ctimer0" : "=r"(value) : "r"(config));
  } else {
    __asm__ volatile("movfs %0, config" : "=r"(config));
    config &= 0xfffff0ff;
    __asm__ volatile("movts config, %0" : : "r"(config));
    config |= event << 8;
    __asm__ volatile("movts config, %1\n\tmovfs %0, ctimer1" : "=r"(value) : "r"(config));
  }
  return value;
}

static volatile char arrived[kCores];  // of core 0
static volatile char released;

void barrier(void) {
  const int me = core();
  if (me == 0) {
    for (int i = 1; i < kCores; ++i)
      while (arrived[i] == 0) {
      }
    for (int i = 1; i < kCores; ++i) arrived[i] = 0;
    for (int i = kCores - 1; i > 0; --i) *(volatile char*)at(i, &released) = 1;
  } else {
    released = 0;
    *(volatile char*)at(0, &arrived[me]) = 1;
    while (released == 0) {
    }
  }
}

static void put(const char* text, int bytes) {
  register int fd __asm__("r0") = 1;
  register const char* from __asm__("r1") = text;
  register int count __asm__("r2") = bytes;
  __asm__ volatile("trap 0" : "+r"(fd) : "r"(from), "r"(count) : "r3", "memory");
}

static char* digits(char* to, word value) {
  static const word powers[] = {1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
  int shown = 0;
  for (int i = 0; i < 10; ++i) {
    char digit = '0';
    for (; value >= powers[i]; value -= powers[i]) ++digit;
    if (digit != '0' || shown || i == 9) {
      *to++ = digit;
      shown = 1;
    }
  }
  return to;
}

static void line(const char* name, int index, int value) {
  char text[64];
  char* to = digits(text, (word)core());
  *to++ = ' ';
  while (*name) *to++ = *name++;
  if (index >= 0) {
    *to++ = '.';
    to = digits(to, (word)index);
  }
  *to++ = ' ';
  if (value < 0) *to++ = '-';
  to = digits(to, value < 0 ? -(word)value : (word)value);
  *to++ = '\n';
  put(text, to - text);
}

void report(const char* name, int value) { line(name, -1, value); }
void report_nth(const char* name, int index, int value) { line(name, index, value); }
