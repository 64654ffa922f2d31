/* A board's memory and registers in this process: mapped from the driver's device (/dev/epiphany/mesh0), from physical memory (/dev/mem),
 * or from a folder of `epysim board --export`.
 *
 * Memory is shared: stores are seen at once. Registers of an exported board are compared with its file when it is asked to (board_flush):
 * core by core in the order of their addresses. So board_put flushes by itself where that would not be the order in which it was called.
 *
 * Cores are counted row by row within the platform.
 */
#ifndef ESDK_BOARD_H
#define ESDK_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "e-hal-data.h"

#define SRAM_BYTES 0x8000u
#define REGISTERS 0xf0000u /* from a core's window */
#define REGISTER_BYTES 0x1000u

/* Maps all of the platform. False after a message. */
bool board_open(const e_platform_t* platform);
void board_close(void);
/* Whether there is a board that answers: opened, and not ended since. A message when it has ended. */
bool board_answers(const char* caller);
/* The descriptor of the device. */
int board_device(void);

unsigned board_cores(void);
uint32_t board_window(unsigned core); /* the first address of a core, for all cores */
unsigned char* board_scratchpad(unsigned core);
unsigned char* board_registers(unsigned core);
/* The first of the memories that host and cores share. */
unsigned char* board_shared(void);
uint32_t board_shared_address(void); /* for the cores */
uint32_t board_shared_bytes(void);
/* Where that range is in this process, if one of these memories holds it; else NULL. `address`: as the cores know it. */
unsigned char* board_memory(uint32_t address, size_t bytes);

/* `reg`: E_REG_* */
uint32_t board_get(unsigned core, uint32_t reg);
void board_put(unsigned core, uint32_t reg, uint32_t value);
/* What was stored has happened when it returns. */
void board_flush(void);
/* Resets everything but the shared memory. False where the device cannot. */
bool board_reset(void);

/* Between processes: of the device, for a few microseconds. */
void board_lock(void);
void board_unlock(void);

/* What board_copy moves is in words where both the address and the rest allow, byte by byte elsewhere. */
void board_copy_in(volatile unsigned char* to, const void* from, size_t bytes);
void board_copy_out(void* to, const volatile unsigned char* from, size_t bytes);
void board_clear(volatile unsigned char* at, size_t bytes);

/* -- time (docs/esdk.md, "Time") */
bool board_has_virtual_time(void);
/* An access by the host is over: in virtual time, its cost passes. */
void board_charge(void);
/* Lets that time pass on the board. On an exported board it ends early when no core can go on; on others this process sleeps. */
void board_pass(uint64_t nanoseconds);
/* Nanoseconds that this process has let pass on a board in virtual time. */
uint64_t board_elapsed(void);

#endif
