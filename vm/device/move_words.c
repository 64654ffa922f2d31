#include "vm/device/engines.h"

void epy_move_words(volatile uint32_t* to, const volatile uint32_t* from, uint32_t words) {
  const volatile uint32_t* end = from + words;
  while (from < end) port_store(to++, port_load(from++));
}
