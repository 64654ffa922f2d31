/* Message and slave DMA between eight pairs of cores at once. */
#include "check.h"

int main(int argc, char* argv[]) {
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_load_group(device(argv, "dma_remote"), &all, 0, 0, 4, 4, E_TRUE), E_OK);
  for (unsigned i = 0; i < 16; ++i) await_checks(i / 4, i % 4, i % 2 == 0 ? 4 : 6);
  return end();
}
