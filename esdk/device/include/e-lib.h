/* e-lib: what a device program has of its core, the others, and the shared memory. */
#ifndef E_LIB_H
#define E_LIB_H

#include "e_coreid.h"
#include "e_ctimers.h"
#include "e_dma.h"
#include "e_ic.h"
#include "e_mem.h"
#include "e_mutex.h"
#include "e_regs.h"
#include "e_shm.h"
#include "e_types.h"

#endif
