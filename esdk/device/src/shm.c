#include "e_shm.h"

#include <string.h>

#include "e_shm_table.h"

#define TABLE 0x8f000000u

int e_shm_attach(e_memseg_t* mbuf, const char* name) {
  const e_shmtable_t* const table = (const e_shmtable_t*)TABLE;
  if (mbuf == 0 || name == 0 || !e_shm_table_is_whole(table)) return E_ERR;
  for (int i = 0; i < MAX_SHM_REGIONS; ++i) {
    const e_shmseg_pvt_t* const region = &table->regions[i];
    if (region->valid != 1 || strncmp(region->shm_seg.name, name, SHM_NAME_BYTES) != 0) continue;
    mbuf->objtype = E_SHARED_MEM;
    mbuf->phy_base = (uint32_t)region->shm_seg.paddr;
    mbuf->ephy_base = (uint32_t)region->shm_seg.paddr;
    mbuf->size = (size_t)region->shm_seg.size;
    mbuf->type = E_RDWR;
    return E_OK;
  }
  return E_ERR;
}

int e_shm_release(const char* name) {
  (void)name;
  return E_OK;
}
