#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "message.h"
#include "shm.h"

static e_platform_t platform; /* `initialized` says whether e_init was called */

static const struct {
  const char* name;
  e_platformtype_t type;
} platforms[] = {{"GENERIC", E_GENERIC},
                 {"EMEK301", E_EMEK301},
                 {"EMEK401", E_EMEK401},
                 {"ZEDBOARD1601", E_ZEDBOARD1601},
                 {"ZEDBOARD6401", E_ZEDBOARD6401},
                 {"PARALLELLA1601", E_PARALLELLA1601},
                 {"PARALLELLA6401", E_PARALLELLA6401},
                 {"PARALLELLASIM", E_PARALLELLASIM}};

/* Edge registers of E64G401: its northern and western links have theirs in the first row and column as well. */
static const e_chip_t chips[] = {{.type = E_E16G301,
                                  .version = "E16G301",
                                  .arch = 3,
                                  .rows = 4,
                                  .cols = 4,
                                  .ioregs_n = 0x002f0000,
                                  .ioregs_e = 0x083f0000,
                                  .ioregs_s = 0x0c2f0000,
                                  .ioregs_w = 0x080f0000},
                                 {.type = E_E64G401,
                                  .version = "E64G401",
                                  .arch = 4,
                                  .rows = 8,
                                  .cols = 8,
                                  .ioregs_n = 0x002f0000,
                                  .ioregs_e = 0x087f0000,
                                  .ioregs_s = 0x1c2f0000,
                                  .ioregs_w = 0x080f0000}};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool complete_chip(const char* file, e_chip_t* chip) {
  for (size_t i = 0; i < COUNT(chips); ++i) {
    if (strcmp(chip->version, chips[i].version) != 0) continue;
    const unsigned row = chip->row, col = chip->col;
    *chip = chips[i];
    chip->objtype = E_EPI_CHIP;
    chip->row = row;
    chip->col = col;
    chip->base_coreid = row << 6 | col;
    chip->num_cores = chip->rows * chip->cols;
    chip->sram_size = SRAM_BYTES;
    chip->regs_base = REGISTERS;
    chip->regs_size = REGISTER_BYTES;
    if (row + chip->rows <= 64 && col + chip->cols <= 64) return true;
    message_error("%s: chip %s at row %u, column %u reaches beyond the mesh", file, chip->version, row, col);
    return false;
  }
  message_error("%s: unknown chip '%s'; there are E16G301 and E64G401", file, chip->version);
  return false;
}

static bool find_type(const char* file, e_platform_t* to) {
  for (size_t i = 0; i < COUNT(platforms); ++i) {
    if (strcmp(to->version, platforms[i].name) != 0) continue;
    to->type = platforms[i].type;
    return true;
  }
  message_error("%s: unknown PLATFORM_VERSION '%s'", file, to->version);
  return false;
}

bool platform_complete(const char* file, e_platform_t* to) {
  if (!find_type(file, to)) return false;
  if (to->chip == NULL || to->emem == NULL) {
    message_error("%s: %s is missing", file, to->chip == NULL ? "NUM_CHIPS" : "NUM_EXT_MEMS");
    return false;
  }
  unsigned first_row = 64, first_col = 64, last_row = 0, last_col = 0;
  for (int i = 0; i < to->num_chips; ++i) {
    e_chip_t* const chip = &to->chip[i];
    if (!complete_chip(file, chip)) return false;
    if (chip->row < first_row) first_row = chip->row;
    if (chip->col < first_col) first_col = chip->col;
    if (chip->row + chip->rows > last_row) last_row = chip->row + chip->rows;
    if (chip->col + chip->cols > last_col) last_col = chip->col + chip->cols;
  }
  for (int i = 0; i < to->num_emems; ++i) {
    if (to->emem[i].emap_size != 0) continue;
    message_error("%s: memory %d has no EMEM_SIZE", file, i);
    return false;
  }
  to->objtype = E_EPI_PLATFORM;
  to->hal_ver = E_HAL_VERSION;
  to->row = first_row;
  to->col = first_col;
  to->rows = last_row - first_row;
  to->cols = last_col - first_col;
  return true;
}

void platform_release(e_platform_t* of) {
  free(of->chip);
  free(of->emem);
  memset(of, 0, sizeof *of);
}

/* The platform file: as passed, as EPIPHANY_HDF says, or that of the tree. False after a message. */
static bool find_file(const char* given, char* file, size_t bytes) {
  const char *const named = getenv("EPIPHANY_HDF"), *const home = getenv("EPIPHANY_HOME");
  if (given != NULL) {
    snprintf(file, bytes, "%s", given);
  } else if (named != NULL) {
    snprintf(file, bytes, "%s", named);
  } else if (home != NULL) {
    snprintf(file, bytes, "%s/bsps/current/platform.hdf", home);
    message_warning("EPIPHANY_HDF is not set; the platform is that of %s", file);
  } else {
    message_error("e_init: no platform file is given, and neither EPIPHANY_HDF nor EPIPHANY_HOME is set");
    return false;
  }
  const size_t length = strlen(file);
  if (length < 4 || strcmp(file + length - 4, ".xml") != 0) return true;
  message_error("e_init: %s: platforms in XML are not read; it has to be an HDF file", file);
  return false;
}

static bool target_is_here(void) {
  const char* const target = getenv("EHAL_TARGET");
  if (target == NULL || strcmp(target, "pal") != 0) return true;
  message_error("e_init: EHAL_TARGET=pal: this library has no such target");
  return false;
}

int e_init(char* hdf) {
  char file[4096];
  if (platform.initialized) e_finalize();
  if (!target_is_here() || !find_file(hdf, file, sizeof file) || !hdf_read(file, &platform)) return E_ERR;
  platform.initialized = 1;
  message_detail(H_D1, "e_init(): %s, %u x %u cores from (%u,%u)", file, platform.rows, platform.cols, platform.row, platform.col);
  return E_OK;
}

int e_get_platform_info(e_platform_t* to) {
  if (platform_of("e_get_platform_info") == NULL || to == NULL) return E_ERR;
  *to = platform;
  to->chip = NULL;
  to->emem = NULL;
  return E_OK;
}

int e_finalize(void) {
  if (platform_of("e_finalize") == NULL) return E_ERR;
  shm_forget();
  board_close();
  platform_release(&platform);
  return E_OK;
}

const e_platform_t* platform_of(const char* caller) {
  if (platform.initialized) return &platform;
  message_error("%s: the platform is not known; call e_init first", caller);
  return NULL;
}

const e_platform_t* platform_with_board(const char* caller) {
  const e_platform_t* const known = platform_of(caller);
  return known != NULL && board_open(known) && board_answers(caller) ? known : NULL;
}
