/* Prints by the C library, whose system calls are TRAPs. */
#include <stdio.h>

#include "device.h"

int main(void) {
  RESULT[1] = 1;
  iprintf("hello from 0x%03x\n", e_get_coreid());
  fflush(stdout);
  RESULT[1] = 2;
  return done();
}
