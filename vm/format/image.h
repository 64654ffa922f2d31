/* A byte code image (.epb): what the compiler writes, the host loads and `epysim disasm` lists.
 *
 * File: struct epy_image_header, then `section_count` struct epy_section, then the sections, each 4-byte aligned. All fields
 * little-endian. `crc` is CRC-32 (IEEE, reflected, as in zlib) of everything after the header.
 */
#ifndef EPYSIM_VM_FORMAT_IMAGE_H
#define EPYSIM_VM_FORMAT_IMAGE_H

#include <stdint.h>

#define EPY_IMAGE_MAGIC 0x42595045u /* "EPYB" */
#define EPY_IMAGE_VERSION 2u

struct epy_image_header {
  uint32_t magic;
  uint16_t version;
  uint16_t section_count;
  uint32_t flags; /* EPY_IMAGE_MODERN */
  uint32_t crc;
};

#define EPY_IMAGE_MODERN 1u /* compiled in the modern dialect (prints True/None and shortest reals); else legacy */

enum epy_section_kind {
  EPY_SECTION_RESIDENT = 1, /* what a core needs: struct epy_resident and what follows it */
  EPY_SECTION_LINES = 2, /* host only: byte code offset -> file, line; JSON: [[offset, file, line], ...] sorted by offset, file = index into
                            "files" of NAMES; an entry holds up to the next */
  EPY_SECTION_NAMES = 3, /* host only: JSON {"functions": [{"name","file","line","params":[...],"locals":[...]}], "globals": [...],
                          "exports": {name: index}, "files": [...]}; functions and globals in the order of their indexes, locals in the
                          order of their slots after the parameters */
  EPY_SECTION_SOURCE = 4 /* host only: JSON {file: text} so that listings and reports need no files beside them */
};

struct epy_section {
  uint32_t kind;
  uint32_t offset; /* from the start of the file */
  uint32_t bytes;
};

/* The resident section is position independent (all offsets count from its first byte) and is copied as one block to local
 * memory, or left in shared memory when it does not fit. Order: this header, the function table, the constant words, the
 * string offsets (uint16 each, padded to 4), the strings (struct epy_string, each 4-byte aligned), the code. */
struct epy_resident {
  uint16_t bytes; /* of the whole section */
  uint16_t flags; /* as in the image header */
  uint16_t function_count;
  uint16_t global_count; /* module-level variables */
  uint16_t constants;    /* offset of the constant words (ints and reals, told apart by the instruction) */
  uint16_t strings;      /* offset of the table of string offsets */
  uint16_t code;         /* offset of the code */
  uint16_t reserved;
};

/* Function 0 is the module's top level. */
struct epy_function {
  uint16_t code;      /* offset from the start of the code */
  uint8_t parameters; /* slots 0 .. parameters-1 */
  uint8_t required;   /* how many of them have no default; the others start as EPY_UNSET and are filled by OP_DEFAULT */
  uint8_t slots;      /* parameters, locals and hidden loop variables */
  uint8_t operands;   /* deepest operand stack it needs */
  uint16_t reserved;
};

#endif
