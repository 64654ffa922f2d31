#include "sim/epiphany/decoded.h"

namespace epysim::epiphany {
namespace {

bool on_float_flags(unsigned condition) { return condition >= 10 && condition <= 13; }

// The two ways in which most words are addressed.
bool plain_word(const Instruction& insn) { return insn.size == 2 && insn.addressing == Addressing::Displacement && insn.immediate; }
bool plain_index(const Instruction& insn) {
  return insn.size == 2 && insn.addressing == Addressing::Index && !insn.immediate && !insn.subtract;
}

Kind kind_of(const Instruction& insn) {
  const bool odd_pair = insn.size == 3 && (insn.rd & 1) != 0;  // misuse: LDRD and STRD take an even register
  switch (insn.action) {
    case Action::Add:
      return insn.immediate ? Kind::AddImmediate : Kind::Add;
    case Action::Sub:
      return insn.immediate ? Kind::SubImmediate : Kind::Sub;
    case Action::And:
      return insn.immediate ? Kind::AndImmediate : Kind::And;
    case Action::Orr:
      return insn.immediate ? Kind::OrrImmediate : Kind::Orr;
    case Action::Eor:
      return insn.immediate ? Kind::EorImmediate : Kind::Eor;
    case Action::Asr:
      return insn.immediate ? Kind::AsrImmediate : Kind::Asr;
    case Action::Lsr:
      return insn.immediate ? Kind::LsrImmediate : Kind::Lsr;
    case Action::Lsl:
      return insn.immediate ? Kind::LslImmediate : Kind::Lsl;
    case Action::Mov:
      return insn.immediate ? Kind::MovImmediate : Kind::Mov;
    case Action::Movt:
      return Kind::Movt;
    case Action::Load:
      return odd_pair ? Kind::System : plain_word(insn) ? Kind::LoadWord : plain_index(insn) ? Kind::LoadWordIndexed : Kind::Load;
    case Action::Store:
      return odd_pair ? Kind::System : plain_word(insn) ? Kind::StoreWord : plain_index(insn) ? Kind::StoreWordIndexed : Kind::Store;
    case Action::Testset:
    case Action::Invalid:
      return Kind::System;
    case Action::Nop:
      return Kind::Nop;
    case Action::Branch:
      return on_float_flags(insn.condition) ? Kind::BranchOnFloatFlags : Kind::Condition;
    case Action::BranchLink:
    case Action::Jump:
    case Action::JumpLink:
      return Kind::Branch;
    case Action::MovCond:
      return on_float_flags(insn.condition) ? Kind::IntegerOnFloatFlags : Kind::Integer;
    default:
      break;
  }
  if (insn.unit == Unit::Ialu) return Kind::Integer;
  if (insn.unit == Unit::Fpu) return Kind::Float;
  return Kind::System;
}

}  // namespace

Decoded prepare(std::uint32_t word, std::uint32_t local_bytes) {
  Decoded d;
  d.insn = decode(word);
  d.kind = kind_of(d.insn);
  d.next = static_cast<std::uint16_t>(d.insn.bytes / 2 * sizeof(Decoded));
  d.hazards = d.insn.reads | d.insn.writes;
  if (is_load(d.kind) || is_store(d.kind)) d.outside_local = ~(local_bytes - 1) | ((1u << d.insn.size) - 1);
  if (!is_load(d.kind) && !is_store(d.kind) && d.kind != Kind::System) d.execute = semantics_of(d.insn.action);
  return d;
}

}  // namespace epysim::epiphany
