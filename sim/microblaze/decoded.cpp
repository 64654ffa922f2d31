#include "sim/microblaze/decoded.h"

namespace epysim::microblaze {
namespace {

Kind kind_of(const Instruction& insn, const Options& options) {
  if (insn.op == Op::invalid || !options.has(insn.option)) return Kind::Undefined;
  if (insn.raw == 0 && options.exceptions.zero_opcode) return Kind::Undefined;
  switch (insn.action) {
    case Action::Idiv:
    case Action::Idivu:
      return Kind::Divide;
    case Action::Load:
      return Kind::Load;
    case Action::Store:
      return Kind::Store;
    case Action::Br:
    case Action::Bcc:
    case Action::Rtsd:
    case Action::Rtid:
    case Action::Rtbd:
    case Action::Rted:
      return Kind::Branch;
    case Action::Imm:
      return Kind::Prefix;
    default:
      break;
  }
  if (semantics_of(insn.action) == nullptr) return Kind::System;
  return insn.action >= Action::Fadd && insn.action <= Action::Fsqrt ? Kind::Float : Kind::Compute;
}

}  // namespace

Decoded prepare(std::uint32_t word, const Options& options) {
  Decoded d;
  d.insn = decode(word);
  d.kind = kind_of(d.insn, options);
  d.execute = semantics_of(d.insn.action);
  return d;
}

}  // namespace epysim::microblaze
