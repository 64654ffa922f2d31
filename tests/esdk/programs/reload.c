/* A program is loaded over another one, whatever that is doing: in a loop, with DMA under way, in an interrupt handler, asleep, after its
 * end. The shared memory and the other cores do not notice. */
#include "busy.h"
#include "check.h"

int main(int argc, char* argv[]) {
  e_mem_t memory;
  unsigned kept = 0x12345678;
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_alloc(&memory, 0x00600000, 4096), E_OK);
  CHECK_EQUAL(e_write(&memory, 0, 0, 0, &kept, sizeof kept), sizeof kept);
  for (unsigned mode = SPIN; mode < MODES; ++mode) {
    CHECK_EQUAL(e_load_group(device(argv, "busy"), &all, 0, 0, 4, 4, E_FALSE), E_OK);
    for (unsigned i = 0; i < 16; ++i) set_word(i / 4, i % 4, MODE, mode);
    CHECK_EQUAL(e_start_group(&all), E_OK);
    for (unsigned i = 0; i < 16; ++i) await(i / 4, i % 4, RESULT, DONE);
    if (mode == EXITED) usleep(1000);
    CHECK_EQUAL(e_load_group(device(argv, "who"), &all, 1, 0, 3, 4, E_TRUE), E_OK);
    for (unsigned i = 4; i < 16; ++i) {
      await(i / 4, i % 4, RESULT, DONE);
      CHECK_EQUAL(word_of(i / 4, i % 4, RESULT + 4), (32 + i / 4) << 6 | (8 + i % 4));
    }
    for (unsigned i = 0; i < 4; ++i) CHECK_EQUAL(word_of(0, i, MODE), mode); /* still there */
    kept = 0;
    CHECK_EQUAL(e_read(&memory, 0, 0, 0, &kept, sizeof kept), sizeof kept);
    CHECK_EQUAL(kept, 0x12345678);
  }
  return end();
}
