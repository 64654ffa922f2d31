#warning "e_hal.h is the old name of e-hal.h"
#include "e-hal.h"
