/* Prefetching: an external with a ring keeps some of its elements on the core, in chunks, and asks for the next ones before they are
 * needed.
 *
 * A chunk is `elements` elements from a multiple of that on. One that is not there when it is needed takes the place of the one asked for
 * longest ago, and so do those that are expected after it: `ahead` of them in the direction of the access (from place to place when two
 * steps in a row were the same, else up). The first use of one that was expected asks for one more.
 *
 * Stores go to the copy. A run of them, ascending without gaps, no longer than a chunk, is one transfer to where the data live, made when
 * another run begins, a chunk gives way, or all copies are let go of: before a message or a barrier, and when the host is asked for
 * anything but mathematics. So others see this core's stores to one variable in their order, and what others have stored before a message
 * is seen after it: results are those of access on demand.
 */
#ifndef EPYSIM_VM_DEVICE_PREFETCH_H
#define EPYSIM_VM_DEVICE_PREFETCH_H

#include "vm/device/channel.h"

struct epy_chunk {
  struct epy_piece piece; /* its copy; of no elements when there is none */
  uint32_t next;          /* address of the next one, round all of them */
  uint32_t step;          /* not used yet: how far it is from the place before, and to the next */
  uint32_t words[];
};

/* What an external is on the core; on demand it is only its beginning. */
struct epy_ring {
  struct epy_external data;
  uint32_t current, oldest; /* addresses of the chunk that was used last, and of the one asked for longest ago */
  struct epy_piece run;     /* of stores, those still to be told, or (no words) being told. On demand: what is under way */
  uint32_t word;            /* on demand: an element on its way */
  uint32_t next;            /* address of another ring */
  uint32_t missed, stride;  /* position that was not there last, and how far it was from the one before */
};                          /* its chunks follow */

#ifndef EPY_NO_REFERENCES
static inline uint32_t epy_rings(void) { return epy_vm.rings; }
/* The copy of an element. */
volatile uint32_t* epy_ring_element(struct epy_ring* ring, uint32_t position);
void epy_ring_store(struct epy_ring* ring, uint32_t position, uint32_t word);
/* Tells its run of stores; may wait until that is known. */
void epy_ring_flush(struct epy_ring* ring, bool wait);

/* Before others look, and before this core may see what others have stored: tells all stores, waits until they are known, and forgets all
 * copies. */
void epy_let_go(void);
#else
static inline uint32_t epy_rings(void) { return 0; }
static inline void epy_let_go(void) {}
#endif

#endif
