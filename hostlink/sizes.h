#pragma once
// What a program takes of a core's memory: its image by parts, its functions, and what is left.

#include <string>

#include "hostlink/device.h"
#include "hostlink/placement.h"
#include "hostlink/program.h"

namespace epysim::hostlink {

/// A text of several lines. The figures are those of the placement: VM, control words, byte code, stack and heap add up to the core's
/// memory.
std::string sizes(const DeviceDescription& device, const Program& program, const Layout& layout);

}  // namespace epysim::hostlink
