#pragma once
// An instruction prepared for execution: what decode() found, the function that computes it, and how it takes part in issue.

#include <cstdint>

#include "sim/epiphany/instruction.h"
#include "sim/epiphany/semantics.h"

namespace epysim::epiphany {

/// What the engine does with an instruction.
enum class Kind : std::uint8_t {
  Empty = 0,  // nothing decoded here
  // the integer actions of which programs consist; the engine has them inline
  Add,
  AddImmediate,
  Sub,
  SubImmediate,
  And,
  AndImmediate,
  Orr,
  OrrImmediate,
  Eor,
  EorImmediate,
  Asr,
  AsrImmediate,
  Lsr,
  LsrImmediate,
  Lsl,
  LslImmediate,
  Mov,
  MovImmediate,
  Movt,
  Integer,              // the others
  IntegerOnFloatFlags,  // MOV<float condition>
  Float,
  Condition,  // B<integer condition>, B
  Branch,
  BranchOnFloatFlags,
  LoadWord,  // by displacement or index
  LoadWordIndexed,
  Load,  // all others
  StoreWord,
  StoreWordIndexed,
  Store,
  Nop,
  System,  // everything that reaches beyond registers and memory
  End      // behind the last slot of a run of slots
};

constexpr bool is_load(Kind kind) { return kind == Kind::LoadWord || kind == Kind::LoadWordIndexed || kind == Kind::Load; }
constexpr bool is_store(Kind kind) { return kind == Kind::StoreWord || kind == Kind::StoreWordIndexed || kind == Kind::Store; }

/// Sets all integer flags, and does nothing else but compute a register.
constexpr bool sets_flags(Kind kind) { return kind >= Kind::Add && kind <= Kind::LslImmediate; }

struct Decoded {
  Semantics execute = nullptr;  // of Integer, Float, Branch
  std::uint64_t hazards = 0;    // registers read or written
  Instruction insn;
  Kind kind = Kind::Empty;
  bool new_line : 1 = false;        // in local memory: its last byte is the first that is needed of a fetch line
  bool observed : 1 = false;        // somebody wants to know when it is executed
  std::uint16_t next = 0;           // bytes from this slot to the next instruction's, where there is one slot per half-word
  std::uint32_t outside_local = 0;  // of loads and stores: address bits that are zero in an aligned local access

  static Decoded end() {
    Decoded d;
    d.kind = Kind::End;
    return d;
  }
  bool empty() const { return kind == Kind::Empty; }
  void drop() { kind = Kind::Empty; }
  unsigned length() const { return insn.bytes; }
};

/// Decodes and prepares the instruction at the start of `word`. `local_bytes`: size of the local memory, a power of two.
Decoded prepare(std::uint32_t word, std::uint32_t local_bytes);

}  // namespace epysim::epiphany
