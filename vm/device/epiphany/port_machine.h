/* Epiphany-III. Built for the float mode of the FPU with rounding to nearest; GCC would switch modes (and touch the interrupt flag)
 * around every integer multiplication it emits, so the device code has none but the one below. It also loses track of the mode behind a
 * computed jump, so the interpreter's operations on reals are written out. */
#ifndef EPYSIM_VM_DEVICE_EPIPHANY_PORT_MACHINE_H
#define EPYSIM_VM_DEVICE_EPIPHANY_PORT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#define PORT_PER_CORE /* every core has its own memory */
#define PORT_DMA epy_move_dma

/* The first megabyte is this core's own; its window in the address space of all cores is somewhere above. */
static inline uint32_t port_elsewhere(uint32_t address) { return address >> 20; }

/* Stores of one core to one memory arrive in program order, and a load completes before anything uses it. */
static inline uint32_t port_load(const volatile uint32_t* from) { return *from; }
static inline void port_store(volatile uint32_t* to, uint32_t word) { *to = word; }

/* Four variables that the interpreter wants in fixed registers: preserved by calls, and three of them reached by 16-bit instructions. Left
 * to itself GCC gives each path through the dispatch its own copies and moves between them. */
#define PORT_REGISTER(variable, number) register variable PORT_REGISTER_##number
#define PORT_REGISTER_0 __asm__("r5")
#define PORT_REGISTER_1 __asm__("r6")
#define PORT_REGISTER_2 __asm__("r7")
#define PORT_REGISTER_3 __asm__("r8")

static inline void port_pause(void) {}

static inline uint32_t port_multiply(uint32_t a, uint32_t b) {
  uint32_t config, product;
  __asm__("movfs %0, config\n\torr %1, %0, %4\n\tmovts config, %1\n\timul %1, %2, %3\n\tmovts config, %0"
          : "=&r"(config), "=&r"(product)
          : "r"(a), "r"(b), "r"(0x80000u) /* ARITHMODE: signed integer */);
  return product;
}

#define PORT_REALS
#define PORT_REAL(name, instruction)                                           \
  static inline uint32_t name(uint32_t a, uint32_t b) {                        \
    uint32_t result;                                                           \
    __asm__(instruction " %0, %1, %2" : "=r"(result) : "r"(a), "r"(b) : "cc"); \
    return result;                                                             \
  }
PORT_REAL(port_real_add, "fadd")
PORT_REAL(port_real_subtract, "fsub")
PORT_REAL(port_real_multiply, "fmul")
static inline uint32_t port_real_of(uint32_t integer) {
  uint32_t result;
  __asm__("float %0, %1" : "=r"(result) : "r"(integer) : "cc");
  return result;
}

static inline float port_fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

#include "vm/device/newton.h"

static inline float port_divide(float a, float b) { return newton_divide(a, b); }
static inline float port_root(float x) { return newton_root(x); }

#endif
