// Fills the listing template of an instruction's line in instructions.def. Its directives:
//
//   %d %s %t   register rd, rs1, rs2        %q %r   register q of rs1, of rd
//   %i         signed immediate             %h      shift
//   %u         upper immediate              %p      target of a branch or jump
//   %f         what a fence orders

#include "sim/picorv32/disassemble.h"

#include <array>

#include "sim/core/hex.h"

namespace epysim::picorv32 {
namespace {

struct Alias {
  std::string_view text;
  std::uint32_t match;
  std::uint32_t mask;
};
constexpr Alias kAliases[]{
#define PICORV32_INSN(...)
#define PICORV32_ALIAS(text, match, mask) {text, match, mask},
#include "sim/picorv32/instructions.def"
#undef PICORV32_INSN
#undef PICORV32_ALIAS
};

std::string register_name(unsigned number) {
  static constexpr std::array<std::string_view, 32> kNames{"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                                           "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                                           "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
  return std::string(kNames[number]);
}

std::string ordered(std::uint32_t what) {
  std::string text;
  for (unsigned i = 0; i < 4; ++i) {
    if ((what >> (3 - i) & 1u) != 0) text += "iorw"[i];
  }
  return text.empty() ? "unknown" : text;
}

std::string operand(char directive, const Instruction& insn, Address pc, const core::AddressNamer& namer) {
  const auto value = static_cast<std::uint32_t>(insn.imm);
  switch (directive) {
    case 'd':
      return register_name(insn.rd);
    case 's':
      return register_name(insn.rs1);
    case 't':
      return register_name(insn.rs2);
    case 'q':
      return "q" + std::to_string(insn.rs1 & 3);
    case 'r':
      return "q" + std::to_string(insn.rd & 3);
    case 'i':
      return std::to_string(insn.imm);
    case 'h':
      return "0x" + core::hex_digits(value);
    case 'u':
      return "0x" + core::hex_digits(value >> 12);
    case 'p':
      return namer ? namer(pc + value) : "0x" + core::hex_digits(pc + value);
    case 'f':
      return ordered(value >> 4) + "," + ordered(value & 15u);
    default:
      return {};  // a test holds that the table uses no other
  }
}

}  // namespace

std::string disassemble(const Instruction& insn, Address pc, const core::AddressNamer& namer) {
  std::string_view text = info(insn.op).text;
  for (const Alias& alias : kAliases) {
    if ((insn.raw & alias.mask) != alias.match) continue;
    text = alias.text;
    break;
  }
  if (!text.empty()) return core::fill(text, [&](char directive) { return operand(directive, insn, pc, namer); });
  return length(insn.raw) == 4 ? ".4byte\t0x" + core::hex_digits(insn.raw) : ".2byte\t0x" + core::hex_digits(insn.raw & 0xffffu);
}

}  // namespace epysim::picorv32
