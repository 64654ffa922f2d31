#pragma once
// Text of an instruction as GNU objdump prints it (binutils 2.40, `objdump -d`, from the mnemonic on; the separators are tabs). Where this
// listing differs from objdump, and why, is in tests/microblaze/data/objdump_differences.txt.

#include <string>
#include <string_view>

#include "sim/core/listing.h"
#include "sim/microblaze/instruction.h"

namespace epysim::microblaze {

/// "addik\tr3, r0, 4660", "bri\t-8\t// 104 <foo>", ".long 0x00b80004" for what is no instruction. An instruction behind an IMM is to come
/// from with_prefix(). `namer` has a text only for addresses at which a symbol stands.
std::string disassemble(const Instruction& insn, Address pc, const core::AddressNamer& namer = {});

/// The assembler's name of a special register: "rmsr", "rpvr3". Numbers without a name are called "rpc", as objdump does.
std::string special_name(std::uint32_t number);

}  // namespace epysim::microblaze
