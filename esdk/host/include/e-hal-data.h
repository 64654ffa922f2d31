/* Types of libe-hal. Names, members and their order are those of Adapteva's eSDK; sizes are those of the compiler that builds the host. */
#ifndef E_HAL_DATA_H
#define E_HAL_DATA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "e_common.h"

#define E_HAL_VERSION 0x050d0705u

typedef enum {
  E_GENERIC = 0,
  E_EMEK301 = 1,
  E_EMEK401 = 2,
  E_ZEDBOARD1601 = 3,
  E_ZEDBOARD6401 = 4,
  E_PARALLELLA1601 = 5,
  E_PARALLELLA6401 = 6,
  E_PARALLELLASIM = 7
} e_platformtype_t;

/* Interrupts that e_start and e_signal raise. */
typedef enum { E_SYNC = 0, E_USER_INT = 9 } e_signal_t;

typedef enum { H_D0 = 0, H_D1 = 1, H_D2 = 2, H_D3 = 3, H_D4 = 4 } e_hal_diag_t;

/* A range of the board's addresses in this process. */
typedef struct {
  e_objtype_t objtype;
  off_t phy_base;    /* address on the board */
  off_t page_base;   /* the page it begins in */
  off_t page_offset; /* its place in that page */
  size_t map_size;   /* bytes */
  void* mapped_base; /* of that page */
  void* base;        /* of the range */
} e_mmap_t;

typedef struct {
  e_objtype_t objtype;
  unsigned int id;
  unsigned int row; /* in its group */
  unsigned int col;
  e_mmap_t mems; /* scratchpad */
  e_mmap_t regs; /* page of registers */
} e_core_t;

typedef struct {
  e_objtype_t objtype; /* E_EPI_CHIP */
  e_chiptype_t type;
  char version[32];
  unsigned int arch;
  unsigned int base_coreid;
  unsigned int row; /* absolute */
  unsigned int col;
  unsigned int rows;
  unsigned int cols;
  unsigned int num_cores;
  unsigned int sram_base; /* offsets in a core's window, sizes in bytes */
  unsigned int sram_size;
  unsigned int regs_base;
  unsigned int regs_size;
  unsigned int ioregs_n; /* blocks of the links, from the chip's first window */
  unsigned int ioregs_e;
  unsigned int ioregs_s;
  unsigned int ioregs_w;
} e_chip_t;

/* A rectangle of cores (a work-group). */
typedef struct {
  e_objtype_t objtype; /* E_EPI_GROUP */
  e_chiptype_t type;
  unsigned int num_cores;
  unsigned int base_coreid; /* of its first core: absolute row << 6 | column */
  unsigned int row;         /* absolute */
  unsigned int col;
  unsigned int rows;
  unsigned int cols;
  e_core_t** core; /* core[row][col] */
  int memfd;
  void* priv;
} e_epiphany_t;

/* A part of the memory that host and cores share. */
typedef struct {
  e_objtype_t objtype; /* E_EXT_MEM or E_SHARED_MEM */
  off_t phy_base;      /* for the host's bus */
  off_t page_base;     /* the page it begins in */
  off_t page_offset;   /* its place in that page */
  size_t map_size;     /* bytes */
  off_t ephy_base;     /* for the cores */
  size_t emap_size;    /* bytes */
  void* mapped_base;   /* of that page */
  void* base;          /* in this process */
  int memfd;
  void* priv;
} e_mem_t;

typedef struct {
  e_objtype_t objtype; /* E_EPI_PLATFORM */
  e_platformtype_t type;
  char version[32];
  unsigned int hal_ver;
  int initialized;
  int num_chips;
  e_chip_t* chip;
  unsigned int row; /* of the box around all chips, absolute */
  unsigned int col;
  unsigned int rows;
  unsigned int cols;
  int num_emems;
  e_mem_t* emem;
  void* target_ops;
  void* priv;
} e_platform_t;

#endif
