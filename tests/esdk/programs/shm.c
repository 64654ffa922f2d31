/* Named regions, from the host and from a core. */
#include <errno.h>

#include "check.h"

int main(int argc, char* argv[]) {
  e_mem_t region, same, other, many[64];
  char name[32];
  uint32_t words[4] = {1, 2, 3, 4}, back[4];
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_shm_alloc(&region, "numbers", sizeof words), E_OK);
  e_shmtable_t* const table = e_shm_get_shmtable();
  CHECK_EQUAL(table->magic, 0xabcdef00u);
  CHECK_EQUAL(table->regions[0].shm_seg.offset, 0x4a40);
  CHECK_EQUAL(table->regions[0].shm_seg.paddr, 0x8f004a40);
  CHECK_EQUAL((char*)region.base - (char*)table, 0x4a40);
  CHECK_EQUAL(region.objtype, E_SHARED_MEM);
  CHECK_EQUAL((uint32_t)region.ephy_base, 0x8f000000u); /* as in the original; EHAL_FIX=shm-base */

  errno = 0;
  CHECK_EQUAL(e_shm_alloc(&other, "numbers", 8), E_ERR);
  CHECK_EQUAL(errno, EEXIST);
  CHECK_EQUAL(e_shm_alloc(&other, "nothing", 0), E_ERR);
  CHECK_EQUAL(errno, EINVAL);
  CHECK_EQUAL(e_shm_alloc(&other, NULL, 8), E_ERR);
  CHECK_EQUAL(e_shm_attach(&other, "nobody"), E_ERR);
  CHECK_EQUAL(errno, EINVAL);
  CHECK_EQUAL(e_shm_alloc(&other, "large", 0x400000), E_ERR);
  CHECK_EQUAL(errno, ENOMEM);
  CHECK_EQUAL(e_shm_release("nobody"), E_ERR);

  /* A core finds it by its name, and adds 100 to each word. */
  CHECK_EQUAL(e_write(&region, 0, 0, 0, words, sizeof words), sizeof words);
  CHECK_EQUAL(e_load(device(argv, "shm"), &all, 1, 2, E_TRUE), E_OK);
  await(1, 2, RESULT, DONE);
  CHECK_EQUAL(word_of(1, 2, RESULT + 4), 0x8f004a40);  /* where */
  CHECK_EQUAL(word_of(1, 2, RESULT + 8), 16);          /* bytes */
  CHECK_EQUAL((int)word_of(1, 2, RESULT + 12), E_ERR); /* of a name that there is not */
  CHECK_EQUAL(e_shm_attach(&same, "numbers"), E_OK);
  CHECK_EQUAL(same.base == region.base, 1);
  CHECK_EQUAL((uint32_t)same.ephy_base, 0x8f004a38u); /* as in the original: behind the table */
  CHECK_EQUAL(e_read(&same, 0, 0, 0, back, sizeof back), sizeof back);
  for (int i = 0; i < 4; ++i) CHECK_EQUAL(back[i], words[i] + 100);
  CHECK_EQUAL(e_read(&same, 0, 0, 8, back, sizeof back), E_ERR); /* beyond its end */

  /* It goes when all have released it; its room is used again. */
  CHECK_EQUAL(e_shm_release("numbers"), E_OK);
  CHECK_EQUAL(e_shm_attach(&other, "numbers"), E_OK);
  CHECK_EQUAL(e_shm_release("numbers"), E_OK);
  CHECK_EQUAL(e_shm_release("numbers"), E_OK);
  CHECK_EQUAL(e_shm_attach(&other, "numbers"), E_ERR);
  for (int i = 0; i < 64; ++i) {
    snprintf(name, sizeof name, "region %d", i);
    CHECK_EQUAL(e_shm_alloc(&many[i], name, (size_t)(8 * i + 1)), E_OK);
    if (i > 0) CHECK((char*)many[i].base >= (char*)many[i - 1].base + 8 * (i - 1) + 1);
  }
  CHECK_EQUAL((char*)many[0].base - (char*)table, 0x4a40);
  CHECK_EQUAL(e_shm_alloc(&other, "one too many", 8), E_ERR);
  CHECK_EQUAL(errno, ENOMEM);
  for (int i = 0; i < 64; i += 2) {
    snprintf(name, sizeof name, "region %d", i);
    CHECK_EQUAL(e_shm_release(name), E_OK);
  }
  for (int i = 1; i < 64; i += 2) {
    snprintf(name, sizeof name, "region %d", i);
    CHECK_EQUAL(e_shm_release(name), E_OK);
  }
  CHECK_EQUAL(e_shm_alloc(&other, "nearly all", 0x400000 - 19008), E_OK); /* what was free is one block again */
  CHECK_EQUAL(e_shm_release("nearly all"), E_OK);
  return end();
}
