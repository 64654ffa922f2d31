/* TESTSET: atomic at a core's global address; through the local alias, and in shared memory, it is none. */
#include "device.h"

static volatile int word;
SECTION("shared_dram") static volatile int shared[16]; /* for each core one */

static int testset(volatile int* address, int value) {
  const int zero = 0;
  __asm__ volatile("testset %0,[%1,%2]" : "+r"(value) : "r"(address), "r"(zero) : "memory");
  return value;
}

int main(void) {
  volatile int* const global = e_get_global_address(E_SELF, E_SELF, (void*)&word);
  CHECK(testset(global, 5) == 0 && word == 5);
  CHECK(testset(global, 6) == 5 && word == 5);
  word = 0;
  CHECK(testset(&word, 7) == 0 && word == 0); /* it stores nothing */
  word = 3;
  CHECK(testset(&word, 7) == 3 && word == 3);
  volatile int* const mine = &shared[number()];
  *mine = 0;
  while (*mine != 0) continue;
  testset(mine, 9);
  CHECK(*mine == 0);
  return done();
}
