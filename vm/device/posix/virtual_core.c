#include "vm/device/posix/virtual_core.h"

#include <setjmp.h>

#include "vm/device/vm.h"

static _Thread_local struct epy_boot record;
static _Thread_local jmp_buf end;

struct epy_boot port_boot(void) {
  return record;
}
_Noreturn void port_halt(void) { longjmp(end, 1); }

void epy_virtual_core_run(struct epy_boot boot) {
  record = boot;
  if (setjmp(end) == 0) epy_run();
}
