// Decoder: finds a word's line of instructions.def and takes the operands out of the word.

#include <algorithm>
#include <array>
#include <span>

#include "sim/core/bits.h"
#include "sim/core/decode_table.h"
#include "sim/microblaze/cpu_state.h"
#include "sim/microblaze/instruction.h"

namespace epysim::microblaze {
namespace {

using core::bits;
using core::sign_extend;

// The flag names of instructions.def.
namespace flags {
constexpr std::uint32_t none = 0;
constexpr std::uint32_t C = msr::kCarry, DZO = msr::kDivide, FSL = msr::kStream;
constexpr std::uint32_t FSR = kFsrFlags;
constexpr std::uint32_t MSR = ~kFsrFlags;
constexpr std::uint32_t all = ~0u;
}  // namespace flags

constexpr std::array<OpInfo, kOpCount + 1> kTable = [] {
  using namespace flags;
  return std::array<OpInfo, kOpCount + 1>{{
#define MICROBLAZE_INSN(name, text, match, mask, form, action, unit, option, reads, writes) \
  {Op::name, #name, text, match, mask, Form::form, Action::action, Unit::unit, Option::option, reads, writes},
#include "sim/microblaze/instructions.def"
#undef MICROBLAZE_INSN
      {Op::invalid, "invalid", ".long %x", 1, 0, Form::None, Action::Invalid, Unit::Alu, Option::Always, none, none},
  }};
}();

/// The line of a word; the last one for what is no instruction. The major opcode is in the upper six bits.
const OpInfo& line_of(std::uint32_t word) {
  static const core::DecodeTable<OpInfo, 26, 6> table{std::span(kTable).first(kOpCount)};
  const OpInfo* const line = table.find(word);
  return line != nullptr ? *line : kTable[kOpCount];
}

/// Which register fields a form has.
struct Fields {
  bool d = false, a = false, b = false;
};

Fields take_operands(Instruction& insn, Form form) {
  const std::uint32_t word = insn.raw;
  const auto immediate = [&insn](std::uint32_t value) {
    insn.immediate = true;
    insn.imm = static_cast<std::int32_t>(value);
  };
  const auto prefixed = [&insn, word] {
    insn.immediate = true;
    insn.takes_prefix = true;
    insn.imm = sign_extend(word & 0xffffu, 16);
  };
  switch (form) {
    case Form::None:
      return {};
    case Form::RdRaRb:
      return {true, true, true};
    case Form::RdRa:
      return {true, true, false};
    case Form::RaRb:
      return {false, true, true};
    case Form::RdRb:
      return {true, false, true};
    case Form::Rb:
      return {false, false, true};
    case Form::RdRaImm:
      prefixed();
      return {true, true, false};
    case Form::RdImm:
      prefixed();
      return {true, false, false};
    case Form::RaImm:
      prefixed();
      return {false, true, false};
    case Form::Imm:
      prefixed();
      return {};
    case Form::RdRaShift:
      immediate(bits(word, 4, 0));
      return {true, true, false};
    case Form::RdRaField:
      immediate(bits(word, 4, 0));
      insn.width = static_cast<std::int8_t>(bits(word, 10, 6));
      if (insn.action == Action::Bsifi) insn.width = static_cast<std::int8_t>(insn.width + 1 - insn.imm);
      return {true, true, false};
    case Form::RdImm15:
      immediate(bits(word, 14, 0));
      return {true, false, false};
    case Form::RdSpecial:
      immediate(bits(word, 13, 0));
      return {true, false, false};
    case Form::SpecialRa:
      immediate(bits(word, 13, 0));
      return {false, true, false};
    case Form::Barrier:
      immediate(bits(word, 25, 21));
      return {};
    case Form::RdLink:
      immediate(bits(word, 3, 0));
      return {true, false, false};
    case Form::RaLink:
      immediate(bits(word, 3, 0));
      return {false, true, false};
    case Form::Link:
      immediate(bits(word, 3, 0));
      return {};
  }
  return {};
}

/// What the bits say that the lines of a group have in common.
void take_modifiers(Instruction& insn) {
  const std::uint32_t word = insn.raw;
  switch (insn.action) {
    case Action::Br:
      insn.delay_slot = bits(word, 20, 20) != 0;
      insn.absolute = bits(word, 19, 19) != 0;
      insn.link = bits(word, 18, 18) != 0;
      break;
    case Action::Brk:
      insn.absolute = insn.link = true;
      break;
    case Action::Bcc:
      insn.delay_slot = bits(word, 25, 25) != 0;
      insn.condition = static_cast<std::uint8_t>(bits(word, 23, 21));
      break;
    case Action::Rtsd:
    case Action::Rtid:
    case Action::Rtbd:
    case Action::Rted:
      insn.delay_slot = true;
      break;
    case Action::Fcmp:
      insn.condition = static_cast<std::uint8_t>(bits(word, 6, 4));
      break;
    case Action::Load:
    case Action::Store:
      insn.size = static_cast<std::uint8_t>(bits(word, 27, 26));
      insn.reversed = !insn.immediate && bits(word, 9, 9) != 0;
      insn.exclusive = !insn.immediate && bits(word, 10, 10) != 0;
      break;
    case Action::Get:
    case Action::Put:
      insn.stream = static_cast<std::uint8_t>(insn.immediate ? bits(word, 14, 10) : bits(word, 9, 5));
      break;
    default:
      break;
  }
}

constexpr std::uint32_t bit(unsigned r) { return r == 0 ? 0 : 1u << r; }

void note_registers(Instruction& insn, Fields fields) {
  const bool stores = insn.action == Action::Store;
  if (fields.a) insn.reads |= bit(insn.ra);
  if (fields.b) insn.reads |= bit(insn.rb);
  if (fields.d && (stores || insn.action == Action::Bsifi)) insn.reads |= bit(insn.rd);
  const bool test = (insn.stream & stream::kTest) != 0;
  if (fields.d && !stores && !test) insn.writes |= bit(insn.rd);
}

}  // namespace

const OpInfo& info(Op op) { return kTable[std::min(static_cast<std::size_t>(op), kOpCount)]; }

Instruction decode(std::uint32_t word) {
  Instruction insn;
  insn.raw = word;
  const OpInfo& line = line_of(word);
  insn.op = line.op;
  insn.action = line.action;
  insn.unit = line.unit;
  insn.option = line.option;
  const Fields fields = take_operands(insn, line.form);
  if (fields.d) insn.rd = static_cast<std::uint8_t>(bits(word, 25, 21));
  if (fields.a) insn.ra = static_cast<std::uint8_t>(bits(word, 20, 16));
  if (fields.b) insn.rb = static_cast<std::uint8_t>(bits(word, 15, 11));
  take_modifiers(insn);
  note_registers(insn, fields);
  return insn;
}

}  // namespace epysim::microblaze
