// The method of Gauss and Seidel with over-relaxation as gauss_seidel.py has it. The points lie in the core's own memory or, with
// -DHEAP, where the SDK's layouts put what malloc returns: in shared memory.
#include "halo.h"

enum { kPoints = 1000, kMost = kPoints / kUsed + 3 };
static const float kTolerance = 0.001f, kRelaxation = 1.3f;

#ifdef HEAP
static float* points(int me) { return (float*)(kDram + 0x1800000) + me * (0x80000 / sizeof(float)); }  // 512 KB for each core
#else
static float line[kMost];
static float* points(int me) {
  (void)me;
  return line;
}
#endif

static float residual(int mine, const float* u) {
  float total = 0;
  for (int i = 1; i <= mine; ++i) {
    const float rest = 2.0f * u[i] - u[i - 1] - u[i + 1];
    total += rest * rest;
  }
  return total;
}

/// Every second point.
static void relax(int first, int mine, float* u) {
  for (int i = first; i <= mine; i += 2) u[i] = (1.0f - kRelaxation) * u[i] + kRelaxation * (0.5f * (u[i - 1] + u[i + 1]));
}

int main(void) {
  const int me = core(), mine = kPoints / kUsed + (me < kPoints % kUsed);
  float* const u = points(me);
  for (int i = 0; i < mine + 2; ++i) u[i] = 0;
  if (me == 0) u[0] = 1.0f;
  if (me == kUsed - 1) u[mine + 1] = 10.0f;
  start_clock();
  float start = 0, error = 1;
  word step = 0;
  while (error >= kTolerance * kTolerance) {
    ++step;
    swap_edges(me, step, mine, u);
    const float total = add_up(me, step, residual(mine, u));
    if (step == 1) start = total;
    error = total / start;
    relax(2, mine, u);
    relax(1, mine, u);
  }
  report("cycles", (int)now());
  report("steps", (int)step);
  return 0;
}
