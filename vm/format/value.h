/* Values and heap objects as they lie in a core's memory: what interpreter, monitor and compiler agree on.
 *
 * A value is a 4-byte word and a 1-byte tag, kept apart (a scalar variable costs 5 bytes). All words are little-endian and
 * 4-byte aligned: an unaligned access stops an Epiphany core. Object words are device addresses of the core that owns the
 * object; an address below 1 MB is local to that core.
 */
#ifndef EPYSIM_VM_FORMAT_VALUE_H
#define EPYSIM_VM_FORMAT_VALUE_H

#include <stdint.h>

enum epy_tag {
  EPY_INT = 0,      /* int32, wraps */
  EPY_REAL = 1,     /* IEEE binary32 */
  EPY_STRING = 2,   /* address of struct epy_string */
  EPY_BOOL = 3,     /* 0 or 1 */
  EPY_NONE = 4,     /* word is 0 */
  EPY_FUNCTION = 5, /* index into the image's function table */
  EPY_LIST = 6,     /* address of struct epy_list */
  EPY_EXTERNAL = 7, /* address of struct epy_external: data that stays elsewhere in the memory hierarchy */
  EPY_RANGE = 8,    /* internal: a for loop's counter */
  EPY_UNSET = 9     /* internal: argument not given, variable not assigned yet */
};

/* Immutable text. `bytes` characters follow, then a NUL. String constants have the same form. */
struct epy_string {
  uint32_t bytes;
  __extension__ char text[]; /* C++ has no such member */
};

/* A list or an array. Growing moves `payload`, never the struct, so every alias sees it.
 * payload: `capacity` words; for element_tag == EPY_MIXED followed by `capacity` tag bytes. */
#define EPY_MIXED 0xffu
#define EPY_MAX_DIMENSIONS 7
struct epy_list {
  uint32_t length; /* elements in use; for several dimensions their product */
  uint32_t capacity;
  uint32_t payload;    /* address */
  uint8_t element_tag; /* enum epy_tag of every element, or EPY_MIXED */
  uint8_t dimensions;  /* 1 for a list */
  uint8_t fixed;       /* 1: array() made it, it never grows */
  uint8_t reserved;
  __extension__ uint32_t extent[]; /* `dimensions` words, only when dimensions > 1; row-major */
};

/* Data that lives outside the core: decoded by the host through its reference, or directly addressable. */
struct epy_external {
  uint32_t length;     /* elements */
  uint32_t reference;  /* identifier the host knows it by; 0 is never valid */
  uint32_t home;       /* address of element 0 where the core reaches it itself; else of the cells of a descriptor at address 0 */
  uint8_t element_tag; /* EPY_INT, EPY_REAL or EPY_BOOL; 4 bytes each */
  uint8_t dimensions;  /* 1; these two lie where a list has them */
  uint8_t read_only;
  uint8_t reserved;
  /* Prefetch: so many elements are a chunk (0: on demand), so many chunks the core asks for before they are needed. */
  uint32_t elements, ahead;
};

#endif
