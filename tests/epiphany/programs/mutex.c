/* 16 cores, each 10,000 times: take a lock by TESTSET, read, add one, write back, free the lock. All on core 0. */
#include <stdio.h>

#include "epiphany.h"

enum { TIMES = 10000 };

static volatile uint32_t lock, counter, finished;

static void take(uint32_t address) {
  const uint32_t zero = 0;
  uint32_t mine;
  do {
    mine = core_id();
    __asm__ volatile("testset %0,[%1,%2]" : "+r"(mine) : "r"(address), "r"(zero) : "memory");
  } while (mine != 0);
}

int main(void) {
  volatile uint32_t *const the_lock = ON_CORE(0, &lock);
  volatile uint32_t *const the_counter = ON_CORE(0, &counter);
  volatile uint32_t *const the_finished = ON_CORE(0, &finished);
  for (unsigned i = 0; i < TIMES; i++) {
    take((uint32_t)the_lock);
    *the_counter = *the_counter + 1;
    *the_lock = 0; /* goes the same way as the store before and cannot overtake it */
  }
  take((uint32_t)the_lock);
  *the_finished = *the_finished + 1;
  *the_lock = 0;
  if (core_number() != 0) return 0;
  while (finished != CORES) {
  }
  iprintf("%lu\n", (unsigned long)counter);
  return counter != CORES * TIMES;
}
