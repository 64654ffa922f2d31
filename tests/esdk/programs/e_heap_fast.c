/* Looks for a region by its name before it uses the heap, and after. */
#include <stdlib.h>
#include <string.h>

#include "device.h"

int main(void) {
  e_memseg_t region;
  RESULT[1] = (unsigned)e_shm_attach(&region, "region");
  char* const text = malloc(100);
  strcpy(text, "heap");
  RESULT[2] = (unsigned)(uintptr_t)text;
  RESULT[3] = (unsigned)e_shm_attach(&region, "region");
  return done();
}
