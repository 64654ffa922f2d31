/* All cores reach main, whether they are started together or one by one in any order; a core that is not started does nothing. */
#include "check.h"

static void load(char* argv[], e_bool_t start) { CHECK_EQUAL(e_load_group(device(argv, "who"), &all, 0, 0, 4, 4, start), E_OK); }

static void all_say_who(void) {
  for (unsigned i = 0; i < 16; ++i) {
    await(i / 4, i % 4, RESULT, DONE);
    CHECK_EQUAL(word_of(i / 4, i % 4, RESULT + 4), (32 + i / 4) << 6 | (8 + i % 4));
  }
}

int main(int argc, char* argv[]) {
  CHECK_EQUAL(argc, 2);
  begin();
  load(argv, E_TRUE);
  all_say_who();
  load(argv, E_FALSE);
  CHECK_EQUAL(e_start_group(&all), E_OK);
  all_say_who();
  load(argv, E_FALSE);
  usleep(1000);
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned core = (i * 7 + 5) % 16;
    CHECK_EQUAL(word_of(core / 4, core % 4, RESULT), 0);
    CHECK_EQUAL(e_start(&all, core / 4, core % 4), E_OK);
    await(core / 4, core % 4, RESULT, DONE);
  }
  all_say_who();
  return end();
}
