/* MicroBlaze, with or without FPU. */
#include "vm/device/freestanding/soft_core.h"
