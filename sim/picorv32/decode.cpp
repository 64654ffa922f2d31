// Decoder: finds a word's line of instructions.def and takes the operands out of the word.

#include <algorithm>
#include <array>
#include <span>

#include "sim/core/bits.h"
#include "sim/core/decode_table.h"
#include "sim/picorv32/instruction.h"

namespace epysim::picorv32 {
namespace {

using core::bits;
using core::sign_extend;

constexpr std::array<OpInfo, kOpCount + 1> kTable{{
#define PICORV32_INSN(name, text, match, mask, form, action, unit, option) \
  {Op::name, #name, text, match, mask, Form::form, Action::action, Unit::unit, Option::option},
#define PICORV32_ALIAS(...)
#include "sim/picorv32/instructions.def"
#undef PICORV32_INSN
#undef PICORV32_ALIAS
    {Op::invalid, "invalid", "", 1, 0, Form::None, Action::Invalid, Unit::Alu, Option::Always},
}};

/// The line of a word; the last one for what is no instruction. Lines differ most in the opcode and bits 14:12.
const OpInfo& line_of(std::uint32_t word) {
  static const core::DecodeTable<OpInfo, 2, 13> table{std::span(kTable).first(kOpCount)};
  const OpInfo* const line = table.find(word);
  return line != nullptr ? *line : kTable[kOpCount];
}

std::uint32_t sign(std::uint32_t word, unsigned at) { return (word >> 31) << at; }

std::int32_t immediate(std::uint32_t word, Form form) {
  switch (form) {
    case Form::Immediate:
      return sign_extend(word >> 20, 12);
    case Form::Shift:
      return static_cast<std::int32_t>(bits(word, 24, 20));
    case Form::Store:
      return sign_extend(bits(word, 30, 25) << 5 | bits(word, 11, 7) | sign(word, 11), 12);
    case Form::Branch:
      return sign_extend(bits(word, 11, 8) << 1 | bits(word, 30, 25) << 5 | bits(word, 7, 7) << 11 | sign(word, 12), 13);
    case Form::Upper:
      return static_cast<std::int32_t>(word & 0xfffff000u);
    case Form::Jump:
      return sign_extend(bits(word, 30, 21) << 1 | bits(word, 20, 20) << 11 | bits(word, 19, 12) << 12 | sign(word, 20), 21);
    case Form::Fence:
      return static_cast<std::int32_t>(bits(word, 27, 20));
    default:
      return 0;
  }
}

}  // namespace

const OpInfo& info(Op op) { return kTable[std::min(static_cast<std::size_t>(op), kOpCount)]; }

Instruction decode(std::uint32_t word) {
  const OpInfo& line = line_of(word);
  Instruction insn;
  insn.raw = word;
  insn.op = line.op;
  insn.action = line.action;
  insn.unit = line.unit;
  insn.option = line.option;
  insn.imm = immediate(word, line.form);
  const bool writes = line.form != Form::None && line.form != Form::Store && line.form != Form::Branch && line.form != Form::Fence;
  const bool reads = line.form != Form::None && line.form != Form::Register && line.form != Form::Upper && line.form != Form::Jump;
  if (writes) insn.rd = static_cast<std::uint8_t>(bits(word, 11, 7));
  if (reads) insn.rs1 = static_cast<std::uint8_t>(bits(word, 19, 15));
  insn.two_registers = line.form == Form::Registers || line.form == Form::Store || line.form == Form::Branch;
  if (insn.two_registers) insn.rs2 = static_cast<std::uint8_t>(bits(word, 24, 20));
  if (insn.action == Action::Access) {
    insn.size = static_cast<std::uint8_t>(bits(word, 13, 12));
    insn.is_signed = bits(word, 14, 14) == 0;
  }
  return insn;
}

}  // namespace epysim::picorv32
