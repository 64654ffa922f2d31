/* The general case of the arithmetic instructions: any two operands at words[0] and words[1], the result in words[0]. The interpreter
 * does ints and reals of the frequent ones itself. */
#ifndef EPYSIM_VM_DEVICE_ARITHMETIC_H
#define EPYSIM_VM_DEVICE_ARITHMETIC_H

#include "vm/device/vm.h"

void epy_arithmetic(enum epy_opcode opcode, uint32_t* words, uint8_t* tags);
void epy_negate(uint32_t* words, uint8_t* tags);
/* One operation on the host: natives.def's number of a function, or one of these. Operands as given, result in words[0]. */
enum { EPY_MATHS_POW = 32, EPY_MATHS_PARSE = 33, EPY_MATHS_MOD_TRUNC = 34, EPY_MATHS_MOD_FLOOR = 35, EPY_MATHS_DIV_FLOOR = 36 };
void epy_host_maths(uint32_t operation, uint32_t* words, uint8_t* tags, uint32_t operands);

/* The bits of an int, bool or real as a real; error OPERAND_TYPE for anything else. */
uint32_t epy_as_real(uint32_t word, uint32_t tag);
static inline bool epy_is_number(uint32_t tag) { return tag == EPY_INT || tag == EPY_REAL || tag == EPY_BOOL; }

#endif
