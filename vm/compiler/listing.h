#pragma once
// An image as text: tables, then every function's instructions under the source lines that they come from.

#include <string>

#include "vm/compiler/image.h"

namespace epysim::compiler {

/// UsageError when the image's resident section is damaged.
std::string listing(const Image& image);

/// One instruction: "JUMP_UNLESS_LT 0012". `offset` moves behind it, prefix included.
std::string instruction_text(const Image& image, const Resident& resident, uint32_t& offset);

}  // namespace epysim::compiler
