/* e-loader [-s | --start] [-r] PROGRAM [ROW COL [ROWS COLS]]: resets the platform, loads a program into a core, or a rectangle of them, and
 * starts it if asked to. -r was for what is always done now. */
#include <e-hal.h>
#include <e-loader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void) {
  fputs("Usage: e-loader [-s|--start] [-r] PROGRAM [ROW COL [ROWS COLS]]\n", stderr);
  return 2;
}

int main(int argc, char* argv[]) {
  e_bool_t start = E_FALSE;
  int at = 1;
  for (; at < argc && argv[at][0] == '-'; ++at) {
    if (strcmp(argv[at], "-s") == 0 || strcmp(argv[at], "--start") == 0) {
      start = E_TRUE;
    } else if (strcmp(argv[at], "-r") != 0) {
      return usage();
    }
  }
  const int numbers = argc - at - 1;
  if (numbers != 0 && numbers != 2 && numbers != 4) return usage();
  unsigned place[4] = {0, 0, 1, 1};
  for (int i = 0; i < numbers; ++i) {
    char* end;
    place[i] = (unsigned)strtoul(argv[at + 1 + i], &end, 10);
    if (*end != '\0') return usage();
  }
  e_epiphany_t group;
  if (e_init(NULL) != E_OK || e_reset_system() != E_OK || e_open(&group, place[0], place[1], place[2], place[3]) != E_OK) return 1;
  const int result = e_load_group(argv[at], &group, 0, 0, place[2], place[3], start);
  e_close(&group);
  e_finalize();
  return result == E_OK ? 0 : 1;
}
