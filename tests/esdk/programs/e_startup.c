/* What a program finds at its start, and in which order things happen at its end. */
#include <stdlib.h>

#include "device.h"

static volatile unsigned order = 0x1;
static int zero[100], initialised[2] = {7, 9};

static void note(unsigned what) { order = order << 4 | what; }
static void __attribute__((constructor)) construct(void) { note(2); }
static void __attribute__((destructor)) destruct(void) {
  note(6);
  CHECK(order == 0x123456);
  done();
}
static void first(void) { note(5); }
static void second(void) { note(4); }

int main(int argc, char* argv[], char* environment[]) {
  int sum = 0;
  note(3);
  for (int i = 0; i < 100; ++i) sum |= ((volatile int*)zero)[i];
  CHECK(argc == 0 && argv == 0 && environment == 0);
  CHECK(sum == 0 && ((volatile int*)initialised)[0] == 7 && ((volatile int*)initialised)[1] == 9);
  CHECK(e_reg_read(E_REG_IPEND) == 0 && (e_reg_read(E_REG_IMASK) & 0x3ff) == 0x3fe);
  atexit(first);
  atexit(second);
  return 0;
}
