// Jacobi's method as examples/jacobi.py has it, on all cores: neighbours exchange the points at their edges, and core 0 adds up the error,
// in DDR memory. A message is a word and, behind it, the number of the step that it belongs to.
#include <support/support.h>

enum { kPoints = 100, kMost = kPoints / kCores + 3 };
static const float kTolerance = 0.0001f;

typedef struct {
  volatile float value;
  volatile word step;
} Message;

#define MESSAGES ((Message*)kDdr)
static Message* to_left(int from) { return MESSAGES + from; }
static Message* to_right(int from) { return MESSAGES + kCores + from; }
static Message* to_sum(int from) { return MESSAGES + 2 * kCores + from; }
static Message* sum_of(word step) { return MESSAGES + 3 * kCores + (step & 1); }  // nobody is two steps ahead

static void send(Message* to, word step, float value) {
  to->value = value;
  to->step = step;
}
static float receive(const Message* from, word step) {
  while (from->step != step) {
  }
  return from->value;
}

static float lines[2][kMost];

/// One step from u to next; the sum of the squares that remain.
static float smooth(int mine, const float* u, float* next) {
  float total = 0;
  for (int i = 1; i <= mine; ++i) {
    const float rest = 2.0f * u[i] - u[i - 1] - u[i + 1];
    total += rest * rest;
    next[i] = 0.5f * (u[i - 1] + u[i + 1]);
  }
  return total;
}

static float add_up(int me, word step, float mine) {
  if (me != 0) {
    send(to_sum(me), step, mine);
    return receive(sum_of(step), step);
  }
  for (int other = 1; other < kCores; ++other) mine += receive(to_sum(other), step);
  send(sum_of(step), step, mine);
  return mine;
}

int main(void) {
  const int me = core(), mine = kPoints / kCores + (me < kPoints % kCores);
  float *u = lines[0], *next = lines[1], start = 0, error = 1;
  if (me == 0) u[0] = next[0] = 1.0f;
  if (me == kCores - 1) u[mine + 1] = next[mine + 1] = 10.0f;
  const word before = now();
  word step = 0;
  while (error >= kTolerance * kTolerance) {
    ++step;
    if (me > 0) send(to_left(me), step, u[1]);
    if (me < kCores - 1) send(to_right(me), step, u[mine]);
    if (me > 0) u[0] = receive(to_right(me - 1), step);
    if (me < kCores - 1) u[mine + 1] = receive(to_left(me + 1), step);
    const float total = add_up(me, step, smooth(mine, u, next));
    if (step == 1) start = total;
    error = total / start;
    float* const old = u;
    u = next;
    next = old;
  }
  report("jacobi.cycles", now() - before);
  report("jacobi.steps", step);
  return 0;
}
