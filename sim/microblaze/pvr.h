#pragma once
// Processor version registers: how a program finds out what its core was built with.

#include <cstdint>

#include "sim/microblaze/options.h"

namespace epysim::microblaze {

/// Register 0 to 12, as MFS rD, rpvrN reads it; 0 for what the core does not have. (Masks: Xilinx embeddedsw, "pvr.h".)
std::uint32_t version_register(const Options& options, unsigned number);

}  // namespace epysim::microblaze
