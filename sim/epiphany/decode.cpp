// Decoder: finds a word's line of instructions.def and takes the operands out of the word.

#include <algorithm>
#include <array>
#include <span>

#include "sim/core/bits.h"
#include "sim/core/decode_table.h"
#include "sim/epiphany/cpu_state.h"
#include "sim/epiphany/instruction.h"

namespace epysim::epiphany {
namespace {

using core::bits;
using core::sign_extend;

// The flag names of instructions.def.
namespace flags {
constexpr std::uint32_t none = 0;
constexpr std::uint32_t AZ = status::kAZ, AN = status::kAN, AC = status::kAC, AV = status::kAV;
constexpr std::uint32_t BZ = status::kBZ, BN = status::kBN;
constexpr std::uint32_t logic = AZ | AN | AC | AV;
constexpr std::uint32_t arithmetic = logic | status::kAVS;
constexpr std::uint32_t floating = BZ | BN | status::kBV | status::kBIS | status::kBVS | status::kBUS;
constexpr std::uint32_t all = ~0u;
}  // namespace flags

constexpr std::array<OpInfo, kOpCount + 1> kTable = [] {
  using namespace flags;
  return std::array<OpInfo, kOpCount + 1>{{
#define EPIPHANY_INSN(name, text, match, mask, format, action, unit, reads, writes) \
  {Op::name, #name, text, match, mask, Format::format, Action::action, Unit::unit, reads, writes},
#include "sim/epiphany/instructions.def"
#undef EPIPHANY_INSN
      {Op::invalid, "invalid", "*unknown*", 1, 0, Format::None, Action::Invalid, Unit::Control, none, none},
  }};
}();

/// The line of a word; the last one for what is no instruction. Opcodes are in the low ten bits.
const OpInfo& line_of(std::uint32_t word) {
  static const core::DecodeTable<OpInfo, 0, 10> table{std::span(kTable).first(kOpCount)};
  const OpInfo* const line = table.find(word);
  return line != nullptr ? *line : kTable[kOpCount];
}

/// A register field: three bits in the low half word, three above them in the high one (zero in a 16-bit form).
constexpr std::uint8_t reg(std::uint32_t word, unsigned low, unsigned high) {
  return static_cast<std::uint8_t>(bits(word, low + 2, low) | bits(word, high + 2, high) << 3);
}

constexpr std::uint64_t bit(unsigned r) { return std::uint64_t{1} << r; }

constexpr unsigned kLinkRegister = 14;

void take_operands(Instruction& insn, Format format) {
  const std::uint32_t word = insn.raw;
  const std::uint8_t rd = reg(word, 13, 29), rn = reg(word, 10, 26), rm = reg(word, 7, 23);
  const std::uint32_t imm3 = bits(word, 9, 7);
  const std::uint32_t imm11 = bits(word, 23, 16) << 3 | imm3;
  const auto immediate = [&insn](std::int32_t value) {
    insn.immediate = true;
    insn.imm = value;
  };
  const auto displacement = [&](std::uint32_t magnitude) {
    const auto distance = static_cast<std::int32_t>(magnitude << insn.size);
    immediate(bits(word, 24, 24) != 0 ? -distance : distance);
  };

  if (format != Format::None && format != Format::Branch8 && format != Format::Branch24 && format != Format::Number) {
    insn.rd = rd;
    insn.rn = rn;
  }
  switch (format) {
    case Format::None:
      break;
    case Format::Branch8:
      immediate(sign_extend(bits(word, 15, 8), 8) * 2);
      break;
    case Format::Branch24:
      immediate(sign_extend(bits(word, 31, 8), 24) * 2);
      break;
    case Format::Rn:
      insn.rd = 0;
      break;
    case Format::RdRn:
      break;
    case Format::RdRnRm:
      insn.rm = rm;
      break;
    case Format::RdRnSimm3:
      immediate(sign_extend(imm3, 3));
      break;
    case Format::RdRnSimm11:
      immediate(sign_extend(imm11, 11));
      break;
    case Format::RdRnShift:
      immediate(static_cast<std::int32_t>(bits(word, 9, 5)));
      break;
    case Format::RdImm8:
    case Format::RdImm16:
      insn.rn = 0;
      immediate(static_cast<std::int32_t>(bits(word, 27, 20) << 8 | bits(word, 12, 5)));
      break;
    case Format::Displacement3:
      displacement(imm3);
      break;
    case Format::Displacement11:
      displacement(imm11);
      break;
    case Format::PostImmediate:
      insn.addressing = Addressing::PostmodifyImmediate;
      displacement(imm11);
      break;
    case Format::Index:
    case Format::PostRegister:
      insn.addressing = format == Format::Index ? Addressing::Index : Addressing::PostmodifyRegister;
      insn.rm = rm;
      insn.subtract = bits(word, 20, 20) != 0;
      break;
    case Format::Special:
      insn.rn = 0;
      insn.special = static_cast<SpecialRegister>(bits(word, 21, 20) << 6 | rn);
      break;
    case Format::Number:
      immediate(static_cast<std::int32_t>(bits(word, 15, 10)));
      break;
  }
}

void note_registers(Instruction& insn) {
  const std::uint64_t d = bit(insn.rd), n = bit(insn.rn);
  const std::uint64_t m = insn.immediate ? 0 : bit(insn.rm);
  const std::uint64_t data = insn.size == 3 ? std::uint64_t{3} << (insn.rd & ~1u) : d;
  const bool updates_base = insn.addressing == Addressing::PostmodifyRegister || insn.addressing == Addressing::PostmodifyImmediate;
  const std::uint64_t base_update = updates_base ? n : 0;

  // clang-format off
  switch (insn.action) {
    case Action::Add: case Action::Sub: case Action::And: case Action::Orr: case Action::Eor:
    case Action::Asr: case Action::Lsr: case Action::Lsl:
    case Action::Fadd: case Action::Fsub: case Action::Fmul:
      insn.reads = n | m;
      insn.writes = d;
      break;
    case Action::Bitr: case Action::Float: case Action::Fix: case Action::Fabs:
      insn.reads = n;
      insn.writes = d;
      break;
    case Action::Fmadd: case Action::Fmsub:
      insn.reads = d | n | m;
      insn.writes = d;
      break;
    case Action::Mov:
      insn.reads = insn.immediate ? 0 : n;
      insn.writes = d;
      break;
    case Action::Movt:
      insn.reads = d;
      insn.writes = d;
      break;
    case Action::MovCond:  // keeps the old value when the condition fails
      insn.reads = d | n;
      insn.writes = d;
      break;
    case Action::Load:
      insn.reads = n | m;
      insn.writes = data | base_update;
      break;
    case Action::Store:
      insn.reads = data | n | m;
      insn.writes = base_update;
      break;
    case Action::Testset:
      insn.reads = d | n | m;
      insn.writes = d;
      break;
    case Action::BranchLink:
      insn.writes = bit(kLinkRegister);
      break;
    case Action::Jump:
      insn.reads = n;
      break;
    case Action::JumpLink:
      insn.reads = n;
      insn.writes = bit(kLinkRegister);
      break;
    case Action::Movts:
      insn.reads = d;
      break;
    case Action::Movfs:
      insn.writes = d;
      break;
    case Action::Branch: case Action::Nop: case Action::Idle: case Action::Bkpt: case Action::Mbkpt: case Action::Rti:
    case Action::Swi: case Action::Trap: case Action::Sync: case Action::Wand: case Action::Gie: case Action::Gid:
    case Action::Unimpl: case Action::Invalid:
      break;
  }
  // clang-format on
}

}  // namespace

const OpInfo& info(Op op) { return kTable[std::min(static_cast<std::size_t>(op), kOpCount)]; }

Instruction decode(std::uint32_t word) {
  Instruction insn;
  insn.bytes = length_in_bytes(word);
  insn.raw = insn.bytes == 4 ? word : word & 0xffffu;

  const OpInfo& line = line_of(insn.raw);
  insn.op = line.op;
  insn.action = line.action;
  insn.unit = line.unit;
  if (line.action == Action::Branch || line.action == Action::MovCond) insn.condition = static_cast<std::uint8_t>(bits(word, 7, 4));
  if (line.unit == Unit::LoadStore) insn.size = static_cast<std::uint8_t>(bits(word, 6, 5));
  take_operands(insn, line.format);
  note_registers(insn);
  return insn;
}

}  // namespace epysim::epiphany
