/* What e-read and e-write share: a word of a core's memory or registers, or (row -1) of the shared memory. */
#ifndef WORDS_H
#define WORDS_H

#include <e-hal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct words {
  bool external;
  unsigned row, col;
  uint32_t at; /* offset in the core's window or in the shared memory */
  e_epiphany_t group;
  e_mem_t memory;
};

static inline bool number_of(const char* text, int base, long* value) {
  char* end;
  *value = strtol(text, &end, base);
  return *text != '\0' && *end == '\0';
}

/* `ROW [COL] ADDRESS` from *at on. False: they are wrong. */
static inline bool words_parse(struct words* words, int argc, char* argv[], int* at) {
  long row, col = 0, address;
  if (*at >= argc || !number_of(argv[(*at)++], 10, &row) || row < -1) return false;
  words->external = row == -1;
  if (!words->external && (*at >= argc || !number_of(argv[(*at)++], 10, &col) || col < 0)) return false;
  if (*at >= argc || !number_of(argv[(*at)++], 16, &address)) return false;
  words->row = (unsigned)row;
  words->col = (unsigned)col;
  words->at = (uint32_t)address & ~3u;
  return true;
}

static inline bool words_open(struct words* words) {
  e_platform_t platform;
  if (e_init(NULL) != E_OK || e_get_platform_info(&platform) != E_OK) return false;
  return words->external ? e_alloc(&words->memory, 0, 0x02000000) == E_OK
                         : e_open(&words->group, 0, 0, platform.rows, platform.cols) == E_OK;
}

static inline void words_close(struct words* words) {
  if (!words->external) e_close(&words->group);
  e_finalize();
}

/* As the cores know it. */
static inline uint32_t words_address(struct words* words) {
  return words->external ? (uint32_t)words->memory.ephy_base + words->at
                         : ee_get_id_from_coords(&words->group, words->row, words->col) << 20 | words->at;
}
static inline void* words_object(struct words* words) { return words->external ? (void*)&words->memory : (void*)&words->group; }

#endif
