/* What the loader writes to 0x28 and after: core (2,3) of a group that was opened at (1,0) with 3 x 4 cores. */
#include "check.h"

int main(int argc, char* argv[]) {
  static const uint32_t expected[] = {3, 0, 0x848, 33, 8, 3, 4, 2, 3, 0xdeadbeef, 5, 0x8e000000, 1, 0, 0, 0};
  uint32_t block[16];
  e_epiphany_t group;
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_open(&group, 1, 0, 3, 4), E_OK);
  CHECK_EQUAL(group.base_coreid, 0x848);
  CHECK_EQUAL(e_load(device(argv, "who"), &group, 2, 3, E_TRUE), E_OK);
  await(3, 3, RESULT, DONE);
  CHECK_EQUAL(e_read(&group, 2, 3, 0x28, block, sizeof block), sizeof block);
  for (int i = 0; i < 16; ++i) CHECK_EQUAL(block[i], expected[i]);
  CHECK_EQUAL(word_of(3, 3, RESULT + 4), 0x8cb); /* and the program sees the same */
  for (int i = 0; i < 9; ++i) CHECK_EQUAL(word_of(3, 3, RESULT + 8 + 4 * i), expected[i]);
  for (int i = 0; i < 2; ++i) CHECK_EQUAL(word_of(3, 3, RESULT + 44 + 4 * i), expected[10 + i]);
  CHECK_EQUAL(e_close(&group), E_OK);
  return end();
}
