/* e_alloc, e_read, e_write, and single words and buffers by kind of object. */
#include <string.h>

#include "board.h"
#include "control.h"
#include "group.h"
#include "message.h"
#include "platform.h"
#include "poll.h"
#include "shm.h"

/* Of the first memory: the call has no word for another. */
int e_alloc(e_mem_t* mbuf, off_t base, size_t size) {
  const e_platform_t* const platform = platform_with_board("e_alloc");
  if (platform == NULL || mbuf == NULL) return E_ERR;
  const uint32_t offset = (uint32_t)base;
  if (base < 0 || size == 0 || offset >= board_shared_bytes() || size > board_shared_bytes() - offset) {
    message_error("e_alloc: %zu bytes at offset 0x%llx: the shared memory has 0x%x", size, (long long)base, board_shared_bytes());
    return E_ERR;
  }
  memset(mbuf, 0, sizeof *mbuf);
  mbuf->objtype = E_EXT_MEM;
  mbuf->phy_base = platform->emem[0].phy_base + (off_t)offset;
  mbuf->page_base = mbuf->phy_base & ~(off_t)0xfff;
  mbuf->page_offset = mbuf->phy_base & (off_t)0xfff;
  mbuf->map_size = size + (size_t)mbuf->page_offset;
  mbuf->ephy_base = (off_t)(board_shared_address() + offset);
  mbuf->emap_size = size;
  mbuf->base = board_shared() + offset;
  mbuf->mapped_base = (unsigned char*)mbuf->base - mbuf->page_offset;
  mbuf->memfd = board_device();
  message_detail(H_D1, "e_alloc(): %zu bytes at 0x%08x", size, board_shared_address() + offset);
  return E_OK;
}

/* All of the shared memory stays mapped until e_finalize. */
int e_free(e_mem_t* mbuf) {
  if (mbuf == NULL || (mbuf->objtype != E_EXT_MEM && mbuf->objtype != E_SHARED_MEM)) {
    message_error("e_free: not a memory that e_alloc has made");
    return E_ERR;
  }
  if (mbuf->objtype == E_EXT_MEM) mbuf->objtype = E_NULL;
  return E_OK;
}

/* Where `bytes` at `offset` of the object are in this process. NULL after a message. */
static unsigned char* part_of_core(const char* caller, e_epiphany_t* dev, unsigned row, unsigned col, off_t offset, size_t bytes) {
  unsigned core;
  if (!group_core(caller, dev, row, col, &core)) return NULL;
  if (offset >= 0 && offset < (off_t)SRAM_BYTES && bytes <= SRAM_BYTES - (size_t)offset) return board_scratchpad(core) + offset;
  message_error("%s: %zu bytes at 0x%llx of core (%u,%u): its memory has 0x%x", caller, bytes, (long long)offset, row, col, SRAM_BYTES);
  return NULL;
}

static unsigned char* part_of_memory(const char* caller, e_mem_t* mbuf, off_t offset, size_t bytes) {
  if (platform_with_board(caller) == NULL) return NULL;
  if (mbuf == NULL || (mbuf->objtype != E_EXT_MEM && mbuf->objtype != E_SHARED_MEM)) {
    message_error("%s: not a memory that e_alloc, e_shm_alloc or e_shm_attach has made", caller);
    return NULL;
  }
  if (mbuf->objtype == E_SHARED_MEM) shm_look(caller);
  if (offset >= 0 && (uint64_t)offset <= mbuf->emap_size && bytes <= mbuf->emap_size - (size_t)offset)
    return (unsigned char*)mbuf->base + offset;
  message_error("%s: %zu bytes at 0x%llx: the buffer has 0x%zx", caller, bytes, (long long)offset, mbuf->emap_size);
  return NULL;
}

static ssize_t read_from(unsigned char* part, void* buf, size_t size) {
  if (part == NULL) return E_ERR;
  board_charge();
  board_copy_out(buf, part, size);
  poll_read(part, buf, size);
  return (ssize_t)size;
}

static ssize_t write_to(unsigned char* part, const void* buf, size_t size) {
  if (part == NULL) return E_ERR;
  poll_ends();
  board_copy_in(part, buf, size);
  board_charge();
  return (ssize_t)size;
}

ssize_t ee_read_buf(e_epiphany_t* dev, unsigned row, unsigned col, const off_t from_addr, void* buf, size_t size) {
  return read_from(part_of_core("ee_read_buf", dev, row, col, from_addr, size), buf, size);
}
ssize_t ee_write_buf(e_epiphany_t* dev, unsigned row, unsigned col, off_t to_addr, const void* buf, size_t size) {
  return write_to(part_of_core("ee_write_buf", dev, row, col, to_addr, size), buf, size);
}
ssize_t ee_mread_buf(e_mem_t* mbuf, const off_t from_addr, void* buf, size_t size) {
  return read_from(part_of_memory("ee_mread_buf", mbuf, from_addr, size), buf, size);
}
ssize_t ee_mwrite_buf(e_mem_t* mbuf, off_t to_addr, const void* buf, size_t size) {
  return write_to(part_of_memory("ee_mwrite_buf", mbuf, to_addr, size), buf, size);
}

int ee_read_word(e_epiphany_t* dev, unsigned row, unsigned col, const off_t from_addr) {
  int word = E_ERR;
  return read_from(part_of_core("ee_read_word", dev, row, col, from_addr, sizeof word), &word, sizeof word) < 0 ? E_ERR : word;
}
ssize_t ee_write_word(e_epiphany_t* dev, unsigned row, unsigned col, off_t to_addr, int data) {
  return write_to(part_of_core("ee_write_word", dev, row, col, to_addr, sizeof data), &data, sizeof data);
}
int ee_mread_word(e_mem_t* mbuf, const off_t from_addr) {
  int word = E_ERR;
  return read_from(part_of_memory("ee_mread_word", mbuf, from_addr, sizeof word), &word, sizeof word) < 0 ? E_ERR : word;
}
ssize_t ee_mwrite_word(e_mem_t* mbuf, off_t to_addr, int data) {
  return write_to(part_of_memory("ee_mwrite_word", mbuf, to_addr, sizeof data), &data, sizeof data);
}

/* The register at an offset of a core's window, or of its page of registers. False after a message. */
static bool a_register(const char* caller, off_t* offset) {
  if (*offset >= 0 && *offset < (off_t)REGISTER_BYTES) *offset += (off_t)REGISTERS;
  if (*offset >= (off_t)REGISTERS && *offset < (off_t)(REGISTERS + REGISTER_BYTES)) return true;
  message_error("%s: there is no register at 0x%llx", caller, (long long)*offset);
  return false;
}

static bool get(const char* caller, e_epiphany_t* dev, unsigned row, unsigned col, off_t offset, uint32_t* value) {
  unsigned core;
  if (!group_core(caller, dev, row, col, &core) || !a_register(caller, &offset)) return false;
  board_charge();
  *value = board_get(core, (uint32_t)offset);
  poll_read(board_registers(core) + (offset & (off_t)(REGISTER_BYTES - 1)), value, sizeof *value);
  return true;
}
static bool put(const char* caller, e_epiphany_t* dev, unsigned row, unsigned col, off_t offset, uint32_t value) {
  unsigned core;
  if (!group_core(caller, dev, row, col, &core) || !a_register(caller, &offset)) return false;
  poll_ends();
  board_put(core, (uint32_t)offset, value);
  board_charge();
  return true;
}

int ee_read_reg(e_epiphany_t* dev, unsigned row, unsigned col, const off_t from_addr) {
  uint32_t value;
  return get("ee_read_reg", dev, row, col, from_addr, &value) ? (int)value : E_ERR;
}
ssize_t ee_write_reg(e_epiphany_t* dev, unsigned row, unsigned col, off_t to_addr, int data) {
  return put("ee_write_reg", dev, row, col, to_addr, (uint32_t)data) ? (ssize_t)sizeof data : E_ERR;
}

ssize_t e_read(void* dev, unsigned row, unsigned col, off_t from_addr, void* buf, size_t size) {
  if (dev != NULL && *(const e_objtype_t*)dev == E_EPI_GROUP) {
    if (from_addr < (off_t)REGISTERS) return read_from(part_of_core("e_read", dev, row, col, from_addr, size), buf, size);
    uint32_t value;
    if (!get("e_read", dev, row, col, from_addr, &value)) return E_ERR;
    memcpy(buf, &value, sizeof value);
    return sizeof value;
  }
  return read_from(part_of_memory("e_read", dev, from_addr, size), buf, size);
}

ssize_t e_write(void* dev, unsigned row, unsigned col, off_t to_addr, const void* buf, size_t size) {
  if (dev != NULL && *(const e_objtype_t*)dev == E_EPI_GROUP) {
    if (to_addr < (off_t)REGISTERS) return write_to(part_of_core("e_write", dev, row, col, to_addr, size), buf, size);
    uint32_t value;
    memcpy(&value, buf, sizeof value);
    return put("e_write", dev, row, col, to_addr, value) ? (ssize_t)sizeof value : E_ERR;
  }
  return write_to(part_of_memory("e_write", dev, to_addr, size), buf, size);
}

/* A word at an address as the cores know it: a scratchpad, a register, or shared memory. */
static unsigned char* absolute(const char* caller, const e_platform_t* platform, unsigned address, unsigned* core) {
  const unsigned id = address >> 20, row = (id >> 6) - platform->row, col = (id & 0x3f) - platform->col, offset = address & 0xfffff;
  *core = row * platform->cols + col;
  unsigned char* const shared = board_memory(address, sizeof(uint32_t));
  if (address % 4 == 0 && shared != NULL) return shared;
  if (address % 4 == 0 && row < platform->rows && col < platform->cols) {
    if (offset < SRAM_BYTES) return board_scratchpad(*core) + offset;
    if (offset >= REGISTERS && offset < REGISTERS + REGISTER_BYTES) return board_registers(*core) + (offset - REGISTERS);
  }
  message_error("%s: there is no word at 0x%08x", caller, address);
  return NULL;
}
static bool is_register(const unsigned char* part, unsigned core, unsigned address) {
  return (address & 0xfffff) >= REGISTERS && core < board_cores() && part == board_registers(core) + (address & (REGISTER_BYTES - 1));
}

int ee_read_abs(unsigned address) {
  const e_platform_t* const platform = platform_with_board("ee_read_abs");
  unsigned core;
  unsigned char* const part = platform == NULL ? NULL : absolute("ee_read_abs", platform, address, &core);
  if (part == NULL) return E_ERR;
  int word;
  return read_from(part, &word, sizeof word) < 0 ? E_ERR : word;
}
ssize_t ee_write_abs(unsigned address, int data) {
  const e_platform_t* const platform = platform_with_board("ee_write_abs");
  unsigned core;
  unsigned char* const part = platform == NULL ? NULL : absolute("ee_write_abs", platform, address, &core);
  if (part == NULL) return E_ERR;
  if (!is_register(part, core, address)) return write_to(part, &data, sizeof data);
  poll_ends();
  board_put(core, address & 0xfffff, (uint32_t)data);
  board_charge();
  return sizeof data;
}
