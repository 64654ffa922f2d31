#include "vm/device/references.h"

#include "vm/device/bytes.h"
#include "vm/device/heap.h"
#include "vm/device/prefetch.h"

enum { CELL_WORDS = EPY_CELL_BYTES / 4 };

static struct epy_ring* ring_at(uint32_t external) { return PORT_AT(struct epy_ring, external); }

uint32_t epy_external_new(const volatile struct epy_launch_argument* argument) {
  uint32_t bytes = port_load(&argument->word);
  uint32_t external = epy_allocate(bytes, EPY_ANYWHERE);
  struct epy_ring* ring = ring_at(external);
  epy_fill_words(&ring->data.length, 0, bytes >> 2);
  epy_move_words(&ring->data.length, &argument->data.length, sizeof argument->data >> 2);
  uint32_t transfer = ring->run.transfer = port_load(&argument->transfer);
  uint32_t left = port_load(&argument->chunks);
  if (left) {
    ring->next = epy_vm.rings;
    epy_vm.rings = external;
    uint32_t address = ring->current = ring->oldest = PORT_ADDRESS(ring + 1);
    struct epy_chunk* chunk;
    do {
      chunk = PORT_AT(struct epy_chunk, address);
      chunk->piece.transfer = transfer += port_load(&argument->transfer_bytes);
      chunk->piece.words = PORT_ADDRESS(chunk->words);
      chunk->next = address += port_load(&argument->chunk_bytes);
    } while (--left);
    chunk->next = ring->current;
  }
  return external;
}

void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count) {
  struct epy_ring* ring = ring_at(external);
  while (count) {
    uint32_t part = 1;
    if (ring->data.elements) {
      port_store(to, *epy_ring_element(ring, position));
    } else {
      struct epy_piece* piece = &ring->run;
      part = count < CELL_WORDS ? count : CELL_WORDS;
      piece->count = part;
      piece->position = position;
      piece->words = PORT_ADDRESS(to);
      epy_piece_begin(&ring->data, piece, EPY_TRANSFER_READ);
      epy_piece_end(&ring->data, piece);
    }
    position += part;
    to += part;
    count -= part;
  }
}

void epy_external_put(uint32_t external, uint32_t position, struct epy_value value) {
  struct epy_ring* ring = ring_at(external);
  uint32_t element_tag = ring->data.element_tag;
  if (ring->data.read_only) epy_fail(EPY_ERROR_READ_ONLY, ring->data.reference);
  if (value.tag != element_tag) {
    if ((value.tag != EPY_INT && value.tag != EPY_BOOL) || element_tag == EPY_BOOL) epy_fail(EPY_ERROR_OPERAND_TYPE, value.tag);
    if (element_tag == EPY_REAL) value.word = port_real_of(value.word);
  }
  if (ring->data.elements) {
    epy_ring_store(ring, position, value.word);
  } else {
    ring->word = value.word;
    ring->run.words = PORT_ADDRESS(&ring->word);
    ring->run.position = position;
    ring->run.count = 1;
    epy_ring_flush(ring, true);
  }
}
