/* Transfers of data by reference through this core's channel (vm/format/control_block.h), many at a time if need be. Data that the core can
 * address are moved without anybody's help, in the same two steps. */
#ifndef EPYSIM_VM_DEVICE_CHANNEL_H
#define EPYSIM_VM_DEVICE_CHANNEL_H

#include "vm/device/vm.h"

/* Elements of an external, and words that are a copy of them. */
struct epy_piece {
  uint32_t position, count;
  volatile uint32_t* words;
  volatile struct epy_transfer* transfer; /* its own descriptor ... */
  volatile uint32_t* cells;               /* and cells */
  uint32_t operation;                     /* under way: enum epy_transfer_state */
};

/* Asks for a transfer and goes on. What is written is taken from the words now. */
void epy_piece_begin(const struct epy_external* data, struct epy_piece* piece, enum epy_transfer_state operation);
/* Waits until nothing of it is under way. Returns 0, or what failed: an errors.def code. */
uint32_t epy_piece_settle(const struct epy_external* data, struct epy_piece* piece);
/* The same for one that has been begun and is needed: puts what was read into the words; fails as the host says. */
void epy_piece_end(const struct epy_external* data, struct epy_piece* piece);

#endif
