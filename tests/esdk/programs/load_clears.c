/* Loading clears all of a core's memory, and touches no other core. */
#include "check.h"

static unsigned char pattern[0x8000], back[0x8000];

int main(int argc, char* argv[]) {
  static const unsigned char zero[0x2000];
  e_epiphany_t group;
  CHECK_EQUAL(argc, 2);
  begin();
  memset(pattern, 0xa5, sizeof pattern);
  for (unsigned i = 0; i < 16; ++i) CHECK_EQUAL(e_write(&all, i / 4, i % 4, 0, pattern, sizeof pattern), sizeof pattern);
  CHECK_EQUAL(e_open(&group, 1, 1, 2, 3), E_OK);
  CHECK_EQUAL(e_load_group(device(argv, "who"), &group, 1, 0, 1, 2, E_TRUE), E_OK); /* cores (2,1) and (2,2) of the platform */
  await(2, 1, RESULT, DONE);
  await(2, 2, RESULT, DONE);
  for (unsigned row = 0; row < 4; ++row) {
    for (unsigned col = 0; col < 4; ++col) {
      CHECK_EQUAL(e_read(&all, row, col, 0, back, sizeof back), sizeof back);
      if (row == 2 && (col == 1 || col == 2)) {
        CHECK(memcmp(back + 0x4000, zero, sizeof zero) == 0); /* nobody was here */
        CHECK(memcmp(back, pattern, 0x100) != 0);
      } else {
        CHECK(memcmp(back, pattern, sizeof pattern) == 0);
      }
    }
  }
  CHECK_EQUAL(e_close(&group), E_OK);
  return end();
}
