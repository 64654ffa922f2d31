/* Strings: immutable text in the heap or in the image. */
#ifndef EPYSIM_VM_DEVICE_STRINGS_H
#define EPYSIM_VM_DEVICE_STRINGS_H

#include "vm/device/vm.h"

/* A new string of `bytes` characters, to be filled by the caller; the final NUL is there. */
uint32_t epy_string_new(uint32_t bytes);
/* A value's text as print shows it. */
uint32_t epy_string_of(uint32_t tag, uint32_t word);
/* The joined texts of two values on the stack (at least one of them is a string). */
uint32_t epy_string_join(const uint32_t* words, const uint8_t* tags);
/* The text the host left in this core's block. */
uint32_t epy_string_from_host(uint32_t bytes);
/* Less than, equal to or greater than zero, by bytes. */
int epy_string_compare(uint32_t a, uint32_t b);
bool epy_string_contains(uint32_t text, uint32_t part);
/* The decimal number a string holds, with blanks around it; error VALUE when it is none. */
int32_t epy_string_to_int(uint32_t text);

#endif
