/* A core whose load from outside never ends: neither a reset of its group nor loading helps, a reset of the board does. */
#include <time.h>

#include "check.h"

static double milliseconds(void) {
  struct timespec now;
  CHECK_EQUAL(clock_gettime(CLOCK_MONOTONIC, &now), 0);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

int main(int argc, char* argv[]) {
  e_epiphany_t row, others;
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_open(&row, 1, 0, 1, 4), E_OK);
  CHECK_EQUAL(e_open(&others, 2, 0, 2, 4), E_OK);
  CHECK_EQUAL(e_load(device(argv, "hang"), &all, 1, 2, E_TRUE), E_OK);
  await(1, 2, RESULT, DONE);
  usleep(1000);
  CHECK_EQUAL(word_of(1, 2, E_REG_DEBUGSTATUS), 2);

  const double begun = milliseconds();
  CHECK_EQUAL(e_reset_group(&row), E_ERR);
  printf("%.1f ms\n", milliseconds() - begun);
  CHECK_EQUAL(e_load_group(device(argv, "who"), &all, 0, 0, 4, 4, E_TRUE), E_ERR);
  CHECK_EQUAL(word_of(1, 2, RESULT), DONE); /* it was not cleared */
  set_word(1, 2, E_REG_RESETCORE, 1);       /* not even this lets it go */
  set_word(1, 2, E_REG_RESETCORE, 0);
  CHECK_EQUAL(word_of(1, 2, E_REG_DEBUGSTATUS) & 2, 2);

  CHECK_EQUAL(e_reset_group(&others), E_OK); /* it is nothing to them */
  CHECK_EQUAL(e_load_group(device(argv, "who"), &others, 0, 0, 2, 4, E_TRUE), E_OK);
  for (unsigned i = 8; i < 16; ++i) await(i / 4, i % 4, RESULT, DONE);

  CHECK_EQUAL(e_reset_system(), E_OK);
  CHECK_EQUAL(e_reset_group(&row), E_OK);
  CHECK_EQUAL(e_load_group(device(argv, "who"), &all, 0, 0, 4, 4, E_TRUE), E_OK);
  for (unsigned i = 0; i < 16; ++i) await(i / 4, i % 4, RESULT, DONE);
  CHECK_EQUAL(e_close(&row), E_OK);
  CHECK_EQUAL(e_close(&others), E_OK);
  return end();
}
