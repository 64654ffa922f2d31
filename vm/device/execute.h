/* The instructions that work on the stack in memory alone: all that may collect, wait or fail as a matter of course. */
#ifndef EPYSIM_VM_DEVICE_EXECUTE_H
#define EPYSIM_VM_DEVICE_EXECUTE_H

#include "vm/device/vm.h"

/* Carries out the instruction at epy_vm.pc and moves that to the next one. `opcode` is its own, or what stands for it. sp and st are behind
 * the top operand; returns the new sp. */
uint32_t* epy_execute(enum epy_opcode opcode, uint32_t* sp, uint8_t* st);

/* RANGE: start, stop, step at words[0 .. 2] become a loop's state. */
void epy_range_start(const uint32_t* words, const uint8_t* tags, uint32_t* loop, uint8_t* loop_tags);

#endif
