#include "vm/device/bytes.h"

void epy_copy_words(uint32_t* to, const uint32_t* from, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) to[i] = from[i];
}

void epy_fill_words(uint32_t* to, uint32_t word, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) to[i] = word;
}

void epy_copy(void* to, const void* from, uint32_t bytes) {
  uint8_t* out = to;
  const uint8_t* in = from;
  uint32_t done = 0;
  if (((PORT_ADDRESS(in) | PORT_ADDRESS(out)) & 3) == 0) {
    done = bytes & ~3u;
    epy_copy_words((uint32_t*)to, (const uint32_t*)from, done >> 2);
  }
  for (; done < bytes; ++done) out[done] = in[done];
}
