#include "vm/device/prefetch.h"

#include "vm/device/numbers.h"

_Static_assert(offsetof(struct epy_ring, next) == EPY_EXTERNAL_BYTES && sizeof(struct epy_ring) == EPY_RING_BYTES &&
                   sizeof(struct epy_chunk) == EPY_CHUNK_BYTES,
               "what the host reckons with");

static struct epy_chunk* chunk_at(uint32_t address) { return PORT_AT(struct epy_chunk, address); }

/* ---- stores */

void epy_ring_flush(struct epy_ring* ring, bool wait) {
  if (ring->run.words) {
    epy_piece_end(&ring->data, &ring->run);
    epy_piece_begin(&ring->data, &ring->run, EPY_TRANSFER_WRITE);
    ring->run.words = 0;
  }
  if (wait) epy_piece_end(&ring->data, &ring->run);
}

void epy_ring_store(struct epy_ring* ring, uint32_t position, uint32_t word) {
  volatile uint32_t* copy = epy_ring_element(ring, position);
  uint32_t place = (PORT_ADDRESS(copy) - ring->run.words) >> 2;
  *copy = word;
  if (place > ring->run.count) {
    epy_ring_flush(ring, false);
    ring->run.words = PORT_ADDRESS(copy);
    ring->run.position = position;
    place = 0;
    ring->run.count = 0;
  }
  if (place == ring->run.count) ring->run.count = place + 1;
}

/* ---- copies */

void epy_let_go(void) {
  struct epy_ring* ring;
  for (uint32_t address = epy_vm.rings; address; address = ring->next) {
    ring = PORT_AT(struct epy_ring, address);
    epy_ring_flush(ring, true);
    struct epy_chunk* chunk = chunk_at(ring->current);
    do {
      chunk->piece.count = 0;
      epy_piece_end(&ring->data, &chunk->piece);
      chunk = chunk_at(chunk->next);
    } while (PORT_ADDRESS(chunk) != ring->current);
  }
}

static struct epy_chunk* find(const struct epy_ring* ring, uint32_t position) {
  struct epy_chunk* chunk = chunk_at(ring->current);
  do {
    if (position - chunk->piece.position < chunk->piece.count) return chunk;
    chunk = chunk_at(chunk->next);
  } while (PORT_ADDRESS(chunk) != ring->current);
  return NULL;
}

/* Asks for the chunk with this element, in the place of the oldest but the current one. */
static struct epy_chunk* fetch(struct epy_ring* ring, uint32_t position) {
  struct epy_chunk* chunk = chunk_at(ring->oldest);
  if (ring->oldest == ring->current) chunk = chunk_at(chunk->next);
  ring->oldest = chunk->next;
  epy_ring_flush(ring, false);
  chunk->piece.count = 0;
  epy_piece_end(&ring->data, &chunk->piece);
  position -= epy_divide_unsigned(position, ring->data.elements).remainder;
  uint32_t left = ring->data.length - position;
  chunk->piece.position = position;
  chunk->piece.count = left < ring->data.elements ? left : ring->data.elements;
  epy_piece_begin(&ring->data, &chunk->piece, EPY_TRANSFER_READ);
  return chunk;
}

/* How far from an element that is not there the next one will be. */
static uint32_t step_from(struct epy_ring* ring, uint32_t position) {
  uint32_t step = ring->data.elements, stride = position - ring->missed;
  if (stride == ring->stride) step = stride;
  ring->missed = position;
  ring->stride = stride;
  return step;
}

volatile uint32_t* epy_ring_element(struct epy_ring* ring, uint32_t position) {
  struct epy_chunk* chunk = chunk_at(ring->current);
  if (position - chunk->piece.position >= chunk->piece.count) {
    chunk = find(ring, position);
    uint32_t step, new; /* of those ahead: the others have been asked for already */
    if (chunk) {
      step = chunk->step;
      new = 1;
    } else {
      step = step_from(ring, position);
      new = ring->data.ahead;
      chunk = fetch(ring, position);
    }
    ring->current = PORT_ADDRESS(chunk);
    chunk->step = 0;
    uint32_t expected = position;
    for (uint32_t left = step ? ring->data.ahead : 0; left; --left) {
      expected += step;
      if (left <= new&& expected < ring->data.length && !find(ring, expected)) fetch(ring, expected)->step = step;
    }
    epy_piece_end(&ring->data, &chunk->piece);
  }
  return chunk->words + (position - chunk->piece.position);
}
