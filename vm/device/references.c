#include "vm/device/references.h"

#include "vm/device/channel.h"
#include "vm/device/prefetch.h"

enum { CELL_WORDS = EPY_CELL_BYTES / 4, CELL = 1, DATA_WORDS = sizeof(struct epy_external) / 4 };

static struct epy_external* data_of(uint32_t external) { return PORT_AT(struct epy_external, external); }

uint32_t epy_external_new(const volatile struct epy_launch_argument* argument) {
  uint32_t external = port_load(&argument->chunks) ? epy_ring_new(argument) : epy_allocate(sizeof(struct epy_external), EPY_ANYWHERE);
  epy_move_words(PORT_AT(uint32_t, external), &argument->data.reference, DATA_WORDS);
  return external;
}

static void move(uint32_t external, uint32_t position, volatile uint32_t* words, uint32_t count, enum epy_transfer_state operation) {
  volatile struct epy_channel* channel = PORT_AT(volatile struct epy_channel, epy_vm.layout->channel);
  struct epy_piece piece = {position, CELL_WORDS, words, &channel->transfer[CELL], channel->cell[CELL], 0};
  while (count) {
    if (count < CELL_WORDS) piece.count = count;
    epy_piece_begin(data_of(external), &piece, operation);
    epy_piece_end(data_of(external), &piece);
    count -= piece.count;
    piece.position += piece.count;
    piece.words += piece.count;
  }
}

void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count) {
  epy_flush();
  move(external, position, to, count, EPY_TRANSFER_READ);
}

struct epy_value epy_external_get(uint32_t external, uint32_t position) {
  struct epy_value value = {0, data_of(external)->element_tag};
  if (data_of(external)->is_ring) {
    value.word = *epy_ring_element(external, position);
  } else {
    move(external, position, &value.word, 1, EPY_TRANSFER_READ);
  }
  return value;
}

static uint32_t converted(uint32_t element_tag, struct epy_value value) {
  if (value.tag == element_tag) return value.word;
  if (value.tag == EPY_BOOL || value.tag == EPY_INT) {
    if (element_tag == EPY_REAL) return epy_word((float)(int32_t)value.word);
    if (element_tag == EPY_INT) return value.word;
  }
  epy_fail(EPY_ERROR_OPERAND_TYPE, value.tag);
}

void epy_external_put(uint32_t external, uint32_t position, struct epy_value value) {
  const struct epy_external* data = data_of(external);
  if (data->read_only) epy_fail(EPY_ERROR_READ_ONLY, data->reference);
  uint32_t word = converted(data->element_tag, value);
  if (data->is_ring) {
    epy_ring_store(external, position, word);
  } else {
    move(external, position, &word, 1, EPY_TRANSFER_WRITE);
  }
}
