/* Barriers, with cores that begin late. */
#include "check.h"

static void run(char* argv[], unsigned skew) {
  CHECK_EQUAL(e_load_group(device(argv, "barrier"), &all, 0, 0, 4, 4, E_FALSE), E_OK);
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned core = (i * 11 + skew) % 16;
    CHECK_EQUAL(e_start(&all, core / 4, core % 4), E_OK);
    usleep(skew);
  }
  for (unsigned i = 0; i < 16; ++i) {
    await_checks(i / 4, i % 4, 1);
    CHECK_EQUAL(word_of(i / 4, i % 4, RESULT + 12), 1000);
  }
}

int main(int argc, char* argv[]) {
  CHECK_EQUAL(argc, 2);
  begin();
  run(argv, 0);
  run(argv, 7);
  run(argv, 300);
  return end();
}
