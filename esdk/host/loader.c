/* e_load: resets cores, clears their scratchpads, copies a program to each, tells it who it is. */
#include <string.h>

#include "board.h"
#include "e-loader.h"
#include "fixes.h"
#include "group.h"
#include "image.h"
#include "message.h"
#include "platform.h"
#include "poll.h"
#include "reset.h"
#include "start.h"

#define OWN 0x100000u  /* below, an address is a core's own */
#define BSS_CLEARED 1u /* loader flags */
#define FILLER 0xdeadbeefu

/* Where the range is in this process, for a program on `core`. NULL: nowhere. */
static unsigned char* place(const e_platform_t* platform, unsigned core, uint32_t address, uint32_t bytes) {
  unsigned char* const shared = board_memory(address, bytes);
  if (shared != NULL) return shared;
  if (address >= OWN) {
    const unsigned row = (address >> 26) - platform->row, col = (address >> 20 & 0x3f) - platform->col;
    if (row >= platform->rows || col >= platform->cols) return NULL;
    core = row * platform->cols + col;
    address &= OWN - 1;
  }
  return address < SRAM_BYTES && bytes <= SRAM_BYTES - address ? board_scratchpad(core) + address : NULL;
}

static bool fits(const e_platform_t* platform, const struct image* image) {
  for (size_t i = 0; i < image->count; ++i) {
    const struct segment* const segment = &image->segments[i];
    if (place(platform, 0, segment->address, segment->memory_bytes) != NULL) continue;
    message_error("e_load: %s: a segment of 0x%x bytes at 0x%08x: the board has no such memory", image->file, segment->memory_bytes,
                  segment->address);
    return false;
  }
  return true;
}

static void put_words(const e_platform_t* platform, unsigned core, uint32_t address, const uint32_t* words, unsigned count) {
  unsigned char* const at = address == IMAGE_NOWHERE ? NULL : place(platform, core, address, count * 4);
  if (at != NULL) board_copy_in(at, words, count * sizeof *words);
}

static void introduce(const e_platform_t* platform, const e_epiphany_t* dev, unsigned core, const struct image* image) {
  const unsigned row = core / platform->cols + platform->row - dev->row, col = core % platform->cols + platform->col - dev->col;
  const uint32_t group[] = {E_EPI_GROUP, (uint32_t)dev->type, dev->base_coreid, dev->row, dev->col, dev->rows, dev->cols, row, col, FILLER};
  const uint32_t memory[] = {E_EXT_MEM, board_shared_address()};
  const uint32_t loader[] = {BSS_CLEARED, 0, 0, 0}; /* flags, -, arguments, - */
  put_words(platform, core, image->group_config, group, 10);
  put_words(platform, core, image->emem_config, memory, 2);
  put_words(platform, core, image->loader_config, loader, 4);
}

static void copy(const e_platform_t* platform, unsigned core, const struct image* image) {
  for (size_t i = 0; i < image->count; ++i) {
    const struct segment* const segment = &image->segments[i];
    unsigned char* const at = place(platform, core, segment->address, segment->memory_bytes);
    board_copy_in(at, segment->data, segment->bytes);
    if (segment->address >= OWN && fix(FIX_DRAM_BSS)) board_clear(at + segment->bytes, segment->memory_bytes - segment->bytes);
  }
}

int e_load_group(const char* executable, e_epiphany_t* dev, unsigned row, unsigned col, unsigned rows, unsigned cols, e_bool_t start) {
  const e_platform_t* const platform = platform_with_board("e_load_group");
  unsigned cores[GROUP_MOST], count;
  struct image image;
  if (platform == NULL || !group_part("e_load_group", dev, row, col, rows, cols, cores, &count)) return E_ERR;
  if (executable == NULL) {
    message_error("e_load_group: no file is given");
    return E_ERR;
  }
  if (!image_read(executable, &image)) return E_ERR;
  const bool good = fits(platform, &image) && reset_softly("e_load_group", cores, count);
  if (good) {
    poll_ends();
    for (unsigned i = 0; i < count; ++i) board_clear(board_scratchpad(cores[i]), SRAM_BYTES);
    for (unsigned i = 0; i < count; ++i) copy(platform, cores[i], &image);
    for (unsigned i = 0; i < count; ++i) introduce(platform, dev, cores[i], &image);
    message_detail(H_D1, "e_load_group(): %s into %u cores from (%u,%u)", executable, count, row, col);
    if (start) {
      start_cores(cores, count);
    } else {
      board_charge();
    }
  }
  image_release(&image);
  return good ? E_OK : E_ERR;
}

int e_load(const char* executable, e_epiphany_t* dev, unsigned row, unsigned col, e_bool_t start) {
  return e_load_group(executable, dev, row, col, 1, 1, start);
}

void ee_set_core_config(e_epiphany_t* dev, e_mem_t* emem, int row, int col) {
  const e_platform_t* const platform = platform_with_board("ee_set_core_config");
  const struct image fixed = {.group_config = 0x28, .emem_config = 0x50, .loader_config = IMAGE_NOWHERE};
  unsigned core;
  (void)emem; /* there is one */
  if (platform != NULL && group_core("ee_set_core_config", dev, (unsigned)row, (unsigned)col, &core))
    introduce(platform, dev, core, &fixed);
}

e_loader_diag_t e_set_loader_verbosity(e_loader_diag_t verbose) {
  static e_loader_diag_t verbosity = L_D0;
  const e_loader_diag_t before = verbosity;
  verbosity = verbose;
  e_set_host_verbosity(verbose == L_D4 ? H_D4 : (e_hal_diag_t)verbose);
  return before;
}
