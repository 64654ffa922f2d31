#include "vm/device/channel.h"

#include "vm/device/requests.h"

static volatile struct epy_transfer* descriptor(const struct epy_piece* piece) {
  return PORT_AT(volatile struct epy_transfer, piece->transfer);
}
static volatile uint32_t* at(uint32_t address) { return PORT_AT(volatile uint32_t, address); }

void epy_piece_begin(const struct epy_external* data, struct epy_piece* piece, enum epy_transfer_state operation) {
  _Static_assert(EPY_CELL_BYTES == sizeof(struct epy_transfer) << 6, "a cell is 64 times as large as its descriptor");
  piece->operation = operation;
  piece->home = data->home + (piece->transfer ? piece->transfer << 6 : piece->position << 2);
  if (operation == EPY_TRANSFER_WRITE) epy_vm.move(at(piece->home), at(piece->words), piece->count);
  if (!piece->transfer) return;
  volatile struct epy_transfer* transfer = descriptor(piece);
  port_store(&transfer->reference, data->reference);
  port_store(&transfer->position, piece->position);
  port_store(&transfer->count, piece->count);
  uint32_t state = piece->operation | (epy_vm.transfers += 4);
  port_store(&transfer->state, state);
  port_store(&epy_vm.block->channel_sequence, state);
}

void epy_piece_end(const struct epy_external* data, struct epy_piece* piece) {
  if (!piece->operation) return;
  if (piece->transfer) {
    const volatile uint32_t* state = &descriptor(piece)->state;
    uint32_t error = epy_await_host(state, EPY_TRANSFER_ASKED, 0);
    if (error && piece->count) {
      piece->operation = 0;
      epy_fail((enum epy_error)(error >> 2), data->reference);
    }
  }
  if (piece->operation == EPY_TRANSFER_READ) epy_vm.move(at(piece->words), at(piece->home), piece->count);
  piece->operation = 0;
}
