#include "support/support.h"

#include "elink.h"

__attribute__((noinline)) void timer_restart(void) { timer_set(0, kTimerMax); }
__attribute__((noinline)) word timer_elapsed(void) { return kTimerMax - timer_get(0); }

__attribute__((noinline)) word measure_up(dword* to, const dword* from, int n) {
  timer_restart();
  if (n > 0) copy_up(to, from, n);
  return timer_elapsed();
}

__attribute__((noinline)) word measure_down(dword* to, const dword* from, int n) {
  timer_restart();
  if (n > 0) copy_down(to, from, n);
  return timer_elapsed();
}
