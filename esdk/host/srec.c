/* SREC files: a record a line, `S`, its type, then in hexadecimal: bytes to follow, address, data, checksum. */
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "message.h"

bool srec_is(const struct image* image) { return image->size > 2 && memcmp(image->contents, "S0", 2) == 0; }

static int digit(unsigned char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  return -1;
}

/* Decodes hexadecimal in place, and returns how many bytes there are; -1: it is none. */
static int decode(unsigned char* text, size_t length) {
  if (length % 2 != 0) return -1;
  for (size_t i = 0; i < length; i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return -1;
    text[i / 2] = (unsigned char)(high << 4 | low);
  }
  return (int)(length / 2);
}

/* NULL when it is in order. */
static const char* record(struct image* image, unsigned char* line, size_t length) {
  if (length < 4 || line[0] != 'S') return "no record";
  const int type = line[1] - '0', bytes = decode(line + 2, length - 2);
  unsigned char* const data = line + 2;
  if (type < 0 || type > 9 || type == 4 || bytes < 1 || data[0] != bytes - 1) return "no record, or one of another length than it says";
  unsigned sum = 0;
  for (int i = 0; i < bytes; ++i) sum += data[i];
  if ((sum & 0xff) != 0xff) return "its checksum is wrong";
  if (type < 1 || type > 3) return NULL; /* a name, a count, where to begin */
  const int address_bytes = type + 1, count = bytes - 2 - address_bytes;
  if (count < 0) return "no record, or one of another length than it says";
  uint32_t address = 0;
  for (int i = 1; i <= address_bytes; ++i) address = address << 8 | data[i];
  if (count == 0) return NULL;
  return image_add(image, (struct segment){address, (uint32_t)count, (uint32_t)count, data + 1 + address_bytes}) ? NULL : "out of memory";
}

/* Whether a byte of that range is in some segment. */
static bool covers(const struct image* image, uint32_t from, uint32_t to) {
  for (size_t i = 0; i < image->count; ++i) {
    const struct segment* const segment = &image->segments[i];
    for (uint32_t at = 0; at < segment->bytes; ++at)
      if (segment->address + at >= from && segment->address + at < to && segment->data[at] != 0) return true;
  }
  return false;
}

bool srec_read(struct image* image) {
  message_warning("%s: SREC is deprecated; load the ELF file", image->file);
  unsigned char *at = image->contents, *const end = image->contents + image->size;
  for (int line = 1; at < end; ++line) {
    unsigned char* next = memchr(at, '\n', (size_t)(end - at));
    if (next == NULL) next = end;
    size_t length = (size_t)(next - at);
    while (length > 0 && (at[length - 1] == '\r' || at[length - 1] == ' ')) --length;
    const char* const wrong = length == 0 ? NULL : record(image, at, length);
    if (wrong != NULL) {
      message_error("e_load: %s:%d: %s", image->file, line, wrong);
      return false;
    }
    at = next + 1;
  }
  /* A file without sections: where they were always. Old programs have their start-up code at 0x58. */
  image->group_config = 0x28;
  image->emem_config = 0x50;
  if (!covers(image, 0x58, 0x68)) image->loader_config = 0x58;
  return true;
}
