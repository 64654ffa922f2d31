/* One process of several that share a region: region make|look|drop */
#include "check.h"

int main(int argc, char* argv[]) {
  e_mem_t region;
  char text[16] = "kept";
  CHECK_EQUAL(argc, 2);
  CHECK_EQUAL(e_init(NULL), E_OK);
  if (strcmp(argv[1], "make") == 0) {
    CHECK_EQUAL(e_shm_alloc(&region, "shared", sizeof text), E_OK);
    CHECK_EQUAL(e_write(&region, 0, 0, 0, text, sizeof text), sizeof text);
  } else if (strcmp(argv[1], "look") == 0) {
    CHECK_EQUAL(e_shm_attach(&region, "shared"), E_OK);
    CHECK_EQUAL(e_read(&region, 0, 0, 0, text, sizeof text), sizeof text);
    printf("'%s' at 0x%08x, %u users\n", text, (unsigned)region.ephy_base, e_shm_get_shmtable()->regions[0].refcnt);
  } else {
    CHECK_EQUAL(e_shm_release("shared"), E_OK);
    puts("released");
  }
  return e_finalize();
}
