/* The program of who is who, in groups of several shapes and places. */
#include "check.h"

int main(int argc, char* argv[]) {
  static const unsigned shapes[][4] = {{0, 0, 4, 4}, {1, 2, 2, 2}, {2, 0, 2, 4}, {0, 3, 4, 1}, {3, 2, 1, 2}};
  CHECK_EQUAL(argc, 2);
  begin();
  for (unsigned i = 0; i < sizeof shapes / sizeof *shapes; ++i) {
    const unsigned row = shapes[i][0], col = shapes[i][1], rows = shapes[i][2], cols = shapes[i][3];
    e_epiphany_t group;
    CHECK_EQUAL(e_open(&group, row, col, rows, cols), E_OK);
    CHECK_EQUAL(e_load_group(device(argv, "coreid"), &group, 0, 0, rows, cols, E_TRUE), E_OK);
    for (unsigned core = 0; core < rows * cols; ++core) await_checks(row + core / cols, col + core % cols, 18);
    CHECK_EQUAL(e_close(&group), E_OK);
  }
  return end();
}
