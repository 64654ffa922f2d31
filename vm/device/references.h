/* Externals: data that stay where they are in the memory hierarchy. Elements move on demand, one per access, directly when the core can
 * address them, else through the channel; or in chunks ahead of their use (prefetch.h). */
#ifndef EPYSIM_VM_DEVICE_REFERENCES_H
#define EPYSIM_VM_DEVICE_REFERENCES_H

#include "vm/device/lists.h"
#include "vm/device/prefetch.h"

#ifndef EPY_NO_REFERENCES
static inline bool epy_is_external(uint32_t tag) { return tag == EPY_EXTERNAL; }
/* Of a launch's argument that is one. */
uint32_t epy_external_new(const volatile struct epy_launch_argument* argument);
/* Room in it for one element. */
static inline uint32_t* epy_external_word(uint32_t external) { return &PORT_AT(struct epy_ring, external)->word; }
/* Elements into words that have an address on this core. */
void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count);
void epy_external_put(uint32_t external, uint32_t position, struct epy_value value);

#else /* to see how large all this is: vm/images/build.sh */
static inline bool epy_is_external(uint32_t tag) {
  (void)tag;
  return false;
}
static inline uint32_t epy_external_new(const volatile struct epy_launch_argument* argument) { return argument->word; }
static inline uint32_t* epy_external_word(uint32_t external) { return PORT_AT(uint32_t, external); }
static inline void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count) {
  *to = external + position + count;
}
static inline void epy_external_put(uint32_t external, uint32_t position, struct epy_value value) {
  (void)external;
  (void)position;
  (void)value;
}
#endif

#endif
