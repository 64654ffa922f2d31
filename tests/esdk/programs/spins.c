/* Waits without any call of the library: spins FOLDER POINTER|CLOCK. */
#include <time.h>

#include "check.h"

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char* argv[]) {
  CHECK_EQUAL(argc, 3);
  begin();
  CHECK_EQUAL(e_load(device(argv, "count"), &all, 0, 0, E_TRUE), E_OK);
  const volatile unsigned* const counter = (const volatile unsigned*)((char*)all.core[0][0].mems.base + RESULT + 4);
  const unsigned before = *counter;
  puts("waiting");
  fflush(stdout);
  if (strcmp(argv[2], "POINTER") == 0) {
    while (*counter < before + 1000) continue;
  } else {
    for (const long long end = now() + 2000000; now() < end;) continue;
    CHECK(*counter > before);
  }
  return end();
}
