/* Types and attributes of device programs. */
#ifndef E_TYPES_H
#define E_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "e_common.h"

#define ALIGN(n) __attribute__((aligned(n)))
#define PACKED __attribute__((packed))
#define SECTION(name) __attribute__((section(name)))

typedef unsigned int e_coreid_t;

/* What the loader tells a program; the addresses are fixed (esdk/bsps/parallella/layout.ld.in). */
typedef struct {
  e_objtype_t objtype; /* E_EPI_GROUP */
  e_chiptype_t chiptype;
  e_coreid_t group_id; /* of the group's first core */
  unsigned group_row;  /* absolute */
  unsigned group_col;
  unsigned group_rows;
  unsigned group_cols;
  unsigned core_row; /* in the group */
  unsigned core_col;
  unsigned alignment_padding;
} e_group_config_t;

typedef struct {
  e_objtype_t objtype; /* E_EXT_MEM */
  unsigned base;       /* of the shared memory */
} e_emem_config_t;

extern const e_group_config_t e_group_config;
extern const e_emem_config_t e_emem_config;

/* A part of the shared memory. */
typedef struct {
  e_objtype_t objtype; /* E_SHARED_MEM */
  uint32_t phy_base;
  uint32_t ephy_base;
  size_t size;
  e_memtype_t type;
} e_memseg_t;

#endif
