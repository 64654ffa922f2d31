/* Starting, interrupting, halting cores. With EHAL_GDBSERVER set, a core is halted before it is started, for a debugger to let it go. */
#include <stdlib.h>

#include "board.h"
#include "group.h"
#include "message.h"
#include "poll.h"
#include "start.h"

static int store(const char* caller, e_epiphany_t* dev, unsigned row, unsigned col, uint32_t reg, uint32_t value) {
  unsigned core;
  if (!group_core(caller, dev, row, col, &core)) return E_ERR;
  poll_ends();
  board_put(core, reg, value);
  board_charge();
  return E_OK;
}

void start_cores(const unsigned* cores, unsigned count) {
  const char* const debugger = getenv("EHAL_GDBSERVER");
  poll_ends();
  for (unsigned i = 0; i < count && debugger != NULL && *debugger != '\0'; ++i) board_put(cores[i], E_REG_DEBUGCMD, 1);
  board_flush();
  for (unsigned i = 0; i < count; ++i) board_put(cores[i], E_REG_ILATST, 1u << E_SYNC);
  board_charge();
}

int e_start(e_epiphany_t* dev, unsigned row, unsigned col) {
  unsigned core;
  if (!group_core("e_start", dev, row, col, &core)) return E_ERR;
  start_cores(&core, 1);
  return E_OK;
}

int e_start_group(e_epiphany_t* dev) {
  unsigned cores[GROUP_MOST], count;
  if (!group_cores("e_start_group", dev, cores, &count)) return E_ERR;
  start_cores(cores, count);
  return E_OK;
}

int e_signal(e_epiphany_t* dev, unsigned row, unsigned col) { return store("e_signal", dev, row, col, E_REG_ILATST, 1u << E_USER_INT); }
int e_halt(e_epiphany_t* dev, unsigned row, unsigned col) { return store("e_halt", dev, row, col, E_REG_DEBUGCMD, 1); }
int e_resume(e_epiphany_t* dev, unsigned row, unsigned col) { return store("e_resume", dev, row, col, E_REG_DEBUGCMD, 0); }
