#include "vm/device/channel.h"

#include "vm/device/requests.h"

/* Where its data are, as far as this core can reach them. */
static volatile uint32_t* home_of(const struct epy_external* data, const struct epy_piece* piece) {
  return data->address ? PORT_AT(volatile uint32_t, data->address) + piece->position : piece->cells;
}

void epy_piece_begin(const struct epy_external* data, struct epy_piece* piece, enum epy_transfer_state operation) {
  piece->operation = operation;
  if (operation == EPY_TRANSFER_WRITE) epy_vm.move(home_of(data, piece), piece->words, piece->count);
  if (data->address) return;
  volatile struct epy_transfer* transfer = piece->transfer;
  uint32_t number = ++epy_vm.transfers;
  port_store(&transfer->reference, data->reference);
  port_store(&transfer->position, piece->position);
  port_store(&transfer->count, piece->count);
  port_store(&transfer->state, number << 2 | operation);
  port_store(&epy_vm.block->channel_sequence, number);
}

uint32_t epy_piece_settle(const struct epy_external* data, struct epy_piece* piece) {
  if (data->address || !piece->operation) return 0;
  piece->operation = 0;
  const volatile uint32_t* state = &piece->transfer->state;
  uint32_t answer = port_load(state);
  if (answer & EPY_TRANSFER_ASKED) {
    port_store(&epy_vm.block->channel_awaited, PORT_ADDRESS(state));
    epy_begin_wait(EPY_WAIT_HOST, epy_vm.rank);
    do {
      epy_poll();
      answer = port_load(state);
    } while (answer & EPY_TRANSFER_ASKED);
    epy_end_wait();
  }
  return answer >> 2;
}

void epy_piece_end(const struct epy_external* data, struct epy_piece* piece) {
  uint32_t operation = piece->operation;
  uint32_t error = epy_piece_settle(data, piece);
  if (error) epy_fail((enum epy_error)error, data->reference);
  if (operation == EPY_TRANSFER_READ) epy_vm.move(piece->words, home_of(data, piece), piece->count);
}
