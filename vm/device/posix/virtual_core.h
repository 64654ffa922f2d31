/* Virtual cores: the device's own code on the host, as fibers of one thread. The caller lays out memory, serves requests as a host does for
 * a real core, and decides which core runs next and for how long: so a run is the same every time.
 *
 * A core's memory is host memory below 4 GB. What lies elsewhere (another machine's memory, in which partners keep their mailboxes) is
 * reached word by word through struct epy_outside, and only at the very start of a turn: the core gives its turn back first when it has
 * made steps in it, so that the caller can put such accesses into their order in time.
 */
#ifndef EPYSIM_VM_DEVICE_POSIX_VIRTUAL_CORE_H
#define EPYSIM_VM_DEVICE_POSIX_VIRTUAL_CORE_H

#include "vm/format/control_block.h"

#ifdef __cplusplus
extern "C" {
#endif

struct epy_virtual_core;

/* Memory that is not the host's own: every word outside [own_begin, own_end). */
struct epy_outside {
  uint32_t own_begin, own_end;
  uint32_t (*load)(void* context, uint32_t address);
  void (*store)(void* context, uint32_t address, uint32_t word);
  void* context;
};

enum epy_turn {
  EPY_TURN_PAUSED,  /* it polls for something */
  EPY_TURN_USED,    /* all its steps are made */
  EPY_TURN_OUTSIDE, /* it is about to reach outside */
  EPY_TURN_ENDED    /* it will never run again */
};

/* A core that is about to start. Null when there is no memory for it. */
struct epy_virtual_core* epy_virtual_core_new(struct epy_boot boot, const struct epy_outside* outside);

/* Runs it for at most `steps` byte code instructions (> 0) and says in `made` how many they were. */
enum epy_turn epy_virtual_core_run(struct epy_virtual_core* core, uint32_t steps, uint32_t* made);

void epy_virtual_core_delete(struct epy_virtual_core* core);

#ifdef __cplusplus
}
#endif

#endif
