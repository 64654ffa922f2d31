#include "support/support.h"

#include "elink.h"

#include "support/dma.h"

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

__attribute__((noinline)) word measure_dma(void* to, const void* from, int n) {
  timer_restart();
  if (n > 0) {
    __asm__ volatile(".rept 68\n\tnop\n\t.endr");
    dma_start(to, from, (word)n * sizeof(dword));
    __asm__ volatile(".rept 268\n\tnop\n\t.endr");
    dma_wait();
  }
  return timer_elapsed();
}
