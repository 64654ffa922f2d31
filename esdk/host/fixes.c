#include "fixes.h"

#include <stdlib.h>
#include <string.h>

bool fix(enum fix which) {
  static const char* const names[FIX_COUNT] = {"shm-contents", "shm-base", "dram-bss", "emem-type"};
  const char* wanted = getenv("EHAL_FIX");
  while (wanted != NULL && *wanted != '\0') {
    const size_t length = strcspn(wanted, ",");
    if (length == 3 && strncmp(wanted, "all", 3) == 0) return true;
    if (length == strlen(names[which]) && strncmp(wanted, names[which], length) == 0) return true;
    wanted += length;
    wanted += *wanted == ',';
  }
  return false;
}
