/* Copying and filling memory. Whole words at a time where both sides are aligned: a byte from shared memory costs as much as a word. */
#ifndef EPYSIM_VM_DEVICE_BYTES_H
#define EPYSIM_VM_DEVICE_BYTES_H

#include "vm/device/port.h"

void epy_copy(void* to, const void* from, uint32_t bytes);
/* Words; the regions may overlap when `to` lies below `from`. */
void epy_copy_words(uint32_t* to, const uint32_t* from, uint32_t count);
void epy_fill_words(uint32_t* to, uint32_t word, uint32_t count);

#endif
