/* Traces when it begins, and later. The last core fills its part of the buffer, and some more. */
#include <e_trace.h>

#include "device.h"

#define EVENTS (TRACE_BYTES / 8 / 16) /* of a core */

int main(void) {
  unsigned row, col;
  e_neighbor_id(E_NEXT_CORE, E_GROUP_WRAP, &row, &col);
  volatile unsigned* const neighbours = e_get_global_address(row, col, (void*)(unsigned)E_REG_CTIMER1);
  CHECK(trace_write(T_SEVERITY_ERROR, T_EVENT_MARKER1, T_BP_0, 0) == E_ERR); /* not yet */
  CHECK(trace_init() == E_OK);
  e_wait(E_CTIMER_0, 1000 + number() * 3000);
  CHECK(trace_start_wait_all() == E_OK);
  const unsigned mine = e_ctimer_get(E_CTIMER_1), theirs = *neighbours;
  CHECK(mine - theirs < 100 || theirs - mine < 100); /* they began together */
  CHECK((e_reg_read(E_REG_STATUS) & 8) == 0);
  CHECK(trace_write(T_SEVERITY_NOTICE, T_EVENT_PROGRAM_START, T_BP_0, number()) == E_OK);
  e_wait(E_CTIMER_0, 1000 * (number() + 1));
  CHECK(trace_write(T_SEVERITY_DEBUG, T_EVENT_USER1_START, T_BP_3, 0x1fe) == E_OK);
  for (unsigned i = 0; number() == 15 && i < EVENTS + 2; ++i) trace_write(T_SEVERITY_WARNING, T_EVENT_MARKER1, T_BP_15, i);
  CHECK(trace_stop() == E_OK);
  const unsigned stopped = e_ctimer_get(E_CTIMER_1);
  CHECK(e_ctimer_get(E_CTIMER_1) == stopped);
  return done();
}
