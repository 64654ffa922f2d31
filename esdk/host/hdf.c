/* HDF files: a line is a tag and its value; `//` as a word of its own begins a comment. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixes.h"
#include "message.h"
#include "platform.h"

#define LINE_BYTES 256
#define MOST 64 /* chips, and memories */

struct reader {
  e_platform_t* platform;
  e_chip_t* chip; /* the one described last; NULL before the first */
  e_mem_t* emem;
};

static bool number(const char* text, int base, unsigned long most, unsigned* to) {
  char* end;
  errno = 0;
  const unsigned long value = strtoul(text, &end, base);
  if (errno != 0 || end == text || *end != '\0' || *text == '-' || value > most) return false;
  *to = (unsigned)value;
  return true;
}

static bool count_of(const char* text, int* count, void** array, size_t each) {
  unsigned value;
  if (*array != NULL || !number(text, 10, MOST, &value) || value == 0) return false;
  *array = calloc(value, each);
  *count = (int)value;
  return *array != NULL;
}

static bool put_text(char* to, size_t bytes, const char* text) {
  if (strlen(text) >= bytes) return false;
  strcpy(to, text);
  return true;
}

static bool chip(struct reader* reader, const char* value) {
  e_platform_t* const platform = reader->platform;
  reader->chip = reader->chip == NULL ? platform->chip : reader->chip + 1;
  if (platform->chip == NULL || reader->chip == platform->chip + platform->num_chips) return false;
  return put_text(reader->chip->version, sizeof reader->chip->version, value);
}

static bool emem(struct reader* reader) {
  e_platform_t* const platform = reader->platform;
  reader->emem = reader->emem == NULL ? platform->emem : reader->emem + 1;
  return platform->emem != NULL && reader->emem != platform->emem + platform->num_emems;
}

static bool type_of(const char* value, e_mem_t* memory) {
  static const char* const names[] = {"RD", "WR", "RDWR"};
  for (int i = 0; i < 3; ++i) {
    if (strcmp(value, names[i]) != 0) continue;
    if (fix(FIX_EMEM_TYPE)) memory->objtype = E_EXT_MEM, memory->priv = (void*)(uintptr_t)(i + 1); /* e_memtype_t */
    return true;
  }
  return false;
}

/* 1: taken; 0: the value is wrong, or the tag is not in its place; -1: an unknown tag */
static int take(struct reader* reader, const char* tag, const char* value) {
  e_platform_t* const platform = reader->platform;
  unsigned address;
  if (strcmp(tag, "PLATFORM_VERSION") == 0) return put_text(platform->version, sizeof platform->version, value);
  if (strcmp(tag, "NUM_CHIPS") == 0) return count_of(value, &platform->num_chips, (void**)&platform->chip, sizeof *platform->chip);
  if (strcmp(tag, "NUM_EXT_MEMS") == 0) return count_of(value, &platform->num_emems, (void**)&platform->emem, sizeof *platform->emem);
  if (strcmp(tag, "CHIP") == 0) return chip(reader, value);
  if (strcmp(tag, "CHIP_ROW") == 0) return reader->chip != NULL && number(value, 10, 63, &reader->chip->row);
  if (strcmp(tag, "CHIP_COL") == 0) return reader->chip != NULL && number(value, 10, 63, &reader->chip->col);
  if (strcmp(tag, "EMEM") == 0) return emem(reader);
  if (strcmp(tag, "ESYS_REGS_BASE") == 0) return 1; /* of older drivers */
  if (strncmp(tag, "EMEM_", 5) != 0) return -1;
  if (reader->emem == NULL) return 0;
  if (strcmp(tag, "EMEM_TYPE") == 0) return type_of(value, reader->emem);
  const bool read = number(value, 16, 0xffffffff, &address);
  if (strcmp(tag, "EMEM_BASE_ADDRESS") == 0) {
    reader->emem->phy_base = (off_t)address;
  } else if (strcmp(tag, "EMEM_EPI_BASE") == 0) {
    reader->emem->ephy_base = (off_t)address;
  } else if (strcmp(tag, "EMEM_SIZE") == 0) {
    reader->emem->emap_size = address;
  } else {
    return -1;
  }
  return read;
}

static bool line_read(const char* file, int line, char* text, struct reader* reader) {
  if (strlen(text) == LINE_BYTES - 1 && text[LINE_BYTES - 2] != '\n') {
    message_error("%s:%d: the line has more than %d characters", file, line, LINE_BYTES - 2);
    return false;
  }
  char* rest;
  const char* const tag = strtok_r(text, " \t\r\n", &rest);
  if (tag == NULL || strcmp(tag, "//") == 0) return true;
  const char* const value = strtok_r(NULL, " \t\r\n", &rest);
  const int taken = take(reader, tag, value == NULL ? "" : value);
  if (taken < 0) message_error("%s:%d: unknown tag %s", file, line, tag);
  if (taken == 0)
    message_error("%s:%d: %s: '%s' is no value for it, or it is not expected here", file, line, tag, value == NULL ? "" : value);
  return taken > 0;
}

bool hdf_read(const char* file, e_platform_t* platform) {
  FILE* const stream = fopen(file, "re");
  if (stream == NULL) {
    message_error("platform file %s: %s", file, strerror(errno));
    return false;
  }
  memset(platform, 0, sizeof *platform);
  struct reader reader = {platform, NULL, NULL};
  char text[LINE_BYTES];
  bool good = true;
  for (int line = 1; good && fgets(text, sizeof text, stream) != NULL; ++line) good = line_read(file, line, text, &reader);
  fclose(stream);
  good = good && platform_complete(file, platform);
  if (!good) platform_release(platform);
  return good;
}
