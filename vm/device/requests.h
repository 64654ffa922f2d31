/* Requests to the host (vm/format/control_block.h): the core rings and waits for the reply. */
#ifndef EPYSIM_VM_DEVICE_REQUESTS_H
#define EPYSIM_VM_DEVICE_REQUESTS_H

#include "vm/device/vm.h"

/* Sends a request with up to three arguments (the 4th and 5th may be set in the block before) and waits for the reply. */
void epy_request(enum epy_request kind, uint32_t a, uint32_t b, uint32_t c);
void epy_request_argument(uint32_t index, uint32_t word);
uint32_t epy_reply(uint32_t index);

/* Tells the user something, once per core and kind. */
void epy_notice(enum epy_notice kind, uint32_t detail);

/* Marks that this core waits, for the monitor's deadlock report, and that it does no more. */
void epy_begin_wait(enum epy_activity activity, uint32_t partner);
void epy_end_wait(void);

/* Waits for the host to store what these bits of a word are to be; returns the word. */
uint32_t epy_await_host(const volatile uint32_t* word, uint32_t bits, uint32_t value);

/* One turn of any waiting loop: leaves the program when the host says so. */
void epy_poll(void);

/* Leaves the program without a request, because the host asked for it. */
_Noreturn void epy_leave(void);

#endif
