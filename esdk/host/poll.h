/* Hosts poll. In virtual time a board stands still meanwhile but for what each access costs; so a host that reads the same values again and
 * again lets more time pass. */
#ifndef ESDK_POLL_H
#define ESDK_POLL_H

#include <stddef.h>

/* `data` was read at `place`. */
void poll_read(const volatile void* place, const void* data, size_t bytes);
/* It has looked at the clock. */
void poll_clock(void);
/* The host has done something else. */
void poll_ends(void);

#endif
