/* e_dma_copy between all alignments: within the core, to and from shared memory, to another core. What is not to be written stays. */
#include <string.h>

#include "device.h"

#define ROOM 64
static unsigned char source[ROOM] ALIGN(8), target[ROOM] ALIGN(8), from_left[ROOM] ALIGN(8);

static void check(unsigned char* from, unsigned char* to, unsigned from_offset, unsigned to_offset, unsigned bytes) {
  for (int i = 0; i < ROOM; ++i) from[i] = (unsigned char)(i * 3 + bytes), to[i] = 0xee;
  while (from[ROOM - 1] != (unsigned char)((ROOM - 1) * 3 + bytes) || to[ROOM - 1] != 0xee) continue; /* it has arrived */
  CHECK(e_dma_copy(to + to_offset, from + from_offset, bytes) == 0);
  for (unsigned tries = 0; bytes > 0 && tries < 1000 && ((volatile unsigned char*)to)[to_offset + bytes - 1] == 0xee; ++tries) continue;
  int wrong = 0;
  for (unsigned i = 0; i < ROOM; ++i) {
    const int copied = i >= to_offset && i < to_offset + bytes;
    wrong |= to[i] != (copied ? from[i - to_offset + from_offset] : 0xee);
  }
  CHECK(!wrong);
}

int main(void) {
  unsigned char* const shared = (unsigned char*)(0x8e800000 + number() * 0x1000);
  for (unsigned from = 0; from < 8; ++from) {
    for (unsigned to = 0; to < 8; ++to) {
      for (unsigned bytes = 0; bytes <= 16; ++bytes) check(source, target, from, to, bytes);
      check(source, target, from, to, 40);
    }
  }
  for (unsigned i = 0; i < 8; ++i) {
    check(source, shared, i, (i * 3) % 8, 24 + i % 3);
    check(shared, target, i, (i * 5) % 8, 24 + i % 5);
  }
  /* To another core, whose part of it only this one writes to. */
  unsigned char* const next =
      e_get_global_address(e_group_config.core_row, (e_group_config.core_col + 1) % e_group_config.group_cols, from_left);
  for (unsigned i = 0; i < 8; ++i) check(source, next, i, (i * 3) % 8, 32 + i % 3);
  /* The count has 16 bits: of 65536 + 3 bytes 3 are copied. */
  volatile unsigned char* const far = (volatile unsigned char*)(0x8e900000 + number() * 0x20000);
  for (unsigned i = 0; i < 4; ++i) far[i] = (unsigned char)(i + 1), far[0x11000 + i] = 0xee;
  while (far[0x11003] != 0xee) continue;
  e_dma_copy((void*)(far + 0x11000), (void*)far, 65536 + 3);
  for (unsigned tries = 0; tries < 1000 && far[0x11002] == 0xee; ++tries) continue;
  CHECK(far[0x11000] == 1 && far[0x11001] == 2 && far[0x11002] == 3 && far[0x11003] == 0xee);
  return done();
}
