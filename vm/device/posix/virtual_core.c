#define _GNU_SOURCE
#include "vm/device/posix/virtual_core.h"

#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "vm/device/vm.h"

/* The address sanitizer has to be told which stack the program is on. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#define leave_stack __sanitizer_start_switch_fiber
#define enter_stack __sanitizer_finish_switch_fiber
#else
static void leave_stack(void** own, const void* next, size_t bytes) { (void)own, (void)next, (void)bytes; }
static void enter_stack(void* own, const void** last, size_t* bytes) { (void)own, (void)last, (void)bytes; }
#endif

#define STACK_BYTES (256u << 10) /* of C; the program's own stack lies in the core's memory */

/* The linker puts every PORT_PER_CORE variable between these two. */
extern unsigned char __start_epy_per_core[], __stop_epy_per_core[];

static PORT_PER_CORE struct epy_boot record;

struct epy_virtual_core {
  ucontext_t context;
  struct epy_boot boot;
  struct epy_outside outside;
  enum epy_turn turn;
  void* stack;
  unsigned char* variables; /* while another core runs */
};

int32_t epy_steps_left;
struct epy_outside epy_outside;
static int32_t steps_given;
static struct epy_virtual_core* running;
static ucontext_t caller;
static const void* caller_stack;
static size_t caller_stack_bytes;

static size_t variable_bytes(void) { return (size_t)(__stop_epy_per_core - __start_epy_per_core); }

static void give_back(enum epy_turn turn) {
  void* own;
  running->turn = turn;
  leave_stack(&own, caller_stack, caller_stack_bytes);
  swapcontext(&running->context, &caller);
  enter_stack(own, &caller_stack, &caller_stack_bytes);
}

void epy_virtual_pause(void) { give_back(EPY_TURN_PAUSED); }
void epy_virtual_used(void) { give_back(EPY_TURN_USED); }
void epy_virtual_outside(void) {
  if (epy_steps_left != steps_given) give_back(EPY_TURN_OUTSIDE);
}

struct epy_boot port_boot(void) {
  return record;
}

_Noreturn void port_halt(void) {
  for (;;) give_back(EPY_TURN_ENDED);
}

static void begin(void) {
  enter_stack(NULL, &caller_stack, &caller_stack_bytes);
  epy_run();
}

static bool make_context(struct epy_virtual_core* core) {
  if (getcontext(&core->context)) return false;
  core->context.uc_stack.ss_sp = core->stack;
  core->context.uc_stack.ss_size = STACK_BYTES;
  makecontext(&core->context, begin, 0);
  return true;
}

struct epy_virtual_core* epy_virtual_core_new(struct epy_boot boot, const struct epy_outside* outside) {
  struct epy_virtual_core* core = calloc(1, sizeof *core);
  if (!core) return NULL;
  core->boot = boot;
  core->outside = *outside;
  core->stack = malloc(STACK_BYTES);
  core->variables = calloc(1, variable_bytes());
  if (core->stack && core->variables && make_context(core)) return core;
  epy_virtual_core_delete(core);
  return NULL;
}

enum epy_turn epy_virtual_core_run(struct epy_virtual_core* core, uint32_t steps, uint32_t* made) {
  *made = 0;
  if (core->turn == EPY_TURN_ENDED) return EPY_TURN_ENDED;
  memcpy(__start_epy_per_core, core->variables, variable_bytes());
  record = core->boot;
  running = core;
  epy_outside = core->outside;
  epy_steps_left = steps_given = (int32_t)steps;
  void* own;
  leave_stack(&own, core->stack, STACK_BYTES);
  swapcontext(&caller, &core->context);
  enter_stack(own, NULL, NULL);
  memcpy(core->variables, __start_epy_per_core, variable_bytes());
  *made = (uint32_t)(steps_given - epy_steps_left);
  return core->turn;
}

void epy_virtual_core_delete(struct epy_virtual_core* core) {
  if (!core) return;
  free(core->stack);
  free(core->variables);
  free(core);
}
