/* A program that uses the heap while there are named regions: heap FOLDER PROGRAM. Says what became of them. */
#include "check.h"

int main(int argc, char* argv[]) {
  e_mem_t region;
  char text[8] = "kept";
  CHECK_EQUAL(argc, 3);
  begin();
  CHECK_EQUAL(e_shm_alloc(&region, "region", sizeof text), E_OK);
  CHECK_EQUAL(e_write(&region, 0, 0, 0, text, sizeof text), sizeof text);
  CHECK_EQUAL(e_load(device(argv, argv[2]), &all, 0, 0, E_TRUE), E_OK);
  await(0, 0, RESULT, DONE);
  printf("core: attach %d, heap 0x%08x, attach %d\n", (int)word_of(0, 0, RESULT + 4), word_of(0, 0, RESULT + 8),
         (int)word_of(0, 0, RESULT + 12));
  for (int i = 0; i < 2; ++i) CHECK_EQUAL(e_read(&region, 0, 0, 0, text, sizeof text), sizeof text);
  printf("host: %s, attach %d\n", text, e_shm_attach(&region, "region"));
  printf("again %d\n", e_shm_alloc(&region, "again", 8));
  return end();
}
