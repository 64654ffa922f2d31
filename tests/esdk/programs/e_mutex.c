/* 16 cores, one mutex, one counter that is not atomic. */
#include "device.h"

static e_mutex_t mutex, other;
static volatile unsigned counter;

int main(void) {
  volatile unsigned* const shared = e_get_global_address(0, 0, (const void*)&counter);
  for (int i = 0; i < 20; ++i) {
    e_mutex_lock(0, 0, &mutex);
    const unsigned before = *shared;
    for (volatile int j = 0; j < (int)(number() % 5); ++j) continue;
    *shared = before + 1;
    while (*shared != before + 1) continue;
    e_mutex_unlock(0, 0, &mutex);
  }
  /* One's own: free, taken, free again. */
  const unsigned row = e_group_config.core_row, col = e_group_config.core_col;
  CHECK(e_mutex_trylock(row, col, &other) == 0);
  CHECK(e_mutex_trylock(row, col, &other) == e_get_coreid());
  CHECK((unsigned)*(volatile e_mutex_t*)&other == e_get_coreid());
  e_mutex_unlock(row, col, &other);
  CHECK(e_mutex_trylock(row, col, &other) == 0);
  if (number() == 0) {
    while (*shared != 16 * 20) continue;
    RESULT[3] = *shared;
  }
  return done();
}
