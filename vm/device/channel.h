/* Transfers of data by reference through this core's channel (vm/format/control_block.h), many at a time if need be. Data that the core can
 * address are moved without anybody's help, in the same two steps. */
#ifndef EPYSIM_VM_DEVICE_CHANNEL_H
#define EPYSIM_VM_DEVICE_CHANNEL_H

#include "vm/device/vm.h"

/* Elements of an external, and words that are a copy of them. */
struct epy_piece {
  uint32_t transfer; /* address of its descriptor, which tells the cells too; 0: none is needed */
  uint32_t position, count;
  uint32_t words;     /* address */
  uint32_t operation; /* under way: enum epy_transfer_state */
  uint32_t home;      /* then: address of the data, as far as this core can reach them */
};

/* Asks for a transfer and goes on. What is written is taken from the words now. */
void epy_piece_begin(const struct epy_external* data, struct epy_piece* piece, enum epy_transfer_state operation);
/* Waits until nothing of it is under way, and puts what was read into the words. Fails as the host says, unless `count` is 0 by now:
 * nobody needs it. */
void epy_piece_end(const struct epy_external* data, struct epy_piece* piece);

#endif
