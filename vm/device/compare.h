/* Truth, equality and order of values. */
#ifndef EPYSIM_VM_DEVICE_COMPARE_H
#define EPYSIM_VM_DEVICE_COMPARE_H

#include "vm/device/vm.h"

bool epy_truth(uint32_t word, uint32_t tag);
/* By content; values of unlike types are unequal. */
bool epy_equal(uint32_t a, uint32_t a_tag, uint32_t b, uint32_t b_tag);
/* a < b (LT), <= (LE), > (GT), >= (GE), == (EQ), != (NE) */
bool epy_compare(enum epy_opcode opcode, const uint32_t* words, const uint8_t* tags);
/* Whether words[0] is an element of (for strings: a part of) words[1]. */
bool epy_contains(const uint32_t* words, const uint8_t* tags);

#endif
