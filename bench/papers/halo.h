// What the solvers in C share: points shared out over the cores, neighbours that swap the points at their edges, a sum over all cores.
// A message is a word in the receiver's memory and, behind it, the number of the step that it belongs to.
#pragma once
#include <support/support.h>

#ifndef CORES
#define CORES 16
#endif
enum { kUsed = CORES };

typedef struct {
  volatile float value;
  volatile word step;
} Message;

static Message from_left, from_right, sum, parts[kUsed];

static inline void send(Message* to, word step, float value) {
  to->value = value;
  to->step = step;
}
static inline float receive(const Message* from, word step) {
  while (from->step != step) {
  }
  return from->value;
}

/// Sends both edges of u[1] to u[mine], and takes those of the neighbours into u[0] and u[mine + 1].
static inline void swap_edges(int me, word step, int mine, float* u) {
  if (me > 0) send(at(me - 1, &from_right), step, u[1]);
  if (me < kUsed - 1) send(at(me + 1, &from_left), step, u[mine]);
  if (me > 0) u[0] = receive(&from_left, step);
  if (me < kUsed - 1) u[mine + 1] = receive(&from_right, step);
}

/// The sum over all cores, on all cores.
static inline float add_up(int me, word step, float mine) {
  if (me != 0) {
    send((Message*)at(0, parts) + me, step, mine);
    return receive(&sum, step);
  }
  for (int other = 1; other < kUsed; ++other) mine += receive(parts + other, step);
  for (int other = 1; other < kUsed; ++other) send(at(other, &sum), step, mine);
  return mine;
}
