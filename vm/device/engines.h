/* What moves words between this core's memory and memory elsewhere: cells of the channel, chunks of data in shared memory. A choice of the
 * runtime (epy_control.engine). Addresses are multiples of 4, and may be local or global. */
#ifndef EPYSIM_VM_DEVICE_ENGINES_H
#define EPYSIM_VM_DEVICE_ENGINES_H

#include "vm/device/port.h"

typedef void epy_engine_function(volatile uint32_t* to, const volatile uint32_t* from, uint32_t words);

epy_engine_function epy_move_bytes; /* one byte after the other */
epy_engine_function epy_move_words;
epy_engine_function epy_move_dma; /* of ports that have it */

#endif
