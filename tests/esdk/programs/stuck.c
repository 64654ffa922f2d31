/* Loads all cores, whatever they do, then again after each kind of reset: stuck FOLDER. Says what came of it. */
#include "check.h"

int main(int argc, char* argv[]) {
  CHECK_EQUAL(argc, 2);
  begin();
  printf("load %d\n", e_load_group(device(argv, "who"), &all, 0, 0, 4, 4, E_TRUE));
  printf("reset the group %d\n", e_reset_group(&all));
  printf("load %d\n", e_load_group(device(argv, "who"), &all, 0, 0, 4, 4, E_TRUE));
  printf("reset the system %d\n", e_reset_system());
  printf("load %d\n", e_load_group(device(argv, "who"), &all, 0, 0, 4, 4, E_TRUE));
  return 0;
}
