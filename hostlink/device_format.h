#pragma once
// The structures that host and cores share (vm/format), for C++: they are C11 and end in flexible arrays.

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include "vm/format/control_block.h"
#include "vm/format/image.h"
#include "vm/format/value.h"
#pragma GCC diagnostic pop
