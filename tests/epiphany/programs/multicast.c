/* Stores that several cores take at once. Cores 2, 7 and 13 listen under one name, core 11 under another; core 4, in the first column as the
 * chip wants it, sends in multicast mode (CONFIG.CTRLMODE 0011): a word to one core, then eight to three, each by one store. */
#include <stdio.h>

#include "epiphany.h"

enum { SENDER = 4, MULTICAST = 3 << 12, CTRLMODE = 15 << 12, MANY = 0x555, ONE = 0x556, WORDS = 8 };

/* In every core; of core 4 only `ready` counts. */
static volatile uint32_t inbox[WORDS];
static volatile uint32_t ready[CORES];

static void listen(uint32_t name, unsigned words) {
  *own_register(REG_MULTICAST) = name;
  ON_CORE(SENDER, ready)[core_number()] = 1;
  while (inbox[words - 1] == 0) {
  }
  uint32_t sum = 0;
  for (unsigned i = 0; i < WORDS; i++) sum += inbox[i];
  ON_CORE(SENDER, ready)[core_number()] = 1 + sum;
}

int main(void) {
  const unsigned me = core_number();
  if (me == 2 || me == 7 || me == 13) listen(MANY, WORDS);
  if (me == 11) listen(ONE, 1);
  if (me != SENDER) return 0;
  static const unsigned char listeners[] = {2, 7, 11, 13};
  for (unsigned i = 0; i < sizeof listeners; i++)
    while (ready[listeners[i]] == 0) {
    }
  volatile uint32_t *const many = word_at((uint32_t)MANY << 20 | (uint32_t)inbox);
  volatile uint32_t *const one = word_at((uint32_t)ONE << 20 | (uint32_t)inbox);
  const uint32_t config = GET_REGISTER(config);
  SET_REGISTER(config, (config & ~(uint32_t)CTRLMODE) | MULTICAST);
  one[0] = 1000;
  for (unsigned i = 0; i < WORDS; i++) many[i] = 10 + i;
  SET_REGISTER(config, config);
  for (unsigned i = 0; i < sizeof listeners; i++)
    while (ready[listeners[i]] == 1) {
    }
  for (unsigned i = 0; i < CORES; i++) iprintf(" %lu", (unsigned long)ready[i]);
  iprintf("\n");
  return 0;
}
