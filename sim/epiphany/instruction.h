#pragma once
// One decoded Epiphany instruction: everything that executing, timing and listing it needs, so that the encoding is
// looked at once. The table that it comes from is instructions.def.

#include <cstdint>

namespace epysim::epiphany {

/// Issue class ("Epiphany Architecture Reference", pairing table): which of the core's units executes it.
enum class Unit : std::uint8_t { Ialu, Fpu, LoadStore, Control };

enum class Op : std::uint16_t {
#define EPIPHANY_INSN(name, ...) name,
#include "sim/epiphany/instructions.def"
#undef EPIPHANY_INSN
  invalid,  // no instruction: raises "unimplemented"
  Count
};

/// What an Op does, independent of the encoding it came in (16- and 32-bit forms of one operation share it). Semantics and
/// timing switch on this, the disassembler on Op.
enum class Action : std::uint8_t {
  // IALU
  Add, Sub, And, Orr, Eor, Asr, Lsr, Lsl, Bitr, Mov, Movt, MovCond,
  // FPU, or IALU2 when CONFIG.ARITHMODE says so
  Fadd, Fsub, Fmul, Fmadd, Fmsub, Float, Fix, Fabs,
  // load/store
  Load, Store, Testset,
  // control
  Branch, BranchLink, Jump, JumpLink, Movts, Movfs,
  Nop, Idle, Bkpt, Mbkpt, Rti, Swi, Trap, Sync, Wand, Gie, Gid, Unimpl,
  Invalid
};

/// How a load or store forms its address.
enum class Addressing : std::uint8_t { Displacement, Index, PostmodifyRegister, PostmodifyImmediate };

/// Special register file group and number, as MOVTS and MOVFS encode it: index = group * 64 + number.
using SpecialRegister = std::uint8_t;

struct Instruction {
  Op op = Op::invalid;
  Action action = Action::Invalid;
  Unit unit = Unit::Control;
  std::uint8_t bytes = 2;         // 2 or 4
  std::uint8_t rd = 0;            // destination (or the data register of a store)
  std::uint8_t rn = 0;            // first source (or the base register)
  std::uint8_t rm = 0;            // second source (or the index register)
  std::uint8_t condition = 14;    // of Branch and MovCond, 3.4 of the instruction reference; 14 = always
  std::uint8_t size = 2;          // log2 of the access size of a load or store
  Addressing addressing = Addressing::Displacement;
  bool immediate = false;         // the second operand is `imm`, not rm
  bool subtract = false;          // index or post-modify with a minus sign (immediates carry their sign in `imm`)
  SpecialRegister special = 0;    // of Movts and Movfs
  std::int32_t imm = 0;           // sign- or zero-extended as the instruction wants it; a branch distance is in bytes; a
                                  // load/store displacement is in bytes too; trap number
  std::uint32_t raw = 0;          // the encoding, upper half zero for a 16-bit form
  std::uint64_t reads = 0;        // one bit per general register
  std::uint64_t writes = 0;       // one bit per general register (base update included)
};

/// Decodes the instruction whose first two bytes are the low half of `word`. Words that are no instruction decode to Op::invalid
/// with the length that the hardware would take from their low nibble.
Instruction decode(std::uint32_t word);

}  // namespace epysim::epiphany
