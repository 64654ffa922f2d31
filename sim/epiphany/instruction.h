#pragma once
// One decoded Epiphany instruction: everything that executing, timing and listing it needs, so that the encoding is
// looked at once. The table that it comes from is instructions.def.

#include <cstddef>
#include <cstdint>
#include <string_view>

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
// clang-format off
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
// clang-format on

/// Where the operands of an encoding are. Register fields are rd [15:13], rn [12:10], rm [9:7], and their upper three bits in
/// a 32-bit form are [31:29], [28:26], [25:23].
// clang-format off
enum class Format : std::uint8_t {
  None,
  Branch8, Branch24,              // distance in half words: [15:8], [31:8]
  Rn, RdRn, RdRnRm,
  RdRnSimm3, RdRnSimm11,          // signed: [9:7]; in 32-bit forms [23:16] above [9:7]
  RdRnShift,                      // [9:5]
  RdImm8, RdImm16,                // [12:5]; in 32-bit forms [27:20] above [12:5]
  Displacement3, Displacement11,  // rd, rn and a magnitude at the place of the signed immediates; bit 24 is its sign
  PostImmediate,                  // the fields of Displacement11
  Index, PostRegister,            // rd, rn, rm; bit 20 subtracts
  Special,                        // rd; the special register's number is in the field rn, its group in [21:20]
  Number                          // of SWI and TRAP: [15:10]
};
// clang-format on

/// How a load or store forms its address.
enum class Addressing : std::uint8_t { Displacement, Index, PostmodifyRegister, PostmodifyImmediate };

/// Special register file group and number, as MOVTS and MOVFS encode it: index = group * 64 + number.
using SpecialRegister = std::uint8_t;

struct Instruction {
  Op op = Op::invalid;
  Action action = Action::Invalid;
  Unit unit = Unit::Control;
  std::uint8_t bytes = 2;       // 2 or 4
  std::uint8_t rd = 0;          // destination (or the data register of a store)
  std::uint8_t rn = 0;          // first source (or the base register)
  std::uint8_t rm = 0;          // second source (or the index register)
  std::uint8_t condition = 14;  // of Branch and MovCond, as condition_holds() takes it; 14 = always
  std::uint8_t size = 2;        // log2 of the access size of a load or store
  Addressing addressing = Addressing::Displacement;
  bool immediate = false;       // the second operand is `imm`, not rm
  bool subtract = false;        // index or post-modify with a minus sign (immediates carry their sign in `imm`)
  SpecialRegister special = 0;  // of Movts and Movfs
  std::int32_t imm = 0;         // sign- or zero-extended as the instruction wants it; a branch distance is in bytes; a
                                // load/store displacement is in bytes too, with its sign; SWI or TRAP number
  std::uint32_t raw = 0;        // the encoding, upper half zero for a 16-bit form
  std::uint64_t reads = 0;      // one bit per general register
  std::uint64_t writes = 0;     // one bit per general register (base update included); the double-word pair of rd is
                                // (rd & ~1, rd | 1)
};

/// One line of instructions.def.
struct OpInfo {
  Op op;
  std::string_view name;  // as in enum Op
  std::string_view text;  // listing template, see disassemble.cpp
  std::uint32_t match;
  std::uint32_t mask;
  Format format;
  Action action;
  Unit unit;
  std::uint32_t flags_read;     // STATUS bits whose value matters to the instruction
  std::uint32_t flags_written;  // STATUS bits that it may change
};

/// The table's line for an op; for Op::invalid a line that no word matches.
const OpInfo& info(Op op);

inline constexpr std::size_t kOpCount = static_cast<std::size_t>(Op::invalid);  // real instructions: the ops below this number

/// Length in bytes of whatever starts with this half word, instruction or not: the low four bits alone decide.
constexpr std::uint8_t length_in_bytes(std::uint32_t word) { return ((0xbb00u >> (word & 15u)) & 1u) != 0 ? 4 : 2; }

/// Decodes the instruction whose first two bytes are the low half of `word`. Words that are no instruction decode to Op::invalid
/// with the length that the hardware would take from their low nibble.
Instruction decode(std::uint32_t word);

}  // namespace epysim::epiphany
