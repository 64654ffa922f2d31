/* The table of named regions in shared memory, as host and device both see it: 16 MB behind the start of that memory, at 0x8f000000 for the
 * cores. The regions' contents follow. All members have the same place for hosts of 32 and of 64 bits. */
#ifndef E_SHM_TABLE_H
#define E_SHM_TABLE_H

#include <stdint.h>

#define SHM_MAGIC 0xabcdef00u
#define MAX_SHM_REGIONS 64
#define SHM_NAME_BYTES 256
#define SHM_TABLE_OFFSET 0x01000000u /* from the start of the shared memory */
#define SHM_BYTES 0x00400000u        /* of table and regions */

typedef uint64_t e_shm_u64 __attribute__((aligned(8)));

typedef struct {
  e_shm_u64 addr; /* where the host that made it has mapped it */
  char name[SHM_NAME_BYTES];
  e_shm_u64 size;   /* bytes */
  e_shm_u64 paddr;  /* for the cores */
  e_shm_u64 offset; /* from the table */
} e_shmseg_t;

typedef struct {
  e_shmseg_t shm_seg;
  uint32_t refcnt;
  uint32_t valid;
} e_shmseg_pvt_t;

typedef struct {
  uint32_t magic;
  uint32_t initialized;
  e_shmseg_pvt_t regions[MAX_SHM_REGIONS];
  e_shm_u64 free_space;
  e_shm_u64 next_free_offset;
  e_shm_u64 paddr_epi; /* of the table, for the cores */
  e_shm_u64 paddr_cpu;
  e_shm_u64 heap;
  e_shm_u64 lock;
} e_shmtable_t;

/* Whether there is a table. A program whose heap begins there, too, first puts that heap's size where `initialized` is. */
static inline int e_shm_table_is_whole(const volatile e_shmtable_t* table) { return table->magic == SHM_MAGIC && table->initialized == 1; }

#ifndef __cplusplus
_Static_assert(sizeof(e_shmseg_t) == 288 && sizeof(e_shmseg_pvt_t) == 296 && sizeof(e_shmtable_t) == 19000, "host and device agree on it");
#endif

#endif
