// Fills the listing template of an instruction's line in instructions.def. Its directives:
//
//   %d %n %m   register rd, rn, rm          %s   special register of MOVTS and MOVFS
//   %i         immediate, decimal           %x   immediate, hexadecimal
//   %b         branch target                %+   sign of an index or post-modify register
//   %D         load or store displacement in units of the access size, with its sign: "+0x203"
//   %o         16-bit form: ",0x7", nothing for 0       %O   32-bit form: ",+0x7", nothing for +0
//   %w         SWI number: " 0x1", nothing for 0

#include "sim/epiphany/disassemble.h"

#include <array>
#include <cstdlib>
#include <span>
#include <string_view>

namespace epysim::epiphany {
namespace {

/// binutils prefers its own names for three registers.
std::string register_name(unsigned number) {
  switch (number) {
    case 11:
      return "fp";
    case 13:
      return "sp";
    case 14:
      return "lr";
    default:
      return "r" + std::to_string(number);
  }
}

using Names = std::span<const std::string_view>;

// The assembler's names of the special registers by group; "???" is what objdump shows beyond them.
constexpr std::array<std::string_view, 17> kCore{"config", "status", "pc",     "debug",  "iab",   "lc",      "ls",      "le",     "iret",
                                                 "imask",  "ilat",   "ilatst", "ilatcl", "ipend", "ctimer0", "ctimer1", "hstatus"};
constexpr std::array<std::string_view, 16> kDma{"dma0config",  "dma0stride", "dma0count",  "dma0srcaddr", "dma0dstaddr", "dma0auto0",
                                                "dma0auto1",   "dma0status", "dma1config", "dma1stride",  "dma1count",   "dma1srcaddr",
                                                "dma1dstaddr", "dma1auto0",  "dma1auto1",  "dma1status"};
constexpr std::array<std::string_view, 4> kMemory{"memconfig", "memstatus", "memprotect", "memreserve"};
constexpr std::array<std::string_view, 4> kMesh{"meshconfig", "coreid", "meshmulticast", "swreset"};

std::string_view special_name(SpecialRegister special) {
  const std::array<Names, 4> groups{kCore, kDma, kMemory, kMesh};
  const Names names = groups[special >> 6];
  const std::size_t number = special & 63u;
  return number < names.size() ? names[number] : "???";
}

std::string hexadecimal(std::uint32_t value) { return "0x" + core::hex_digits(value); }

/// The sign is taken from the encoding, which knows a minus zero.
std::string_view displacement_sign(const Instruction& insn) { return (insn.raw >> 24 & 1u) != 0 ? "-" : "+"; }

std::string displacement(const Instruction& insn) { return hexadecimal(static_cast<std::uint32_t>(std::abs(insn.imm)) >> insn.size); }

std::string operand(char directive, const Instruction& insn, Address pc, const core::AddressNamer& namer) {
  const auto imm = static_cast<std::uint32_t>(insn.imm);
  switch (directive) {
    case 'd':
      return register_name(insn.rd);
    case 'n':
      return register_name(insn.rn);
    case 'm':
      return register_name(insn.rm);
    case 's':
      return std::string(special_name(insn.special));
    case 'i':
      return std::to_string(insn.imm);
    case 'x':
      return hexadecimal(imm);
    case 'b':
      return namer ? namer(pc + imm) : hexadecimal(pc + imm);
    case '+':
      return insn.subtract ? "-" : "+";
    case 'D':
      return std::string(displacement_sign(insn)) + displacement(insn);
    case 'o':
      return insn.imm == 0 ? "" : "," + displacement(insn);
    case 'O':
      if (insn.imm == 0 && displacement_sign(insn) == "+") return "";
      return "," + std::string(displacement_sign(insn)) + displacement(insn);
    case 'w':
      return insn.imm == 0 ? "" : " " + hexadecimal(imm);
    default:
      return {};  // a test holds that the table uses no other
  }
}

}  // namespace

std::string disassemble(const Instruction& insn, Address pc, const core::AddressNamer& namer) {
  return core::fill(info(insn.op).text, [&](char directive) { return operand(directive, insn, pc, namer); });
}

}  // namespace epysim::epiphany
