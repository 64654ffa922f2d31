// What is timed in dma_flows.c; built with -O0.
#include "support/support.h"

#include "dma_flows.h"
#include "support/dma.h"

word timer_alone(void) {
  word start, stop, time;
  start = timer_set(0, kTimerMax);
  timer_start(0, kClock);
  stop = timer_stop(0);
  time = start - stop;
  return time;
}

word send_and_wait(void* to, const void* from, int bytes, volatile word* answer) {
  word start, stop, time;
  start = timer_set(0, kTimerMax);
  timer_start(0, kClock);
  dma_copy(to, from, bytes);
  while (*answer == 0)
    ;
  stop = timer_stop(0);
  time = start - stop;
  return time;
}

void wait_and_answer(volatile word* last, volatile word* answer) {
  while (*last == 0)
    ;
  *answer = 1;
}
