/* Loads the files that are named on standard input, one after the other, into core (1,1) of the platform, and says what e_load returned. */
#include <e-hal.h>
#include <e-loader.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  e_epiphany_t group;
  char file[4096];
  if (e_init(NULL) != E_OK || e_open(&group, 1, 1, 2, 2) != E_OK) return 1;
  while (fgets(file, sizeof file, stdin) != NULL) {
    file[strcspn(file, "\n")] = '\0';
    printf("%d\n", e_load(file, &group, 0, 0, E_FALSE));
  }
  e_close(&group);
  e_finalize();
  return 0;
}
