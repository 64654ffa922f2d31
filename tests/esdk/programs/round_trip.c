/* Bytes that the host writes come back as they were, whatever their place and number; and the cores see the same. */
#include "check.h"

#define BASE 0x4000
#define BYTES 256

static void both_ways(void* object, unsigned row, unsigned col, off_t base) {
  static const unsigned char nothing[80];
  unsigned char expected[80], back[80];
  for (size_t offset = 0; offset < 8; ++offset) {
    for (size_t n = 1; n <= 64; ++n) {
      memset(expected, 0, sizeof expected);
      for (size_t i = 0; i < n; ++i) expected[offset + i] = (unsigned char)(row * 7 + col * 31 + offset * 8 + n + i * 3 + 1);
      CHECK_EQUAL(e_write(object, row, col, base, nothing, sizeof nothing), sizeof nothing);
      CHECK_EQUAL(e_write(object, row, col, base + (off_t)offset, expected + offset, n), n);
      CHECK_EQUAL(e_read(object, row, col, base, back, sizeof back), sizeof back);
      CHECK(memcmp(expected, back, sizeof back) == 0);
      CHECK_EQUAL(e_read(object, row, col, base + (off_t)offset, back, n), n);
      CHECK(memcmp(expected + offset, back, n) == 0);
    }
  }
}

int main(int argc, char* argv[]) {
  e_mem_t memory;
  unsigned char sent[BYTES], back[BYTES];
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_alloc(&memory, 0x01234560, 0x10000), E_OK);
  CHECK_EQUAL((uint32_t)memory.ephy_base, 0x8f234560u);
  both_ways(&memory, 0, 0, 0x100);
  CHECK_EQUAL(e_load_group(device(argv, "round_trip"), &all, 0, 0, 4, 4, E_FALSE), E_OK);
  for (unsigned row = 0; row < 4; ++row) {
    for (unsigned col = 0; col < 4; ++col) {
      both_ways(&all, row, col, BASE);
      for (int i = 0; i < BYTES; ++i) sent[i] = (unsigned char)(i * 5 + row * 4 + col);
      for (size_t at = 0, n = 1; at < BYTES; at += n, n = n % 23 + 1) { /* pieces of all sizes and alignments */
        if (n > BYTES - at) n = BYTES - at;
        CHECK_EQUAL(e_write(&all, row, col, (off_t)(BASE + at), sent + at, n), n);
      }
      CHECK_EQUAL(e_start(&all, row, col), E_OK);
      await(row, col, RESULT, DONE);
      CHECK_EQUAL(e_read(&memory, 0, 0, (off_t)((row * 4 + col) * BYTES), back, BYTES), BYTES);
      CHECK(memcmp(sent, back, BYTES) == 0);
    }
  }
  CHECK_EQUAL(e_free(&memory), E_OK);
  return end();
}
