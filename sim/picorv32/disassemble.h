#pragma once
// Turns instructions of RV32IM into text, as GNU objdump prints them: pseudo instructions where there are, registers by the names of the
// calling convention. What objdump adds behind a "#", addresses that it makes of several instructions, is left out.

#include <cstdint>
#include <string>

#include "sim/core/listing.h"
#include "sim/core/types.h"
#include "sim/picorv32/instruction.h"

namespace epysim::picorv32 {

/// `namer` shows the targets of branches and jumps; without it they are plain numbers.
std::string disassemble(const Instruction& insn, Address pc, const core::AddressNamer& namer = {});

/// Bytes of the instruction that a word begins with: 2 or 4. The core knows none of 2 bytes, but listings have them.
constexpr unsigned length(std::uint32_t word) { return (word & 3u) == 3u ? 4 : 2; }

}  // namespace epysim::picorv32
