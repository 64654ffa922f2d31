/* Prints what e_init and e_get_platform_info say; a platform file may be given. */
#include <e-hal.h>
#include <stdio.h>

int main(int argc, char* argv[]) {
  e_platform_t platform;
  const int before = e_get_platform_info(&platform);
  const int result = e_init(argc > 1 ? argv[1] : NULL);
  printf("before %d, e_init %d\n", before, result);
  if (result != E_OK) return 1;
  if (e_get_platform_info(&platform) != E_OK) return 1;
  printf("%s type %d, %d chips, %u x %u cores from (%u,%u), %d memories, version 0x%08x, objects %d %d\n", platform.version, platform.type,
         platform.num_chips, platform.rows, platform.cols, platform.row, platform.col, platform.num_emems, platform.hal_ver,
         platform.chip == NULL, platform.emem == NULL);
  const int once = e_finalize(), twice = e_finalize();
  printf("finalize %d, again %d\n", once, twice);
  return 0;
}
