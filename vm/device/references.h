/* Externals: data that stays where it is in the memory hierarchy. Elements move on demand, one per access, directly when the core can
 * address them, else by a request to the host through cell 0 of this core's channel. */
#ifndef EPYSIM_VM_DEVICE_REFERENCES_H
#define EPYSIM_VM_DEVICE_REFERENCES_H

#include "vm/device/lists.h"

struct epy_value epy_external_get(uint32_t external, uint32_t position);
void epy_external_put(uint32_t external, uint32_t position, struct epy_value value);
/* Several elements at once, into words. */
void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count);

#endif
