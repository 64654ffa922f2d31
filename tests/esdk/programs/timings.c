/* In virtual time: sleeping and accesses take simulated time, which the host's clock shows. */
#include <time.h>

#include "check.h"

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char* argv[]) {
  const struct timespec third = {0, 300000000};
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_load(device(argv, "count"), &all, 0, 0, E_TRUE), E_OK);
  await(0, 0, RESULT, DONE);
  long long start = now();
  usleep(1234);
  CHECK_EQUAL(now() - start, 1234000);
  start = now();
  nanosleep(&third, NULL);
  CHECK_EQUAL(now() - start, 300000000);
  start = now();
  for (int i = 0; i < 100; ++i) set_word(3, 3, 0x1000, (unsigned)i);
  CHECK_EQUAL(now() - start, 100 * 1000);
  /* It counts one in so many cycles: the same in every run. */
  const unsigned before = word_of(0, 0, RESULT + 4);
  usleep(1000);
  const unsigned counted = word_of(0, 0, RESULT + 4) - before;
  printf("counted %u\n", counted);
  return end();
}
