/* Where the original libraries do what nobody wants, this one does the same, unless EHAL_FIX says otherwise: `all`, or names with commas.
 */
#ifndef ESDK_FIXES_H
#define ESDK_FIXES_H

#include <stdbool.h>

enum fix {
  FIX_SHM_CONTENTS, /* shm-contents: a process's first call about shared memory leaves the regions' contents, instead of clearing them */
  FIX_SHM_BASE,     /* shm-base: ephy_base of a region is the region's address, not that of the table */
  FIX_DRAM_BSS,     /* dram-bss: the loader clears what a segment in shared memory has beyond its file */
  FIX_EMEM_TYPE,    /* emem-type: EMEM_TYPE of the platform file is kept (in `priv` of the platform's memory) */
  FIX_COUNT
};

/* Whether it is fixed. */
bool fix(enum fix which);

#endif
