/* Named regions of the shared memory (e_shm_table.h). Behind the table lie blocks, each a header of 8 bytes and a region; first fit. Hosts
 * take turns by a lock on the device; cores only read. */
#include "shm.h"

#include <errno.h>
#include <string.h>

#include "board.h"
#include "fixes.h"
#include "message.h"
#include "platform.h"

struct block {
  uint32_t bytes; /* of the region; 0 where no block is yet */
  uint32_t used;
};

static e_shmtable_t* table; /* NULL until the first call */

#define HEAP_BYTES (SHM_BYTES - (uint32_t)sizeof(e_shmtable_t))

static unsigned char* heap(void) { return (unsigned char*)(table + 1); }
static uint32_t table_address(void) { return board_shared_address() + SHM_TABLE_OFFSET; }

/* The block at `at` in the heap; makes it one where memory is blank. */
static struct block* block_at(uint32_t at) {
  struct block* const block = (struct block*)(void*)(heap() + at);
  const uint32_t room = HEAP_BYTES - at - (uint32_t)sizeof *block;
  if (block->bytes == 0 || block->bytes > room) *block = (struct block){room, 0};
  return block;
}
static uint32_t after(uint32_t at, const struct block* block) { return at + (uint32_t)sizeof *block + block->bytes; }
static bool fits(uint32_t at) { return at + sizeof(struct block) + 8 <= HEAP_BYTES; }

/* Where the new region is in the heap; 0: nowhere. */
static uint32_t reserve(uint32_t bytes) {
  for (uint32_t at = 0; fits(at);) {
    struct block* const block = block_at(at);
    if (!block->used && block->bytes >= bytes) {
      const uint32_t rest = block->bytes - bytes;
      if (rest > sizeof *block) {
        block->bytes = bytes;
        *(struct block*)(void*)(heap() + after(at, block)) = (struct block){rest - (uint32_t)sizeof *block, 0};
      }
      block->used = 1;
      return at + (uint32_t)sizeof *block;
    }
    at = after(at, block);
  }
  return 0;
}

static void unite_free_blocks(void) {
  for (uint32_t at = 0; fits(at);) {
    struct block* const block = block_at(at);
    const uint32_t next = after(at, block);
    if (!block->used && fits(next) && !block_at(next)->used) {
      block->bytes += (uint32_t)sizeof *block + block_at(next)->bytes;
    } else {
      at = next;
    }
  }
}

static void account(void) {
  uint64_t room = 0, next = 0;
  for (uint32_t at = 0; fits(at); at = after(at, block_at(at))) {
    if (block_at(at)->used) continue;
    room += block_at(at)->bytes;
    if (next == 0) next = sizeof *table + at + sizeof(struct block);
  }
  table->free_space = room;
  table->next_free_offset = next;
}

static void make_table(const e_platform_t* platform) {
  board_clear((unsigned char*)table, sizeof *table);
  table->paddr_epi = table_address();
  table->paddr_cpu = (uint32_t)platform->emem[0].phy_base + SHM_TABLE_OFFSET;
  table->heap = (uintptr_t)heap();
  table->initialized = 1;
  table->magic = SHM_MAGIC;
}

static void tell(const char* caller, const char* what_now) {
  message_warning(
      "%s: the table of named regions at 0x%08x has been overwritten%s. A program's heap begins there, too, unless it is linked "
      "for a core of row 34 or 35 (fast.ldf and -Wl,--defsym,_CORE_ROW_=34)",
      caller, table_address(), what_now);
}

void shm_look(const char* caller) {
  static bool told;
  const bool gone = table != NULL && !e_shm_table_is_whole(table);
  if (gone && !told) tell(caller, "");
  told = gone;
}

/* The table, under the lock. NULL after a message. */
static e_shmtable_t* locked_table(const char* caller) {
  const e_platform_t* const platform = platform_with_board(caller);
  if (platform == NULL) return NULL;
  if (board_shared_bytes() < SHM_TABLE_OFFSET + SHM_BYTES) {
    message_error("%s: the shared memory has 0x%x bytes; the table of regions needs 0x%x", caller, board_shared_bytes(),
                  SHM_TABLE_OFFSET + SHM_BYTES);
    return NULL;
  }
  board_lock();
  const bool known = table != NULL;
  table = (e_shmtable_t*)(void*)(board_shared() + SHM_TABLE_OFFSET);
  const bool there = e_shm_table_is_whole(table);
  if (known && there) return table;
  if (known || (!there && table->magic == SHM_MAGIC)) tell(caller, ": its regions are gone, it is made anew");
  if (!there) make_table(platform);
  /* The original clears what other processes have there, but not their names. */
  if (!there || !fix(FIX_SHM_CONTENTS)) board_clear(heap(), HEAP_BYTES);
  account();
  return table;
}

static e_shmseg_pvt_t* find(const char* name) {
  for (int i = 0; i < MAX_SHM_REGIONS; ++i)
    if (table->regions[i].valid == 1 && strncmp(table->regions[i].shm_seg.name, name, SHM_NAME_BYTES) == 0) return &table->regions[i];
  return NULL;
}
static e_shmseg_pvt_t* unused(void) {
  for (int i = 0; i < MAX_SHM_REGIONS; ++i)
    if (table->regions[i].valid != 1) return &table->regions[i];
  return NULL;
}

static void describe(e_mem_t* mbuf, const e_shmseg_t* segment, uint32_t address) {
  memset(mbuf, 0, sizeof *mbuf);
  mbuf->objtype = E_SHARED_MEM;
  mbuf->phy_base = (off_t)(table->paddr_cpu + segment->offset);
  mbuf->page_base = mbuf->phy_base & ~(off_t)0xfff;
  mbuf->page_offset = mbuf->phy_base & (off_t)0xfff;
  mbuf->map_size = (size_t)segment->size;
  mbuf->emap_size = (size_t)segment->size;
  mbuf->ephy_base = (off_t)(fix(FIX_SHM_BASE) ? (uint32_t)segment->paddr : address);
  mbuf->base = (unsigned char*)table + segment->offset;
  mbuf->mapped_base = mbuf->base;
  mbuf->memfd = board_device();
}

static int refuse(int error, const char* caller, const char* name, const char* why) {
  message_error("%s: %s: %s", caller, name == NULL ? "(null)" : name, why);
  errno = error;
  return E_ERR;
}

static int allocate(e_mem_t* mbuf, const char* name, size_t size) {
  if (find(name) != NULL) return refuse(EEXIST, "e_shm_alloc", name, "there is a region of this name");
  e_shmseg_pvt_t* const region = unused();
  if (region == NULL) return refuse(ENOMEM, "e_shm_alloc", name, "there are 64 regions already");
  const uint32_t at = size <= HEAP_BYTES ? reserve(((uint32_t)size + 7) & ~7u) : 0;
  if (at == 0) return refuse(ENOMEM, "e_shm_alloc", name, "there is no room for it");
  e_shmseg_t* const segment = &region->shm_seg;
  memset(segment, 0, sizeof *segment);
  strcpy(segment->name, name);
  segment->offset = sizeof *table + at;
  segment->addr = (uintptr_t)table + segment->offset;
  segment->paddr = table_address() + segment->offset;
  segment->size = size;
  region->refcnt = 1;
  region->valid = 1;
  account();
  describe(mbuf, segment, table_address());
  return E_OK;
}

int e_shm_alloc(e_mem_t* mbuf, const char* name, size_t size) {
  if (mbuf == NULL || name == NULL || size == 0 || strlen(name) >= SHM_NAME_BYTES)
    return refuse(EINVAL, "e_shm_alloc", name, "a region needs a name of at most 255 bytes, a size, and an object to describe it");
  if (locked_table("e_shm_alloc") == NULL) return E_ERR;
  const int result = allocate(mbuf, name, size);
  board_unlock();
  if (result == E_OK) board_charge();
  return result;
}

int e_shm_attach(e_mem_t* mbuf, const char* name) {
  if (mbuf == NULL || name == NULL) return refuse(EINVAL, "e_shm_attach", name, "it needs a name and an object");
  if (locked_table("e_shm_attach") == NULL) return E_ERR;
  e_shmseg_pvt_t* const region = find(name);
  if (region != NULL) {
    ++region->refcnt;
    describe(mbuf, &region->shm_seg, table_address() + (uint32_t)sizeof *table);
  }
  board_unlock();
  return region != NULL ? E_OK : refuse(EINVAL, "e_shm_attach", name, "there is no region of this name");
}

int e_shm_release(const char* name) {
  if (name == NULL) return refuse(EINVAL, "e_shm_release", name, "it needs a name");
  if (locked_table("e_shm_release") == NULL) return E_ERR;
  e_shmseg_pvt_t* const region = find(name);
  if (region != NULL && --region->refcnt == 0) {
    region->valid = 0;
    const uint32_t at = (uint32_t)(region->shm_seg.offset - sizeof *table - sizeof(struct block));
    if (fits(at)) block_at(at)->used = 0;
    unite_free_blocks();
    account();
  }
  board_unlock();
  return region != NULL ? E_OK : refuse(EINVAL, "e_shm_release", name, "there is no region of this name");
}

e_shmtable_t* e_shm_get_shmtable(void) {
  if (locked_table("e_shm_get_shmtable") == NULL) return NULL;
  board_unlock();
  return table;
}

void shm_forget(void) { table = NULL; }
