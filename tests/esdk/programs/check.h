/* What these host programs share: a check that ends the program and says what was wrong; the platform, the group of all cores, a device
 * program's file. */
#ifndef CHECK_H
#define CHECK_H

#include <e-hal.h>
#include <e-loader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK(what)                                             \
  do {                                                          \
    if (!(what)) {                                              \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
      exit(1);                                                  \
    }                                                           \
  } while (0)

#define CHECK_EQUAL(value, expected)                                                                                                       \
  do {                                                                                                                                     \
    const long long value_ = (long long)(value), expected_ = (long long)(expected);                                                        \
    if (value_ != expected_) {                                                                                                             \
      printf("%s:%d: %s is %lld (0x%llx), not %lld (0x%llx)\n", __FILE__, __LINE__, #value, value_, (unsigned long long)value_, expected_, \
             (unsigned long long)expected_);                                                                                               \
      exit(1);                                                                                                                             \
    }                                                                                                                                      \
  } while (0)

static e_platform_t platform;
static e_epiphany_t all;

static inline void begin(void) {
  CHECK_EQUAL(e_init(NULL), E_OK);
  CHECK_EQUAL(e_reset_system(), E_OK);
  CHECK_EQUAL(e_get_platform_info(&platform), E_OK);
  CHECK_EQUAL(e_open(&all, 0, 0, platform.rows, platform.cols), E_OK);
}

static inline int end(void) {
  CHECK_EQUAL(e_close(&all), E_OK);
  CHECK_EQUAL(e_finalize(), E_OK);
  puts("PASSED");
  return 0;
}

/* The device program of that name; argv[1] is its folder. */
static inline const char* device(char* argv[], const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/e_%s.elf", argv[1], name);
  return path;
}

static inline unsigned word_of(unsigned row, unsigned col, off_t at) {
  unsigned value = 0;
  CHECK_EQUAL(e_read(&all, row, col, at, &value, sizeof value), sizeof value);
  return value;
}
static inline void set_word(unsigned row, unsigned col, off_t at, unsigned value) {
  CHECK_EQUAL(e_write(&all, row, col, at, &value, sizeof value), sizeof value);
}
/* Until the word has that value. */
static inline void await(unsigned row, unsigned col, off_t at, unsigned value) {
  for (int tries = 0; word_of(row, col, at) != value; ++tries) {
    CHECK(tries < 100000);
    usleep(100);
  }
}

#define RESULT 0x7000 /* device.h */
#define DONE 0x600d0000u

/* The program is done with its checks, made so many, and none failed. */
static inline void await_checks(unsigned row, unsigned col, unsigned checks) {
  await(row, col, RESULT, DONE);
  CHECK_EQUAL(word_of(row, col, RESULT + 8), 0); /* the line of the device program that was not so */
  CHECK_EQUAL(word_of(row, col, RESULT + 4), checks);
}

#endif
