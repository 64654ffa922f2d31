/* First-fit allocation from where the last one ended, over blocks that lie back to back, and a mark-sweep collector.
 *
 * A block starts with one header word: size in words (with the header) << 3 | PENDING | MARKED | USED. Sizes are even and the first header
 * lies before an 8-byte boundary, so that every object is 8-byte aligned, as the Epiphany ABI has it for structures. Free neighbours are
 * joined when a search passes them. Marking needs no stack: a list whose elements are references is flagged PENDING, and the heaps are
 * scanned for pending lists until there is none left.
 */
#include "vm/device/heap.h"

#include "vm/device/lists.h"
#include "vm/device/prefetch.h"
#include "vm/device/references.h"
#include "vm/device/requests.h"

enum { USED = 1, MARKED = 2, PENDING = 4, SHIFT = 3 };

struct heap {
  uint32_t* start;
  uint32_t* end;
  uint32_t* next; /* where the next search begins */
};

static PORT_PER_CORE struct {
  struct heap heap[2]; /* local, shared */
  uint32_t kept;
  bool pending;
  uint32_t spilled; /* words allocated in shared memory since a collection found the local heap nearly full; 0 = it was not */
} state;

static void start_heap(struct heap* heap, uint32_t address, uint32_t bytes) {
  uint32_t* first = PORT_AT(uint32_t, ((address + 7) & ~7u) + 4);
  uint32_t words = bytes < 24 ? 0 : (bytes - 16) >> 3 << 1;
  heap->start = heap->next = first;
  heap->end = first + words;
  if (words) *first = words << SHIFT;
}

void epy_heap_start(void) {
  start_heap(&state.heap[0], epy_vm.layout->heap, epy_vm.layout->heap_bytes);
  start_heap(&state.heap[1], epy_vm.layout->shared_heap, epy_vm.layout->shared_heap_bytes);
}

void epy_keep(uint32_t list) { state.kept = list; }

/* Joins the free block at `block` with free ones behind it and returns its size in words. */
static uint32_t join(struct heap* heap, uint32_t* block) {
  uint32_t words = *block >> SHIFT;
  uint32_t* after = block + words;
  while (after < heap->end && !(*after & USED)) {
    if (heap->next == after) heap->next = block;
    words += *after >> SHIFT;
    after = block + words;
  }
  *block = words << SHIFT;
  return words;
}

/* Uses the first `words` of a free block of `available`. */
static void carve(uint32_t* block, uint32_t words, uint32_t available) {
  if (available - words < 2) {
    words = available; /* a remainder too small to hold anything stays with the block */
  } else {
    block[words] = (available - words) << SHIFT;
  }
  *block = words << SHIFT | USED;
}

/* The even number of words that `bytes` and a header take. */
static uint32_t block_words(uint32_t bytes) { return ((bytes + 11) >> 3) << 1; }

static uint32_t* search(struct heap* heap, uint32_t words) {
  if ((uint32_t)(heap->end - heap->start) < words) return NULL;
  uint32_t* block = heap->next;
  uint32_t* first = block;
  bool wrapped = false;
  for (;;) {
    if (block >= heap->end) {
      if (wrapped) return NULL;
      wrapped = true;
      block = heap->start;
    }
    if (wrapped && block >= first) return NULL;
    uint32_t size = *block >> SHIFT;
    if (!(*block & USED)) {
      size = join(heap, block);
      if (size >= words) {
        carve(block, words, size);
        heap->next = block + (*block >> SHIFT);
        if (heap->next >= heap->end) heap->next = heap->start;
        return block + 1;
      }
    }
    block += size;
  }
}

static struct heap* heap_of(uint32_t address) {
  for (int i = 0; i < 2; ++i) {
    if (address > PORT_ADDRESS(state.heap[i].start) && address < PORT_ADDRESS(state.heap[i].end)) return &state.heap[i];
  }
  return NULL;
}

/* ---- marking */

static bool mark_block(uint32_t address) {
  if (!heap_of(address)) return false; /* a constant of the image, or an object of another core */
  uint32_t* header = PORT_AT(uint32_t, address) - 1;
  if (*header & MARKED) return false;
  *header |= MARKED;
  return true;
}

static void mark(uint32_t tag, uint32_t word) {
  if (tag == EPY_LIST) {
    if (!mark_block(word)) return;
    const struct epy_list* list = PORT_AT(const struct epy_list, word);
    mark_block(list->payload);
    uint32_t element = list->element_tag;
    if (element == EPY_MIXED || element == EPY_LIST || element == EPY_STRING || epy_is_external(element)) {
      PORT_AT(uint32_t, word)[-1] |= PENDING;
      state.pending = true;
    }
  } else if (tag == EPY_STRING || epy_is_external(tag)) {
    mark_block(word);
  }
}

static void mark_elements(uint32_t address) {
  const struct epy_list* list = PORT_AT(const struct epy_list, address);
  const uint32_t* words = PORT_AT(const uint32_t, list->payload);
  const uint8_t* tags = list->element_tag == EPY_MIXED ? (const uint8_t*)(words + list->capacity) : NULL;
  for (uint32_t i = 0; i < list->length; ++i) mark(tags ? tags[i] : list->element_tag, words[i]);
}

static void mark_stack(uint32_t region, const uint32_t* top) {
  const uint8_t* tags = epy_tags_of(epy_vm.stack[region].words, epy_vm.stack[region].bias);
  for (const uint32_t* word = epy_vm.stack[region].words; word < top; ++word, ++tags) mark(*tags, *word);
}

static void mark_all(void) {
  mark_stack(epy_vm.region, epy_vm.sp);
  if (epy_vm.region) mark_stack(0, epy_vm.local_top);
  if (state.kept) mark(EPY_LIST, state.kept);
  for (uint32_t ring = epy_rings(); ring; ring = PORT_AT(const struct epy_ring, ring)->next) mark_block(ring);
  while (state.pending) {
    state.pending = false;
    for (int i = 0; i < 2; ++i) {
      struct heap* heap = &state.heap[i];
      for (uint32_t* block = heap->start; block < heap->end; block += *block >> SHIFT) {
        if (*block & PENDING) {
          *block &= ~(uint32_t)PENDING;
          mark_elements(PORT_ADDRESS(block + 1));
        }
      }
    }
  }
}

/* Frees what is not marked; returns the free words. */
static uint32_t sweep(struct heap* heap) {
  uint32_t available = 0;
  heap->next = heap->start;
  for (uint32_t* block = heap->start; block < heap->end; block += *block >> SHIFT) {
    if (*block & MARKED) {
      *block &= ~(uint32_t)MARKED;
    } else {
      *block &= ~(uint32_t)USED;
      available += join(heap, block);
    }
  }
  return available;
}

void epy_collect(void) {
  mark_all();
  uint32_t local = (uint32_t)(state.heap[0].end - state.heap[0].start);
  state.spilled = sweep(&state.heap[0]) < local >> 3 ? 1 : 0;
  sweep(&state.heap[1]);
}

/* ---- the interface */

uint32_t epy_allocate(uint32_t bytes, enum epy_place place) {
  if (bytes > 0x7fffffffu) epy_fail(EPY_ERROR_HEAP, bytes);
  uint32_t words = block_words(bytes);
  uint32_t* found = NULL;
  bool collected = false;
  if (place == EPY_ANYWHERE) {
    found = search(&state.heap[0], words);
    if (found) return PORT_ADDRESS(found);
    /* A local heap full of live data must not cost a collection per allocation: wait until as much again has gone elsewhere. */
    uint32_t local = (uint32_t)(state.heap[0].end - state.heap[0].start);
    if (local >= words && (state.spilled == 0 || state.spilled > local)) {
      epy_collect();
      collected = true;
      found = search(&state.heap[0], words);
      if (found) return PORT_ADDRESS(found);
    }
  }
  found = search(&state.heap[1], words);
  if (!found && !collected) {
    epy_collect();
    if (place == EPY_ANYWHERE) {
      found = search(&state.heap[0], words);
      if (found) return PORT_ADDRESS(found);
    }
    found = search(&state.heap[1], words);
  }
  if (!found) epy_fail(place == EPY_ANYWHERE ? EPY_ERROR_HEAP : EPY_ERROR_SHARED_HEAP, bytes);
  if (state.spilled) state.spilled += words;
  if (place == EPY_ANYWHERE) epy_notice(EPY_NOTICE_HEAP_SHARED, bytes);
  return PORT_ADDRESS(found);
}

bool epy_resize(uint32_t address, uint32_t bytes) {
  struct heap* heap = heap_of(address);
  if (!heap) return false;
  uint32_t* block = PORT_AT(uint32_t, address) - 1;
  uint32_t words = block_words(bytes);
  uint32_t available = *block >> SHIFT;
  uint32_t* after = block + available;
  if (available < words && after < heap->end && !(*after & USED)) available += join(heap, after);
  if (available < words) return false;
  if (heap->next > block && heap->next < block + available) heap->next = block;
  carve(block, words, available);
  return true;
}

bool epy_is_block(uint32_t address) {
  struct heap* heap = heap_of(address);
  if (!heap) return false;
  for (uint32_t* block = heap->start; block < heap->end; block += *block >> SHIFT) {
    if (PORT_ADDRESS(block + 1) == address) return *block & USED;
  }
  return false;
}

void epy_release(uint32_t address) {
  if (state.kept == address) state.kept = 0;
  if (heap_of(address)) PORT_AT(uint32_t, address)[-1] &= ~(uint32_t)USED;
}
