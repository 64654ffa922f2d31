/* Cores in programmable logic, each with a block RAM that no other core sees: what a core lacks, GCC's library does. */
#ifndef EPYSIM_VM_DEVICE_FREESTANDING_SOFT_CORE_H
#define EPYSIM_VM_DEVICE_FREESTANDING_SOFT_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "vm/device/root.h"

#define PORT_PER_CORE /* every core has its own memory */

/* Below 1 MB there is nothing but this core's block RAM. */
static inline uint32_t port_elsewhere(uint32_t address) { return address >> 20; }
#define PORT_SHARES_LIST(address) (port_elsewhere(address) != 0)

/* A core waits for each of its loads and stores, so that others see them in program order. */
static inline uint32_t port_load(const volatile uint32_t* from) { return *from; }
static inline void port_store(volatile uint32_t* to, uint32_t word) { *to = word; }

#define PORT_REGISTER(variable, number) register variable
static inline void port_pause(void) {}
static inline uint32_t port_multiply(uint32_t a, uint32_t b) { return a * b; }
static inline float port_divide(float a, float b) { return a / b; }
static inline float port_root(float x) { return digit_root(x); }

#endif
