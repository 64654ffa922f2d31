// What is timed in pingpong.c; built with -O0.
#include "support/support.h"

#include "pingpong.h"

word timer_alone(void) {
  word start, stop, time;
  start = timer_set(0, kTimerMax);
  timer_start(0, kClock);
  stop = timer_stop(0);
  time = start - stop;
  return time;
}

word ping(volatile word* mine, volatile word* theirs) {
  word start, stop, time;
  *mine = 0;
  start = timer_set(0, kTimerMax);
  timer_start(0, kClock);
  *theirs = 1;
  while (*mine == 0)
    ;
  stop = timer_stop(0);
  time = start - stop;
  return time;
}

void pong(volatile word* mine, volatile word* theirs) {
  while (*mine == 0)
    ;
  *theirs = 1;
}
