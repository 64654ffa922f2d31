/* Prefetching: an external with a ring keeps some of its elements on the core, in chunks, and asks for the next ones before they are
 * needed.
 *
 * A chunk is `elements` elements from a multiple of that on. One that is not there when it is needed takes the place of the one asked for
 * longest ago, and so do those that are expected after it: `ahead` of them in the direction of the access (from place to place when two
 * steps in a row were the same, down when the next chunk above is there, else up). The first use of one that was expected asks for one
 * more.
 *
 * Stores go to the copy. A run of them, ascending without gaps, no longer than a chunk, is one transfer to where the data live, made when
 * another run begins, a chunk gives way, the host is asked for something, or a message is sent or received. So others see this core's
 * stores to one variable in their order. A message or a barrier also lets go of all copies, because what others have stored before it has
 * to be seen after it: results are those of access on demand.
 */
#ifndef EPYSIM_VM_DEVICE_PREFETCH_H
#define EPYSIM_VM_DEVICE_PREFETCH_H

#include "vm/device/channel.h"

struct epy_chunk {
  struct epy_piece piece; /* its copy; of no elements when there is none */
  uint32_t step;          /* not used yet: how far it is from the place before, and to the next */
};

struct epy_ring {
  struct epy_external data;
  struct epy_ring* next;
  struct epy_chunk* end; /* behind the last of chunk[] */
  uint32_t elements, ahead;
  struct epy_chunk* current; /* the last one used */
  struct epy_chunk* oldest;
  uint32_t missed, stride; /* position that was not there last, and how far it was from the one before */
  struct epy_piece run;    /* of stores: those still to be told, while the run before may be under way */
  struct epy_chunk chunk[];
};

#ifndef EPY_NO_REFERENCES
/* As a launch says; but for its `data`. */
uint32_t epy_ring_new(const volatile struct epy_launch_argument* argument);
/* The copy of an element. */
volatile uint32_t* epy_ring_element(uint32_t external, uint32_t position);
void epy_ring_store(uint32_t external, uint32_t position, uint32_t word);

/* Before others look: tells all stores, and waits until they are known. */
void epy_flush_rings(void);
/* Before this core may see what others have stored: the same, and forgets all copies. */
void epy_let_go_of_rings(void);

static inline void epy_flush(void) {
  if (epy_vm.rings) epy_flush_rings();
}
static inline void epy_let_go(void) {
  if (epy_vm.rings) epy_let_go_of_rings();
}
#else
static inline void epy_flush(void) {}
static inline void epy_let_go(void) {}
#endif

#endif
