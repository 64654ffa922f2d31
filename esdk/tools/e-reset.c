/* e-reset [-t]: resets the platform. Programs stop; the shared memory stays. */
#include <e-hal.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char* argv[]) {
  if (argc > 2 || (argc == 2 && strcmp(argv[1], "-t") != 0)) {
    fputs("Usage: e-reset [-t]\n", stderr);
    return 2;
  }
  if (e_init(NULL) != E_OK || e_reset_system() != E_OK) return 1;
  e_finalize();
  return 0;
}
