/* A barrier by bytes: the first core of the group waits for a byte from each of the others, then answers them all. */
#include "e_coreid.h"
#include "e_mutex.h"

static unsigned cores(void) { return e_group_config.group_rows * e_group_config.group_cols; }
static unsigned number(void) { return e_group_config.core_row * e_group_config.group_cols + e_group_config.core_col; }

/* The array of bytes is not cleared: faster cores may have come to the barrier already. */
void e_barrier_init(volatile e_barrier_t bar_array[], volatile e_barrier_t* tgt_bar_array[]) {
  const unsigned self = number();
  if (self != 0) {
    tgt_bar_array[0] = e_get_global_address(0, 0, (const void*)&bar_array[self]);
    return;
  }
  for (unsigned i = 0; i < cores(); ++i) {
    tgt_bar_array[i] = e_get_global_address(i / e_group_config.group_cols, i % e_group_config.group_cols, (const void*)&bar_array[i]);
  }
}

void e_barrier(volatile e_barrier_t bar_array[], volatile e_barrier_t* tgt_bar_array[]) {
  const unsigned self = number(), count = cores();
  __asm__ volatile("" : : : "memory");
  if (self != 0) {
    *tgt_bar_array[0] = 1;
    while (bar_array[self] == 0) continue;
    bar_array[self] = 0;
  } else {
    for (unsigned i = 1; i < count; ++i)
      while (bar_array[i] == 0) continue;
    for (unsigned i = 1; i < count; ++i) bar_array[i] = 0;
    for (unsigned i = 1; i < count; ++i) *tgt_bar_array[i] = 1;
  }
  __asm__ volatile("" : : : "memory");
}
