/* The machine the simulator runs on: cores are fibers of one thread (virtual_core.h), their memory lies below 4 GB. */
#ifndef EPYSIM_VM_DEVICE_POSIX_PORT_MACHINE_H
#define EPYSIM_VM_DEVICE_POSIX_PORT_MACHINE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "vm/device/posix/virtual_core.h"

#define PORT_PER_CORE __attribute__((section("epy_per_core")))
#define PORT_REGISTER(variable, number) variable
#define PORT_IS_HOST true
#define PORT_BYTES epy_move_words
#define PORT_SHARES_LIST(address) false /* a wrong address would end the simulator */

extern int32_t epy_steps_left;         /* of this core's turn */
extern struct epy_outside epy_outside; /* of this core */
void epy_virtual_pause(void);
void epy_virtual_used(void);
void epy_virtual_outside(void);

#define PORT_STEP()                              \
  do {                                           \
    if (epy_steps_left == 0) epy_virtual_used(); \
    --epy_steps_left;                            \
  } while (0)

/* One address space: no address needs translation. */
static inline uint32_t port_elsewhere(uint32_t address) {
  (void)address;
  return 0;
}

static inline bool port_is_outside(const volatile uint32_t* word) {
  uint32_t address = (uint32_t)(uintptr_t)word;
  return address - epy_outside.own_begin >= epy_outside.own_end - epy_outside.own_begin;
}

static inline uint32_t port_load(const volatile uint32_t* from) {
  if (!port_is_outside(from)) return *from;
  epy_virtual_outside();
  return epy_outside.load(epy_outside.context, (uint32_t)(uintptr_t)from);
}

static inline void port_store(volatile uint32_t* to, uint32_t word) {
  if (!port_is_outside(to)) {
    *to = word;
    return;
  }
  epy_virtual_outside();
  epy_outside.store(epy_outside.context, (uint32_t)(uintptr_t)to, word);
}

static inline void port_pause(void) { epy_virtual_pause(); }
static inline uint32_t port_multiply(uint32_t a, uint32_t b) { return a * b; }
static inline float port_fused(float a, float b, float c) { return fmaf(a, b, c); }

#include "vm/device/newton.h"

static inline float port_divide(float a, float b) { return newton_divide(a, b); }
static inline float port_root(float x) { return newton_root(x); }

#endif
