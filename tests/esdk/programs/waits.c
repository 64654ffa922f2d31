/* Waits for a core that never says anything, as long as the board answers: waits READ|SLEEP|REGISTER. Says when the board is there. */
#include "check.h"

int main(int argc, char* argv[]) {
  unsigned word = 0;
  CHECK_EQUAL(argc, 2);
  begin();
  puts("waiting");
  fflush(stdout);
  while (1) {
    if (strcmp(argv[1], "SLEEP") == 0) usleep(1000);
    const off_t at = strcmp(argv[1], "REGISTER") == 0 ? E_REG_PC : 0x1000;
    if (e_read(&all, 0, 0, at, &word, sizeof word) == E_ERR) break;
  }
  puts("it is gone");
  CHECK_EQUAL(e_write(&all, 0, 0, 0x1000, &word, sizeof word), E_ERR);
  CHECK_EQUAL(e_start(&all, 0, 0), E_ERR);
  CHECK_EQUAL(e_reset_system(), E_ERR);
  return e_finalize();
}
