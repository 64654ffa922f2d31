/* The porting layer: everything the interpreter and runtime need from a machine. A port is a folder with a port_machine.h (the inline
 * part) and the functions below; nothing else of the device code knows where it runs.
 *
 * Addresses are 32 bits wide. Words that another agent (a partner core, the host) writes or reads are touched only through
 * port_load and port_store, which keep program order as seen by that agent.
 */
#ifndef EPYSIM_VM_DEVICE_PORT_H
#define EPYSIM_VM_DEVICE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/format/control_block.h"
#include "vm/format/image.h"
#include "vm/format/value.h"

#include "port_machine.h" /* of the port's folder:
 *   PORT_PER_CORE               storage class of a core's own variables
 *   port_elsewhere(address)     0 when the address lies in this core's memory and needs no translation
 *   port_load(p), port_store(p, word)
 *   port_pause()                one turn of a polling loop
 *   PORT_REGISTER(variable, n)  declares a hot variable, in a fixed register where that helps (n = 0 .. 3)
 *   port_multiply(a, b)         low 32 bits of a product
 *   port_real_add, port_real_subtract, port_real_multiply, port_real_of   as below; PORT_REALS says that the port has its own
 *   port_divide(a, b)           a / b, both in [1, 2); correctly rounded, as is
 *   port_root(x)                the square root of x in [1, 4)
 * and, where they differ from what is here: */
#ifdef EPY_PACED          /* the VM as slow as another one: turns of an empty loop, as many as the host says */
#define PORT_STEP()                                                                         \
  do {                                                                                      \
    for (uint32_t left = epy_vm.pace; left != 0; --left) __asm__ volatile("" : "+r"(left)); \
  } while (0)
#endif
#ifndef PORT_STEP
#define PORT_STEP() ((void)0) /* before every byte code instruction */
#endif
#ifndef PORT_SHARES_LIST
#define PORT_SHARES_LIST(address) true /* all cores can use the list at this address */
#endif
#ifndef PORT_BYTES
#define PORT_BYTES epy_move_bytes /* what moves bytes: words, where memory elsewhere has only words */
#endif
#ifndef PORT_DMA
#define PORT_DMA epy_move_words /* epy_move_dma, where there is one */
#endif
#ifndef PORT_IS_HOST
#define PORT_IS_HOST false /* what ishost() tells */
#endif

static inline bool port_is_local(uint32_t address) { return port_elsewhere(address) == 0; }

#define PORT_AT(type, address) ((type*)(uintptr_t)(address))
#define PORT_ADDRESS(pointer) ((uint32_t)(uintptr_t)(pointer))

/* What the loader told this core. */
struct epy_boot port_boot(void);

/* This core never runs again (until it is loaded anew). */
_Noreturn void port_halt(void);

#endif
