/* e-clear-shmtable: forgets all named regions of the shared memory, whoever uses them. */
#include <e-hal.h>
#include <string.h>

int main(void) {
  e_mem_t table;
  static const e_shmtable_t nothing;
  if (e_init(NULL) != E_OK || e_alloc(&table, SHM_TABLE_OFFSET, sizeof nothing) != E_OK) return 1;
  const int cleared = e_write(&table, 0, 0, 0, &nothing, sizeof nothing) == (ssize_t)sizeof nothing;
  e_finalize();
  return cleared ? 0 : 1;
}
