/* One virtual core on the calling thread. The caller lays out memory and serves requests as a host does for a real core. */
#ifndef EPYSIM_VM_DEVICE_POSIX_VIRTUAL_CORE_H
#define EPYSIM_VM_DEVICE_POSIX_VIRTUAL_CORE_H

#include "vm/format/control_block.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs the core until it ends. All addresses in the control block are host addresses below 4 GB. */
void epy_virtual_core_run(struct epy_boot boot);

#ifdef __cplusplus
}
#endif

#endif
