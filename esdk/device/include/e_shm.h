/* Regions of shared memory that the host has named (e_shm_table.h). */
#ifndef E_SHM_H
#define E_SHM_H

#include "e_types.h"

/* E_ERR when there is none of that name. */
int e_shm_attach(e_memseg_t* mbuf, const char* name);
/* Regions are counted by hosts only: does nothing. */
int e_shm_release(const char* name);

#endif
