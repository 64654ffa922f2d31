#include "vm/device/root.h"

#include "vm/device/port.h"

float port_root(float x) { return digit_root(x); }
