#include "e_mem.h"

#include <string.h>

#include "e_coreid.h"

/* Where `address` of `remote` is. */
static void* place(const void* remote, unsigned row, unsigned col, const void* address) {
  switch (*(const e_objtype_t*)remote) {
    case E_EPI_GROUP:
      return e_get_global_address(row, col, address);
    case E_SHARED_MEM:
      return (void*)(((const e_memseg_t*)remote)->ephy_base + (uintptr_t)address);
    default:
      return (void*)(((const e_emem_config_t*)remote)->base + (uintptr_t)address);
  }
}

void* e_read(const void* remote, void* dst, unsigned row, unsigned col, const void* src, size_t n) {
  void* const from = place(remote, row, col, src);
  memcpy(dst, from, n);
  return from;
}

void* e_write(const void* remote, const void* src, unsigned row, unsigned col, void* dst, size_t n) {
  void* const to = place(remote, row, col, dst);
  memcpy(to, src, n);
  return to;
}
