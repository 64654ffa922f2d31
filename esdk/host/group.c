/* Groups of cores: e_open, e_close, and the names of cores. */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "group.h"
#include "message.h"
#include "platform.h"

#define PAGE 4096u

static void describe(e_mmap_t* mapping, uint32_t address, unsigned char* base, size_t bytes) {
  mapping->objtype = E_MAPPING;
  mapping->phy_base = (off_t)address;
  mapping->page_base = (off_t)(address & ~(PAGE - 1));
  mapping->page_offset = (off_t)(address % PAGE);
  mapping->map_size = bytes;
  mapping->mapped_base = base;
  mapping->base = base;
}

static e_core_t** cores_of(const e_platform_t* platform, const e_epiphany_t* dev) {
  e_core_t** const rows = calloc(dev->rows, sizeof *rows);
  e_core_t* const cores = calloc(dev->num_cores, sizeof *cores);
  if (rows == NULL || cores == NULL) {
    free(rows);
    free(cores);
    return NULL;
  }
  for (unsigned row = 0; row < dev->rows; ++row) rows[row] = cores + (size_t)row * dev->cols;
  for (unsigned i = 0; i < dev->num_cores; ++i) {
    e_core_t* const core = &cores[i];
    core->objtype = E_EPI_CORE;
    core->row = i / dev->cols;
    core->col = i % dev->cols;
    core->id = (dev->row + core->row) << 6 | (dev->col + core->col);
    const unsigned number = (dev->row - platform->row + core->row) * platform->cols + dev->col - platform->col + core->col;
    describe(&core->mems, core->id << 20, board_scratchpad(number), SRAM_BYTES);
    describe(&core->regs, core->id << 20 | REGISTERS, board_registers(number), REGISTER_BYTES);
  }
  return rows;
}

int e_open(e_epiphany_t* dev, unsigned row, unsigned col, unsigned rows, unsigned cols) {
  const e_platform_t* const platform = platform_with_board("e_open");
  if (platform == NULL || dev == NULL) return E_ERR;
  if (rows == 0 || cols == 0 || row >= platform->rows || col >= platform->cols || rows > platform->rows - row ||
      cols > platform->cols - col) {
    message_error("e_open: %u x %u cores from (%u,%u): the platform has %u x %u", rows, cols, row, col, platform->rows, platform->cols);
    return E_ERR;
  }
  memset(dev, 0, sizeof *dev);
  dev->objtype = E_EPI_GROUP;
  dev->type = platform->chip[0].type;
  dev->row = platform->row + row;
  dev->col = platform->col + col;
  dev->rows = rows;
  dev->cols = cols;
  dev->num_cores = rows * cols;
  dev->base_coreid = dev->row << 6 | dev->col;
  dev->memfd = board_device();
  dev->core = cores_of(platform, dev);
  if (dev->core == NULL) {
    message_error("e_open: out of memory");
    return E_ERR;
  }
  message_detail(H_D1, "e_open(): %u x %u cores from 0x%03x", rows, cols, dev->base_coreid);
  return E_OK;
}

int e_close(e_epiphany_t* dev) {
  if (dev == NULL || dev->objtype != E_EPI_GROUP || dev->core == NULL) {
    message_error("e_close: not a group that e_open has made");
    return E_ERR;
  }
  free(dev->core[0]);
  free(dev->core);
  dev->core = NULL;
  dev->objtype = E_NULL;
  return E_OK;
}

bool group_core(const char* caller, const e_epiphany_t* dev, unsigned row, unsigned col, unsigned* number) {
  const e_platform_t* const platform = platform_with_board(caller);
  if (platform == NULL) return false;
  if (dev == NULL || dev->objtype != E_EPI_GROUP) {
    message_error("%s: not a group that e_open has made", caller);
    return false;
  }
  if (row >= dev->rows || col >= dev->cols) {
    message_error("%s: core (%u,%u): the group has %u x %u", caller, row, col, dev->rows, dev->cols);
    return false;
  }
  *number = (dev->row - platform->row + row) * platform->cols + dev->col - platform->col + col;
  return true;
}

bool group_part(const char* caller, const e_epiphany_t* dev, unsigned row, unsigned col, unsigned rows, unsigned cols,
                unsigned numbers[GROUP_MOST], unsigned* count) {
  unsigned last;
  if (rows == 0 || cols == 0 || rows > 64 || cols > 64) {
    message_error("%s: %u x %u cores", caller, rows, cols);
    return false;
  }
  if (!group_core(caller, dev, row + rows - 1, col + cols - 1, &last)) return false;
  *count = 0;
  for (unsigned r = row; r < row + rows; ++r)
    for (unsigned c = col; c < col + cols; ++c)
      if (!group_core(caller, dev, r, c, &numbers[(*count)++])) return false;
  return true;
}

bool group_cores(const char* caller, const e_epiphany_t* dev, unsigned numbers[GROUP_MOST], unsigned* count) {
  const bool group = dev != NULL && dev->objtype == E_EPI_GROUP;
  return group_part(caller, dev, 0, 0, group ? dev->rows : 1, group ? dev->cols : 1, numbers, count);
}

unsigned e_get_num_from_coords(e_epiphany_t* dev, unsigned row, unsigned col) { return col + row * dev->cols; }
void e_get_coords_from_num(e_epiphany_t* dev, unsigned corenum, unsigned* row, unsigned* col) {
  *row = corenum / dev->cols;
  *col = corenum % dev->cols;
}
unsigned ee_get_id_from_coords(e_epiphany_t* dev, unsigned row, unsigned col) { return (dev->row + row) << 6 | (dev->col + col); }
void ee_get_coords_from_id(e_epiphany_t* dev, unsigned coreid, unsigned* row, unsigned* col) {
  *row = (coreid >> 6 & 0x3f) - dev->row;
  *col = (coreid & 0x3f) - dev->col;
}
unsigned ee_get_num_from_id(e_epiphany_t* dev, unsigned coreid) {
  unsigned row, col;
  ee_get_coords_from_id(dev, coreid, &row, &col);
  return e_get_num_from_coords(dev, row, col);
}
unsigned ee_get_id_from_num(e_epiphany_t* dev, unsigned corenum) {
  return ee_get_id_from_coords(dev, corenum / dev->cols, corenum % dev->cols);
}

e_bool_t e_is_addr_on_chip(void* addr) {
  const e_platform_t* const platform = platform_of("e_is_addr_on_chip");
  if (platform == NULL) return E_FALSE;
  const unsigned id = (unsigned)((uintptr_t)addr >> 20), row = id >> 6, col = id & 0x3f;
  for (int i = 0; i < platform->num_chips; ++i) {
    const e_chip_t* const chip = &platform->chip[i];
    if (row - chip->row < chip->rows && col - chip->col < chip->cols) return E_TRUE;
  }
  return E_FALSE;
}
e_bool_t e_is_addr_on_group(e_epiphany_t* dev, void* addr) {
  unsigned row, col;
  if ((uint64_t)(uintptr_t)addr >> 32 != 0) return E_FALSE;
  ee_get_coords_from_id(dev, (unsigned)((uintptr_t)addr >> 20), &row, &col);
  return row < dev->rows && col < dev->cols ? E_TRUE : E_FALSE;
}
e_bool_t e_is_addr_in_emem(uintptr_t addr) {
  const e_platform_t* const platform = platform_of("e_is_addr_in_emem");
  for (int i = 0; platform != NULL && i < platform->num_emems; ++i) {
    const uintptr_t base = (uint32_t)platform->emem[i].ephy_base;
    if (addr >= base && addr - base < platform->emem[i].emap_size) return E_TRUE;
  }
  return E_FALSE;
}
