/* Each of 16 cores increments a counter 20 times under a mutex: none is lost. */
#include "check.h"

int main(int argc, char* argv[]) {
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_load_group(device(argv, "mutex"), &all, 0, 0, 4, 4, E_TRUE), E_OK);
  for (unsigned i = 0; i < 16; ++i) await_checks(i / 4, i % 4, 4);
  CHECK_EQUAL(word_of(0, 0, RESULT + 12), 320);
  return end();
}
