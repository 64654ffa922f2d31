/* Runs a device program that checks by itself on all cores: checks NAME CHECKS, with CHECKS those that each core makes. */
#include "check.h"

int main(int argc, char* argv[]) {
  CHECK_EQUAL(argc, 4);
  begin();
  CHECK_EQUAL(e_load_group(device(argv, argv[2]), &all, 0, 0, 4, 4, E_TRUE), E_OK);
  for (unsigned i = 0; i < 16; ++i) await_checks(i / 4, i % 4, (unsigned)atoi(argv[3]));
  return end();
}
