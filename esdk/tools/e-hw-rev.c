/* e-hw-rev: which platform this is. */
#include <e-hal.h>
#include <stdio.h>

int main(void) {
  e_platform_t platform;
  if (e_init(NULL) != E_OK || e_get_platform_info(&platform) != E_OK) return 1;
  printf("Platform: %s\nCores: %u x %u from (%u,%u)\nHAL version: 0x%08x\n", platform.version, platform.rows, platform.cols, platform.row,
         platform.col, platform.hal_ver);
  e_finalize();
  return 0;
}
