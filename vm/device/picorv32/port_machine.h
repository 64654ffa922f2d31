/* PicoRV32: integers only. */
#include "vm/device/freestanding/soft_core.h"
