/* Messages between cores, by stores into the partner's mailbox (struct epy_slot): no core ever loads from another one's memory.
 * Partners are named by absolute core id, as the program knows them. */
#ifndef EPYSIM_VM_DEVICE_MESSAGES_H
#define EPYSIM_VM_DEVICE_MESSAGES_H

#include "vm/device/lists.h"

/* Numbers, bools, none and functions; and lists, arrays and externals of these, of any length. With a `count`, so many elements of a list.
 */
#define EPY_WHOLE 0xffffffffu
void epy_send(struct epy_value value, struct epy_value core, uint32_t count); /* returns when it was taken */
void epy_send_nonblocking(struct epy_value value, struct epy_value core);     /* no list; waits only for an earlier one */
bool epy_sent(struct epy_value core, bool wait);                              /* whether the last message was taken */
struct epy_value epy_receive(struct epy_value core, uint32_t count);
bool epy_probe(struct epy_value core);
struct epy_value epy_exchange(struct epy_value value, struct epy_value core, uint32_t count);

/* Collectives: all participating cores call them in the same order. */
void epy_barrier(void);
struct epy_value epy_broadcast(struct epy_value value, struct epy_value root);
enum epy_reduction { EPY_SUM, EPY_MIN, EPY_MAX, EPY_PROD };
struct epy_value epy_reduce(struct epy_value value, enum epy_reduction operation);

#endif
