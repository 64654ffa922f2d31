// Fills the listing template of an instruction's line in instructions.def. Its directives:
//
//   %d %a %b   register rd, ra, rb          %s   special register
//   %i         signed 16-bit immediate      %u   unsigned immediate (shift, first bit, 15 bits of MSR)
//   %w         width of a field             %m   number of a barrier
//   %f         letters of a stream access   %l   stream link
//   %x         the word itself
//   %p         behind a distance: the target, by name or as a number
//   %n         behind a distance or an address: its name, if it has one
//   %z         behind an immediate: the same when it is an address because ra is r0

#include "sim/microblaze/disassemble.h"

#include <array>

#include "sim/core/bits.h"
#include "sim/core/hex.h"
#include "sim/microblaze/cpu_state.h"

namespace epysim::microblaze {
namespace {

std::string register_name(unsigned number) { return "r" + std::to_string(number); }

/// The address that an immediate stands for.
Address meant(const Instruction& insn, Address pc) {
  const bool distance = (insn.action == Action::Br || insn.action == Action::Bcc) && !insn.absolute;
  return static_cast<Address>(insn.imm) + (distance ? pc : 0);
}

std::string named(const Instruction& insn, Address pc, const core::AddressNamer& namer) {
  const Address address = meant(insn, pc);
  if (!namer || address == 0 || (address >> 31) != 0) return {};  // objdump takes an address for a signed number
  const std::string name = namer(address);
  return name.empty() ? name : "\t// " + name;
}

std::string letters(std::uint8_t flags) {
  std::string text;
  constexpr std::array<std::pair<std::uint8_t, char>, 5> kLetters{
      {{stream::kTest, 't'}, {stream::kNonBlocking, 'n'}, {stream::kException, 'e'}, {stream::kControl, 'c'}, {stream::kAtomic, 'a'}}};
  for (const auto& [flag, letter] : kLetters) {
    if ((flags & flag) != 0) text += letter;
  }
  return text;
}

std::string operand(char directive, const Instruction& insn, Address pc, const core::AddressNamer& namer) {
  switch (directive) {
    case 'd':
      return register_name(insn.rd);
    case 'a':
      return register_name(insn.ra);
    case 'b':
      return register_name(insn.rb);
    case 's':
      return special_name(static_cast<std::uint32_t>(insn.imm));
    case 'i':
      return std::to_string(core::sign_extend(insn.raw & 0xffffu, 16));
    case 'u':
    case 'm':
      return std::to_string(insn.imm);
    case 'w':
      return std::to_string(insn.width);
    case 'f':
      return letters(insn.stream);
    case 'l':
      return "rfsl" + std::to_string(insn.imm);
    case 'x':
      return core::hex(insn.raw);
    case 'p': {
      const std::string name = named(insn, pc, namer);
      return name.empty() ? "\t\t// " + core::hex_digits(meant(insn, pc)) : name;
    }
    case 'n':
      return named(insn, pc, namer);
    case 'z':
      return insn.ra == 0 ? named(insn, pc, namer) : std::string();
    default:
      return {};  // a test holds that the table uses no other
  }
}

}  // namespace

std::string special_name(std::uint32_t number) {
  switch (number) {
    case special::kMsr:
      return "rmsr";
    case special::kEar:
      return "rear";
    case special::kEsr:
      return "resr";
    case special::kFsr:
      return "rfsr";
    case special::kBtr:
      return "rbtr";
    case special::kEdr:
      return "redr";
    case special::kSlr:
      return "rslr";
    case special::kShr:
      return "rshr";
    default:
      break;
  }
  constexpr std::uint32_t kMmu = 0x1000;
  constexpr std::array<std::string_view, 6> kMmuNames{"rpid", "rzpr", "rtlbx", "rtlblo", "rtlbhi", "rtlbsx"};
  if (number - kMmu < kMmuNames.size()) return std::string(kMmuNames[number - kMmu]);
  if (number >= special::kPvr0) return "rpvr" + std::to_string(number - special::kPvr0);
  return "rpc";
}

std::string disassemble(const Instruction& insn, Address pc, const core::AddressNamer& namer) {
  return core::fill(info(insn.op).text, [&](char directive) { return operand(directive, insn, pc, namer); });
}

}  // namespace epysim::microblaze
