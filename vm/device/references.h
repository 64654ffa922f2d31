/* Externals: data that stay where they are in the memory hierarchy. Elements move on demand, one per access, directly when the core can
 * address them, else through the channel; or in chunks ahead of their use (prefetch.h). */
#ifndef EPYSIM_VM_DEVICE_REFERENCES_H
#define EPYSIM_VM_DEVICE_REFERENCES_H

#include "vm/device/lists.h"

#ifndef EPY_NO_REFERENCES
/* Of a launch's argument that is one. */
uint32_t epy_external_new(const volatile struct epy_launch_argument* argument);
struct epy_value epy_external_get(uint32_t external, uint32_t position);
void epy_external_put(uint32_t external, uint32_t position, struct epy_value value);
/* Several elements at once, into words. */
void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count);

#else /* to see how large all this is: vm/images/build.sh */
static inline uint32_t epy_external_new(const volatile struct epy_launch_argument* argument) { return argument->word; }
static inline struct epy_value epy_external_get(uint32_t external, uint32_t position) { return (struct epy_value){external, position}; }
static inline void epy_external_put(uint32_t external, uint32_t position, struct epy_value value) {
  (void)external;
  (void)position;
  (void)value;
}
static inline void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count) {
  (void)external;
  (void)position;
  (void)to;
  (void)count;
}
#endif

#endif
