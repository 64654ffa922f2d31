/* Two heaps of one core: local memory first, then shared memory. Objects never move. Whatever a collection must not free has to be
 * reachable from the stack, the globals or epy_keep. Sizes are bytes; results are 4-byte aligned device addresses. */
#ifndef EPYSIM_VM_DEVICE_HEAP_H
#define EPYSIM_VM_DEVICE_HEAP_H

#include "vm/device/vm.h"

enum epy_place { EPY_ANYWHERE, EPY_SHARED_ONLY };

void epy_heap_start(void);
/* Collects when full; error HEAP or SHARED_HEAP when that does not help. */
uint32_t epy_allocate(uint32_t bytes, enum epy_place place);
/* Makes a block bigger or smaller where it lies; false when it cannot. */
bool epy_resize(uint32_t address, uint32_t bytes);
bool epy_is_block(uint32_t address);
void epy_release(uint32_t address);
void epy_collect(void);
/* One object under construction that nothing refers to yet (0 = none). */
void epy_keep(uint32_t list);

#endif
