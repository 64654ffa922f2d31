// One function per action; most of them are in integer_semantics.h and float_semantics.h.

#include "sim/epiphany/semantics.h"

#include "sim/epiphany/float_semantics.h"
#include "sim/epiphany/integer_semantics.h"

namespace epysim::epiphany {
namespace {

using namespace semantics;

void nop(CpuState&, const Instruction&) {}

}  // namespace

Semantics semantics_of(Action action) {
  // clang-format off
  switch (action) {
    case Action::Add: return add;
    case Action::Sub: return sub;
    case Action::And: return and_;
    case Action::Orr: return orr;
    case Action::Eor: return eor;
    case Action::Asr: return asr;
    case Action::Lsr: return lsr;
    case Action::Lsl: return lsl;
    case Action::Bitr: return bitr;
    case Action::Mov: return mov;
    case Action::Movt: return movt;
    case Action::MovCond: return mov_cond;
    case Action::Fadd: return fadd;
    case Action::Fsub: return fsub;
    case Action::Fmul: return fmul;
    case Action::Fmadd: return fmadd;
    case Action::Fmsub: return fmsub;
    case Action::Float: return float_;
    case Action::Fix: return fix;
    case Action::Fabs: return fabs_;
    case Action::Branch: return branch;
    case Action::BranchLink: return branch_link;
    case Action::Jump: return jump;
    case Action::JumpLink: return jump_link;
    case Action::Nop: return nop;
    case Action::Load: case Action::Store: case Action::Testset: case Action::Movts: case Action::Movfs: case Action::Idle:
    case Action::Bkpt: case Action::Mbkpt: case Action::Rti: case Action::Swi: case Action::Trap: case Action::Sync:
    case Action::Wand: case Action::Gie: case Action::Gid: case Action::Unimpl: case Action::Invalid:
      return nullptr;
  }
  // clang-format on
  return nullptr;
}

}  // namespace epysim::epiphany
