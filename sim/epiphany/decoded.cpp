#include "sim/epiphany/decoded.h"

namespace epysim::epiphany {
namespace {

bool on_float_flags(unsigned condition) { return condition >= 10 && condition <= 13; }

Kind kind_of(const Instruction& insn) {
  const bool odd_pair = insn.size == 3 && (insn.rd & 1) != 0;  // misuse: LDRD and STRD take an even register
  switch (insn.action) {
    case Action::Add:
      return Kind::Add;
    case Action::Sub:
      return Kind::Sub;
    case Action::And:
      return Kind::And;
    case Action::Orr:
      return Kind::Orr;
    case Action::Eor:
      return Kind::Eor;
    case Action::Asr:
      return Kind::Asr;
    case Action::Lsr:
      return Kind::Lsr;
    case Action::Lsl:
      return Kind::Lsl;
    case Action::Mov:
      return Kind::Mov;
    case Action::Movt:
      return Kind::Movt;
    case Action::Load:
      return odd_pair ? Kind::System : Kind::Load;
    case Action::Store:
      return odd_pair ? Kind::System : Kind::Store;
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
  if (d.kind == Kind::Load || d.kind == Kind::Store) d.outside_local = ~(local_bytes - 1) | ((1u << d.insn.size) - 1);
  if (d.kind != Kind::Load && d.kind != Kind::Store && d.kind != Kind::System) d.execute = semantics_of(d.insn.action);
  return d;
}

}  // namespace epysim::epiphany
