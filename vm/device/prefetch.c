#include "vm/device/prefetch.h"

#include "vm/device/bytes.h"
#include "vm/device/heap.h"
#include "vm/device/numbers.h"

_Static_assert(sizeof(void*) > 4 || (sizeof(struct epy_ring) <= EPY_RING_BYTES && sizeof(struct epy_chunk) <= EPY_CHUNK_BYTES),
               "what the host reckons with");

static void lay_out(struct epy_piece* piece, volatile uint32_t* words, volatile struct epy_channel* channel, uint32_t cell) {
  piece->words = words;
  piece->transfer = &channel->transfer[cell];
  piece->cells = channel->cell[cell];
}

uint32_t epy_ring_new(const volatile struct epy_launch_argument* argument) {
  uint32_t elements = port_load(&argument->elements), chunks = port_load(&argument->chunks), cell = port_load(&argument->cell);
  uint32_t bytes = sizeof(struct epy_ring) + port_multiply(chunks, sizeof(struct epy_chunk) + (elements << 2));
  struct epy_ring* ring = PORT_AT(struct epy_ring, epy_allocate(bytes, EPY_ANYWHERE));
  epy_fill_words((uint32_t*)ring, 0, bytes >> 2);
  ring->elements = elements;
  ring->ahead = port_load(&argument->ahead);
  ring->current = ring->oldest = ring->chunk;
  ring->end = ring->chunk + chunks;
  ring->next = epy_vm.rings;
  epy_vm.rings = ring;
  volatile struct epy_channel* channel = PORT_AT(volatile struct epy_channel, epy_vm.layout->channel);
  volatile uint32_t* words = (uint32_t*)ring->end;
  for (struct epy_chunk* chunk = ring->chunk; chunk < ring->end; ++chunk) {
    lay_out(&chunk->piece, words, channel, cell);
    words += elements;
    cell += (elements + 255) >> 8;
  }
  lay_out(&ring->run, words, channel, cell);
  return PORT_ADDRESS(ring);
}

static struct epy_chunk* following(struct epy_ring* ring, struct epy_chunk* chunk) { return ++chunk < ring->end ? chunk : ring->chunk; }

/* ---- stores */

static void flush(struct epy_ring* ring) {
  if (!ring->run.count) return;
  epy_piece_end(&ring->data, &ring->run);
  epy_piece_begin(&ring->data, &ring->run, EPY_TRANSFER_WRITE);
  ring->run.count = 0;
}

void epy_flush_rings(void) {
  for (struct epy_ring* ring = epy_vm.rings; ring; ring = ring->next) {
    flush(ring);
    epy_piece_end(&ring->data, &ring->run);
  }
}

void epy_ring_store(uint32_t external, uint32_t position, uint32_t word) {
  struct epy_ring* ring = PORT_AT(struct epy_ring, external);
  volatile uint32_t* copy = epy_ring_element(external, position);
  uint32_t offset = position - ring->run.position;
  *copy = word;
  if (offset < ring->run.count) return;
  if (offset != ring->run.count || copy != ring->run.words + offset || offset == ring->elements) {
    flush(ring);
    ring->run.words = copy;
    ring->run.position = position;
  }
  ++ring->run.count;
}

/* ---- copies */

void epy_let_go_of_rings(void) {
  epy_flush_rings();
  for (struct epy_ring* ring = epy_vm.rings; ring; ring = ring->next) {
    for (struct epy_chunk* chunk = ring->chunk; chunk < ring->end; ++chunk) {
      epy_piece_settle(&ring->data, &chunk->piece); /* whatever came of it: nobody has asked for these elements */
      chunk->piece.count = 0;
    }
  }
}

static struct epy_chunk* find(struct epy_ring* ring, uint32_t position) {
  struct epy_chunk* chunk = ring->current;
  do {
    if (position - chunk->piece.position < chunk->piece.count) return chunk;
    chunk = following(ring, chunk);
  } while (chunk != ring->current);
  return NULL;
}

/* Asks for the chunk with this element, in the place of the oldest but `kept`. */
static struct epy_chunk* fetch(struct epy_ring* ring, uint32_t position, uint32_t step, const struct epy_chunk* kept) {
  struct epy_chunk* chunk = ring->oldest;
  if (chunk == kept) chunk = following(ring, chunk);
  ring->oldest = following(ring, chunk);
  flush(ring);
  epy_piece_settle(&ring->data, &chunk->piece);
  position -= epy_divide_unsigned(position, ring->elements).remainder;
  uint32_t left = ring->data.length - position;
  chunk->piece.position = position;
  chunk->piece.count = left < ring->elements ? left : ring->elements;
  chunk->step = step;
  epy_piece_begin(&ring->data, &chunk->piece, EPY_TRANSFER_READ);
  return chunk;
}

/* How far from an element that is not there the next one will be. */
static uint32_t step_from(struct epy_ring* ring, uint32_t position) {
  uint32_t step = ring->elements, stride = position - ring->missed;
  if (find(ring, position + step)) {
    step = 0 - step;
  } else if (stride == ring->stride) {
    step = stride;
  }
  ring->missed = position;
  ring->stride = stride;
  return step;
}

volatile uint32_t* epy_ring_element(uint32_t external, uint32_t position) {
  struct epy_ring* ring = PORT_AT(struct epy_ring, external);
  struct epy_chunk* chunk = ring->current;
  if (position - chunk->piece.position >= chunk->piece.count) {
    uint32_t number = ring->ahead; /* those before it have been asked for already */
    chunk = find(ring, position);
    if (!chunk) {
      chunk = fetch(ring, position, step_from(ring, position), NULL);
      number = 1;
    }
    ring->current = chunk;
    uint32_t step = chunk->step;
    chunk->step = 0;
    if (step) {
      uint32_t expected = position + port_multiply(number, step);
      for (; number <= ring->ahead; ++number, expected += step) {
        if (expected < ring->data.length && !find(ring, expected)) fetch(ring, expected, step, chunk);
      }
    }
    epy_piece_end(&ring->data, &chunk->piece);
  }
  return chunk->piece.words + (position - chunk->piece.position);
}
