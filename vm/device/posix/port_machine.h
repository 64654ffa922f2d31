/* The machine the simulator runs on: every core is a thread, and all memory it names lies in one arena below 4 GB. */
#ifndef EPYSIM_VM_DEVICE_POSIX_PORT_MACHINE_H
#define EPYSIM_VM_DEVICE_POSIX_PORT_MACHINE_H

#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#define PORT_PER_CORE _Thread_local
#define PORT_REGISTER(variable, number) variable

/* One address space: no address needs translation. */
static inline bool port_is_local(uint32_t address) {
  (void)address;
  return true;
}

static inline uint32_t port_load(const volatile uint32_t* from) { return __atomic_load_n(from, __ATOMIC_ACQUIRE); }
static inline void port_store(volatile uint32_t* to, uint32_t word) { __atomic_store_n(to, word, __ATOMIC_RELEASE); }
static inline void port_pause(void) { sched_yield(); }
static inline uint32_t port_multiply(uint32_t a, uint32_t b) { return a * b; }
static inline float port_fused(float a, float b, float c) { return fmaf(a, b, c); }

#include "vm/device/newton.h"

static inline float port_divide(float a, float b) { return newton_divide(a, b); }
static inline float port_root(float x) { return newton_root(x); }

#endif
