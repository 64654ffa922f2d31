/* Where things are: for each of the linker scripts this is a device program of its own. */
#include <stdlib.h>
#include <string.h>

#include "device.h"

extern char __stack, __heap_start, __heap_end, _SHARED_DRAM_;

static int initialised = 42, zero[16];

int main(int argc, char* argv[], char* environment[]) {
  int local = 1;
  for (int i = 0; i < 16; ++i) local |= ((volatile int*)zero)[i];
  RESULT[1] = (unsigned)main;
  RESULT[2] = (unsigned)&initialised;
  RESULT[3] = (unsigned)zero;
  RESULT[4] = (unsigned)&local;
  RESULT[5] = (unsigned)strtok; /* of the C library */
  RESULT[6] = (unsigned)&__stack;
  RESULT[7] = (unsigned)&__heap_start;
  RESULT[8] = (unsigned)&__heap_end;
  RESULT[9] = (unsigned)&_SHARED_DRAM_;
  RESULT[10] = (unsigned)&e_group_config;
  RESULT[11] = (unsigned)&e_emem_config;
  RESULT[12] = (unsigned)malloc(100);
  RESULT[13] = (unsigned)(((volatile int*)&initialised)[0] == 42 && local == 1 && argc == 0 && argv == 0 && environment == 0);
  RESULT[14] = e_group_config.group_id;
  return done();
}
