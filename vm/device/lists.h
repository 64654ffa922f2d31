/* Lists, arrays, and whatever else can be indexed: strings and externals. Elements are addressed by their position in row-major order. */
#ifndef EPYSIM_VM_DEVICE_LISTS_H
#define EPYSIM_VM_DEVICE_LISTS_H

#include "vm/device/heap.h"
#include "vm/device/vm.h"

struct epy_value {
  uint32_t word;
  uint32_t tag;
};

/* A list with room for `capacity` elements, none in use, and for extents, which are not set. Kept (epy_keep) until the next one is made or
 * epy_keep(0). */
uint32_t epy_list_new(uint32_t dimensions, uint32_t capacity, uint32_t element_tag, enum epy_place place);
/* An array of zeros. */
uint32_t epy_array_new(const uint32_t* extents, uint32_t dimensions, enum epy_place place);
/* Gives an array other extents with the same product. */
uint32_t epy_array_reshape(uint32_t list, const uint32_t* extents, uint32_t dimensions);

/* Address of the payload as this core can use it (a dereferenced list belongs to another core). */
uint32_t epy_list_payload(uint32_t list);
struct epy_value epy_list_get(uint32_t list, uint32_t position);
/* Stores and converts as the element type asks; position < length. */
void epy_list_put(uint32_t list, uint32_t position, struct epy_value value);
void epy_list_append(uint32_t list, struct epy_value value);

/* Any sequence: list, string, external. */
bool epy_is_sequence(uint32_t tag);
uint32_t epy_dimensions(uint32_t tag, uint32_t word); /* 0: it is not one */
uint32_t epy_length(uint32_t tag, uint32_t word);
struct epy_value epy_element(uint32_t tag, uint32_t word, uint32_t position); /* position < length */
/* The words of elements of a list or external, to wherever this core can store. */
void epy_read(uint32_t word, uint32_t position, uint32_t* to, uint32_t count, uint32_t tag);

/* The instructions: operands at words[0], words[1] ...; results replace words[0]. */
void epy_index(uint32_t* words, uint8_t* tags, uint32_t indexes);       /* list i1 .. in -- v */
void epy_store_index(uint32_t* words, uint8_t* tags, uint32_t indexes); /* v list i1 .. in -- */
void epy_slice(uint32_t* words, uint8_t* tags);                         /* list from to -- list */
void epy_list_of(uint32_t* words, uint8_t* tags, uint32_t count);       /* v1 .. vn -- list */
void epy_repeat(uint32_t* words, uint8_t* tags);                        /* list n -- list */
void epy_concatenate(uint32_t* words, uint8_t* tags);                   /* list list -- list */
void epy_range_list(uint32_t* words, uint8_t* tags);                    /* start stop step -- list */
void epy_array_copy(uint32_t* words, uint8_t* tags);                    /* target source count -- */

#endif
