#include "vm/device/lists.h"

#include "vm/device/bytes.h"
#include "vm/device/numbers.h"
#include "vm/device/references.h"
#include "vm/device/strings.h"

static struct epy_list* at(uint32_t list) { return PORT_AT(struct epy_list, list); }

static uint32_t payload_bytes(uint32_t capacity, uint32_t element_tag) {
  if (capacity > 0x10000000u) epy_fail(EPY_ERROR_HEAP, capacity);
  return (capacity << 2) + (element_tag == EPY_MIXED ? capacity : 0);
}

/* A list in shared memory has its payload there too, so that other cores can follow its address (epy_list_payload). */
static enum epy_place payload_place(uint32_t list) { return port_is_local(list) ? EPY_ANYWHERE : EPY_SHARED_ONLY; }

static uint32_t list_header(uint32_t dimensions, enum epy_place place) {
  uint32_t address = epy_allocate(sizeof(struct epy_list) + (dimensions > 1 ? dimensions << 2 : 0), place);
  struct epy_list* list = at(address);
  list->length = 0;
  list->capacity = 0;
  list->payload = 0;
  list->element_tag = EPY_INT;
  list->dimensions = (uint8_t)dimensions;
  list->fixed = 0;
  list->reserved = 0;
  epy_keep(address);
  return address;
}

uint32_t epy_list_new(uint32_t dimensions, uint32_t capacity, uint32_t element_tag, enum epy_place place) {
  uint32_t address = list_header(dimensions, place);
  if (capacity) {
    uint32_t payload = epy_allocate(payload_bytes(capacity, element_tag), place == EPY_ANYWHERE ? payload_place(address) : place);
    at(address)->payload = payload;
    at(address)->capacity = capacity;
  }
  at(address)->element_tag = (uint8_t)element_tag;
  return address;
}

static uint32_t product(const uint32_t* extents, uint32_t dimensions) {
  uint32_t total = 1;
  for (uint32_t i = 0; i < dimensions; ++i) {
    if ((int32_t)extents[i] < 0) epy_fail(EPY_ERROR_VALUE, extents[i]);
    if (extents[i] && total > epy_divide_unsigned(0x10000000u, extents[i]).quotient) epy_fail(EPY_ERROR_HEAP, extents[i]);
    total = port_multiply(total, extents[i]);
  }
  return total;
}

static void set_extents(struct epy_list* list, const uint32_t* extents, uint32_t dimensions) {
  if (dimensions > 1) epy_copy_words(list->extent, extents, dimensions);
}

uint32_t epy_array_new(const uint32_t* extents, uint32_t dimensions, enum epy_place place) {
  uint32_t total = product(extents, dimensions);
  uint32_t address = epy_list_new(dimensions, total, EPY_INT, place);
  set_extents(at(address), extents, dimensions);
  at(address)->fixed = 1;
  at(address)->length = total;
  epy_fill_words(PORT_AT(uint32_t, at(address)->payload), 0, total);
  return address;
}

uint32_t epy_array_reshape(uint32_t list, const uint32_t* extents, uint32_t dimensions) {
  if (product(extents, dimensions) != at(list)->length) epy_fail(EPY_ERROR_VALUE, at(list)->length);
  if (dimensions > at(list)->dimensions && !epy_resize(list, sizeof(struct epy_list) + (dimensions << 2))) {
    /* No room behind the header, which cannot move: a second header over the same payload, which from now on cannot move either. */
    uint32_t twin = list_header(dimensions, payload_place(list));
    at(twin)->length = at(list)->length;
    at(twin)->capacity = at(list)->capacity;
    at(twin)->payload = at(list)->payload;
    at(twin)->element_tag = at(list)->element_tag;
    at(list)->fixed = at(list)->reserved = at(twin)->reserved = 1;
    list = twin;
  }
  set_extents(at(list), extents, dimensions);
  at(list)->dimensions = (uint8_t)dimensions;
  at(list)->fixed = dimensions > 1 || at(list)->fixed;
  return list;
}

uint32_t epy_list_payload(uint32_t list) {
  uint32_t payload = at(list)->payload;
  /* Another core's header holds its local address: it lies in the same window. */
  return port_is_local(payload) && !port_is_local(list) ? payload + (list & 0xfff00000u) : payload;
}

static uint32_t* words_of(uint32_t list) { return PORT_AT(uint32_t, epy_list_payload(list)); }
static uint8_t* tags_of(uint32_t list) { return (uint8_t*)(words_of(list) + at(list)->capacity); }

struct epy_value epy_list_get(uint32_t list, uint32_t position) {
  uint32_t tag = at(list)->element_tag;
  return (struct epy_value){words_of(list)[position], tag == EPY_MIXED ? tags_of(list)[position] : tag};
}

/* Replaces the payload by one of another capacity or with tag bytes. The old one stays in place until the new one is filled: an
 * allocation may collect, and the list still refers to it. */
static void move_payload(uint32_t list, uint32_t capacity, bool mixed) {
  struct epy_list* header = at(list);
  bool was_mixed = header->element_tag == EPY_MIXED;
  uint32_t bytes = payload_bytes(capacity, mixed ? EPY_MIXED : EPY_INT);
  uint32_t old = header->payload;
  if (old && !mixed && !header->reserved && epy_resize(old, bytes)) {
    header->capacity = capacity;
    return;
  }
  if (header->reserved) epy_fail(EPY_ERROR_UNSUPPORTED, 0);
  uint32_t payload = epy_allocate(bytes, payload_place(list));
  uint32_t* to = PORT_AT(uint32_t, payload);
  if (old) epy_copy_words(to, PORT_AT(const uint32_t, old), header->length);
  if (mixed) {
    uint8_t* tags = (uint8_t*)(to + capacity);
    const uint8_t* from = (const uint8_t*)(PORT_AT(const uint32_t, old) + header->capacity);
    for (uint32_t i = 0; i < header->length; ++i) tags[i] = was_mixed ? from[i] : header->element_tag;
    header->element_tag = EPY_MIXED;
  }
  header->payload = payload;
  header->capacity = capacity;
  if (old) epy_release(old);
}

static void reserve(uint32_t list, uint32_t length) {
  uint32_t capacity = at(list)->capacity;
  if (length <= capacity) return;
  if (!port_is_local(list) && port_is_local(at(list)->payload) && at(list)->payload)
    epy_fail(EPY_ERROR_UNSUPPORTED, 0); /* another core's list */
  uint32_t roomy = capacity + (capacity >> 1) + 4;
  move_payload(list, length > roomy ? length : roomy, at(list)->element_tag == EPY_MIXED);
}

/* Prepares the element type for a value and returns the word to store: ints become reals as a whole on the first real, ints and bools
 * convert on their way into reals, other mixtures get a tag per element. */
static uint32_t admit(uint32_t list, struct epy_value value) {
  struct epy_list* header = at(list);
  uint32_t element = header->element_tag;
  if (value.tag == element || element == EPY_MIXED) return value.word;
  if (header->length == 0) {
    header->element_tag = (uint8_t)value.tag;
    return value.word;
  }
  if (element == EPY_REAL && value.tag == EPY_INT) return epy_word((float)(int32_t)value.word);
  if (element == EPY_INT && value.tag == EPY_REAL) {
    uint32_t* words = words_of(list);
    for (uint32_t i = 0; i < header->length; ++i) words[i] = epy_word((float)(int32_t)words[i]);
    header->element_tag = EPY_REAL;
    return value.word;
  }
  move_payload(list, header->capacity, true);
  return value.word;
}

void epy_list_put(uint32_t list, uint32_t position, struct epy_value value) {
  uint32_t word = admit(list, value);
  words_of(list)[position] = word;
  if (at(list)->element_tag == EPY_MIXED) tags_of(list)[position] = (uint8_t)value.tag;
}

void epy_list_append(uint32_t list, struct epy_value value) {
  if (at(list)->fixed) epy_fail(EPY_ERROR_INDEX_RANGE, at(list)->length);
  uint32_t word = admit(list, value);
  uint32_t length = at(list)->length;
  reserve(list, length + 1);
  words_of(list)[length] = word;
  if (at(list)->element_tag == EPY_MIXED) tags_of(list)[length] = (uint8_t)value.tag;
  at(list)->length = length + 1;
}

/* Legacy lists grow by a write past their end: zeros fill the gap. */
static void grow(uint32_t list, uint32_t length) {
  if (length >> 28) epy_fail(EPY_ERROR_INDEX_RANGE, length);
  uint32_t old = at(list)->length;
  uint32_t element = at(list)->element_tag;
  if (old && element != EPY_INT && element != EPY_REAL && element != EPY_BOOL && element != EPY_MIXED) {
    move_payload(list, length, true);
  }
  reserve(list, length);
  epy_fill_words(words_of(list) + old, 0, length - old);
  if (at(list)->element_tag == EPY_MIXED) {
    for (uint32_t i = old; i < length; ++i) tags_of(list)[i] = EPY_INT;
  }
  at(list)->length = length;
}

/* ---- any sequence */

/* Asked for in many places, where its body would take more than the calls. */
__attribute__((noinline)) bool epy_is_sequence(uint32_t tag) { return tag == EPY_LIST || tag == EPY_STRING || epy_is_external(tag); }

uint32_t epy_dimensions(uint32_t tag, uint32_t word) {
  if (tag == EPY_STRING) return 1;
  return epy_is_sequence(tag) ? at(word)->dimensions : 0;
}

uint32_t epy_length(uint32_t tag, uint32_t word) {
  if (!epy_is_sequence(tag)) epy_fail(EPY_ERROR_OPERAND_TYPE, tag);
  return *PORT_AT(const uint32_t, word); /* all begin with it */
}

struct epy_value epy_element(uint32_t tag, uint32_t word, uint32_t position) {
  if (tag == EPY_LIST) return epy_list_get(word, position);
  if (epy_is_external(tag)) {
    uint32_t* element = epy_external_word(word);
    epy_external_read(word, position, element, 1);
    return (struct epy_value){*element, at(word)->element_tag};
  }
  uint32_t character = epy_string_new(1);
  PORT_AT(struct epy_string, character)->text[0] = PORT_AT(const struct epy_string, word)->text[position];
  return (struct epy_value){character, EPY_STRING};
}

/* ---- indexing */

/* An index value as a position below `extent`. `growing`: a position past the end is the caller's business. */
static uint32_t position_of(uint32_t word, uint32_t tag, uint32_t extent, bool growing) {
  if (tag != EPY_INT && tag != EPY_BOOL) epy_fail(EPY_ERROR_INDEX_TYPE, tag);
  if ((int32_t)word < 0) {
    if (!epy_vm.modern) epy_fail(EPY_ERROR_NEGATIVE_INDEX, word);
    if (word + extent >= extent) epy_fail(EPY_ERROR_INDEX_RANGE, word);
    return word + extent;
  }
  if (word >= extent && !growing) epy_fail(EPY_ERROR_INDEX_RANGE, word);
  return word;
}

/* Walks `indexes` index values down from a sequence to its last level: returns the innermost sequence in *value and the position in it. */
static uint32_t walk(struct epy_value* value, const uint32_t* words, const uint8_t* tags, uint32_t indexes, bool storing) {
  for (;;) {
    uint32_t dimensions = epy_dimensions(value->tag, value->word);
    if (!dimensions) epy_fail(EPY_ERROR_NOT_INDEXABLE, value->tag);
    uint32_t position;
    uint32_t taken = 1;
    if (dimensions == 1) {
      bool growing = storing && indexes == 1 && !epy_vm.modern && value->tag == EPY_LIST && !at(value->word)->fixed;
      position = position_of(words[0], tags[0], epy_length(value->tag, value->word), growing);
    } else {
      const uint32_t* extents = at(value->word)->extent;
      taken = indexes < dimensions ? indexes : dimensions;
      position = 0;
      for (uint32_t i = 0; i < dimensions; ++i) { /* missing indexes count as 0 */
        position = port_multiply(position, extents[i]);
        if (i < taken) position += position_of(words[i], tags[i], extents[i], false);
      }
    }
    words += taken;
    tags += taken;
    indexes -= taken;
    if (indexes == 0) return position;
    *value = epy_element(value->tag, value->word, position);
    if (!epy_is_sequence(value->tag)) epy_fail(EPY_ERROR_TOO_MANY_INDEXES, indexes);
  }
}

void epy_index(uint32_t* words, uint8_t* tags, uint32_t indexes) {
  struct epy_value value = {words[0], tags[0]};
  uint32_t position = walk(&value, words + 1, tags + 1, indexes, false);
  if (value.tag == EPY_LIST && position >= at(value.word)->length)
    epy_fail(EPY_ERROR_INDEX_RANGE, position); /* an array with an extent of 0 */
  value = epy_element(value.tag, value.word, position);
  words[0] = value.word;
  tags[0] = (uint8_t)value.tag;
}

void epy_store_index(uint32_t* words, uint8_t* tags, uint32_t indexes) {
  struct epy_value target = {words[1], tags[1]};
  struct epy_value value = {words[0], tags[0]};
  uint32_t position = words[2]; /* of a plain index, as most are */
  if (indexes != 1 || tags[2] != EPY_INT || epy_dimensions(target.tag, target.word) != 1 || position >= at(target.word)->length)
    position = walk(&target, words + 2, tags + 2, indexes, true);
  if (target.tag == EPY_STRING) epy_fail(EPY_ERROR_OPERAND_TYPE, EPY_STRING);
  if (position >= at(target.word)->length) {
    if (at(target.word)->fixed) epy_fail(EPY_ERROR_INDEX_RANGE, position);
    if (at(target.word)->length == 0 && position == 0) {
      epy_list_append(target.word, value);
      return;
    }
    grow(target.word, position + 1);
  }
  (epy_is_external(target.tag) ? epy_external_put : epy_list_put)(target.word, position, value);
}

/* ---- making lists of lists */

static uint32_t clamped(uint32_t word, uint32_t tag, uint32_t length, uint32_t open) {
  if (tag == EPY_NONE) return open;
  if (tag != EPY_INT && tag != EPY_BOOL) epy_fail(EPY_ERROR_INDEX_TYPE, tag);
  int32_t bound = (int32_t)word;
  if (bound < 0) bound += (int32_t)length;
  if (bound < 0) return 0;
  return (uint32_t)bound < length ? (uint32_t)bound : length;
}

void epy_read(uint32_t word, uint32_t position, uint32_t* to, uint32_t count, uint32_t tag) {
  if (epy_is_external(tag)) {
    epy_external_read(word, position, to, count);
  } else {
    epy_move_words(to, words_of(word) + position, count);
  }
}

/* Copies elements of a list or external behind those of a list that has room for them and the same element type. */
static void copy_elements(uint32_t to, uint32_t tag, uint32_t from, uint32_t start, uint32_t count) {
  uint32_t length = at(to)->length;
  epy_read(from, start, words_of(to) + length, count, tag);
  if (at(to)->element_tag == EPY_MIXED) {
    for (uint32_t i = 0; i < count; ++i) tags_of(to)[length + i] = tags_of(from)[start + i];
  }
  at(to)->length = length + count;
}

void epy_slice(uint32_t* words, uint8_t* tags) {
  uint32_t tag = tags[0];
  if (!epy_is_sequence(tag)) epy_fail(EPY_ERROR_NOT_INDEXABLE, tag);
  uint32_t length = epy_length(tag, words[0]);
  uint32_t start = clamped(words[1], tags[1], length, 0);
  uint32_t stop = clamped(words[2], tags[2], length, length);
  uint32_t count = stop > start ? stop - start : 0;
  uint32_t result;
  if (tag == EPY_STRING) {
    result = epy_string_new(count);
    epy_copy(PORT_AT(struct epy_string, result)->text, PORT_AT(struct epy_string, words[0])->text + start, count);
  } else {
    uint32_t element = at(words[0])->element_tag;
    result = epy_list_new(1, count, element, EPY_ANYWHERE);
    copy_elements(result, tag, words[0], start, count);
    tags[0] = EPY_LIST;
  }
  words[0] = result;
}

void epy_list_of(uint32_t* words, uint8_t* tags, uint32_t count) {
  uint32_t list = epy_list_new(1, count, EPY_INT, EPY_ANYWHERE);
  for (uint32_t i = 0; i < count; ++i) epy_list_append(list, (struct epy_value){words[i], tags[i]});
  words[0] = list;
  tags[0] = EPY_LIST;
}

void epy_repeat(uint32_t* words, uint8_t* tags) {
  uint32_t number = tags[0] == EPY_LIST ? 1 : 0; /* which operand is the count */
  uint32_t list = words[1 - number];
  if (tags[1 - number] != EPY_LIST || (tags[number] != EPY_INT && tags[number] != EPY_BOOL)) epy_fail(EPY_ERROR_OPERAND_TYPE, tags[number]);
  uint32_t times = (int32_t)words[number] < 0 ? 0 : words[number];
  uint32_t length = at(list)->length;
  if (length && times > epy_divide_unsigned(0x10000000u, length).quotient) epy_fail(EPY_ERROR_HEAP, times);
  uint32_t result = epy_list_new(1, port_multiply(length, times), at(list)->element_tag, EPY_ANYWHERE);
  if (length == 1 && at(list)->element_tag != EPY_MIXED) {
    epy_fill_words(words_of(result), words_of(list)[0], times);
    at(result)->length = times;
  } else if (length) {
    for (uint32_t i = 0; i < times; ++i) copy_elements(result, EPY_LIST, list, 0, length);
  }
  words[0] = result;
  tags[0] = EPY_LIST;
}

void epy_concatenate(uint32_t* words, uint8_t* tags) {
  uint32_t left = words[0], right = words[1];
  uint32_t length = at(left)->length + at(right)->length;
  uint32_t result = epy_list_new(1, length, at(left)->element_tag, EPY_ANYWHERE);
  copy_elements(result, EPY_LIST, left, 0, at(left)->length);
  for (uint32_t i = 0; i < at(right)->length; ++i) epy_list_append(result, epy_list_get(right, i));
  words[0] = result;
  tags[0] = EPY_LIST;
}

void epy_range_list(uint32_t* words, uint8_t* tags) {
  if ((tags[0] | tags[1] | tags[2]) != EPY_INT) epy_fail(EPY_ERROR_OPERAND_TYPE, tags[0]);
  uint32_t count = epy_range_count(words[0], words[1], words[2]);
  uint32_t list = epy_list_new(1, count, EPY_INT, EPY_ANYWHERE);
  uint32_t* to = words_of(list);
  uint32_t value = words[0];
  for (uint32_t i = 0; i < count; ++i, value += words[2]) to[i] = value;
  at(list)->length = count;
  words[0] = list;
  tags[0] = EPY_LIST;
}

void epy_array_copy(uint32_t* words, uint8_t* tags) {
  if (tags[0] != EPY_LIST || !(tags[1] == EPY_LIST || epy_is_external(tags[1])) || tags[2] != EPY_INT)
    epy_fail(EPY_ERROR_OPERAND_TYPE, tags[0]);
  uint32_t count = words[2];
  if (count > at(words[0])->length || count > epy_length(tags[1], words[1])) epy_fail(EPY_ERROR_INDEX_RANGE, count);
  for (uint32_t i = 0; i < count; ++i) epy_list_put(words[0], i, epy_element(tags[1], words[1], i));
}
