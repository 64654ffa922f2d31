#pragma once
// Text of an instruction as GNU objdump prints it.

#include <functional>
#include <string>

#include "sim/core/types.h"
#include "sim/epiphany/instruction.h"

namespace epysim::epiphany {

/// Turns a code address into what objdump prints after it, e.g. "80000cdc <_start>"; without it a plain hexadecimal number.
using AddressNamer = std::function<std::string(Address)>;

/// "add r0,r1,r2", "ldr lr,[sp,+0x2]", "beq 1a4 <_f+0x10>".
std::string disassemble(const Instruction& insn, Address pc, const AddressNamer& namer = {});

}  // namespace epysim::epiphany
