/* The native calls of natives.def. */
#ifndef EPYSIM_VM_DEVICE_NATIVES_H
#define EPYSIM_VM_DEVICE_NATIVES_H

#include "vm/device/vm.h"

/* Arguments at words[0 .. count-1]; the result replaces words[0] (there is room for it when count is 0). */
void epy_native_call(uint32_t id, uint32_t count, uint32_t* words, uint8_t* tags);

#endif
