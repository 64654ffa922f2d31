#include "vm/device/engines.h"

void epy_move_bytes(volatile uint32_t* to, const volatile uint32_t* from, uint32_t words) {
  volatile uint8_t* out = (volatile uint8_t*)to;
  const volatile uint8_t* in = (const volatile uint8_t*)from;
  const volatile uint32_t* end = from + words;
  while (in < (const volatile uint8_t*)end) *out++ = *in++;
}
