#pragma once
// One decoded MicroBlaze instruction: everything that executing, timing and listing it needs, so that the encoding is looked at once. The
// table that it comes from is instructions.def.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace epysim::microblaze {

enum class Op : std::uint8_t {
#define MICROBLAZE_INSN(name, ...) name,
#include "sim/microblaze/instructions.def"
#undef MICROBLAZE_INSN
  invalid,  // no instruction
  Count
};

// Actions from registers to register, each with its function in operations.h.
// clang-format off
#define MICROBLAZE_INTEGER_ACTIONS(X)                                                                                       \
  X(Add, add) X(Rsub, rsub) X(Addc, addc) X(Rsubc, rsubc) X(Addk, addk) X(Rsubk, rsubk) X(Addkc, addkc) X(Rsubkc, rsubkc)   \
  X(Cmp, cmp) X(Cmpu, cmpu) X(Mul, mul) X(Mulh, mulh) X(Mulhsu, mulhsu) X(Mulhu, mulhu)                                     \
  X(Bsrl, bsrl) X(Bsra, bsra) X(Bsll, bsll) X(Bsefi, bsefi) X(Bsifi, bsifi)                                                 \
  X(Or, or_) X(And, and_) X(Xor, xor_) X(Andn, andn) X(Pcmpbf, pcmpbf) X(Pcmpeq, pcmpeq) X(Pcmpne, pcmpne)                  \
  X(Sra, sra) X(Src, src) X(Srl, srl) X(Sext8, sext8) X(Sext16, sext16) X(Clz, clz) X(Swapb, swapb) X(Swaph, swaph)
#define MICROBLAZE_DIVIDE_ACTIONS(X) X(Idiv, idiv) X(Idivu, idivu)
#define MICROBLAZE_FLOAT_ACTIONS(X) \
  X(Fadd, fadd) X(Frsub, frsub) X(Fmul, fmul) X(Fdiv, fdiv) X(Fcmp, fcmp) X(Flt, flt) X(Fint, fint) X(Fsqrt, fsqrt)
// clang-format on

/// What an Op does, independent of where its second operand comes from. Semantics switch on this, the disassembler on Op.
// clang-format off
enum class Action : std::uint8_t {
#define X(action, function) action,
  MICROBLAZE_INTEGER_ACTIONS(X)
  MICROBLAZE_DIVIDE_ACTIONS(X)
  MICROBLAZE_FLOAT_ACTIONS(X)
#undef X
  // the others are the core's
  CacheLine, Mfs, Mts, Msrset, Msrclr,
  Br, Brk, Bcc, Rtsd, Rtid, Rtbd, Rted,
  Imm, Mbar,
  Load, Store,
  Get, Put,
  Invalid
};
// clang-format on

/// What an instruction occupies, and so what it costs (pipeline.cpp).
// clang-format off
enum class Unit : std::uint8_t {
  Alu, Multiply, Divide, Barrel,
  FloatAdd,  // multiplication as well
  FloatDivide, FloatCompare, FloatFromInt, FloatToInt, FloatRoot,
  Load, Store, Branch, Break, MoveTo, MoveFrom, Stream, Barrier, Cache,
  Count
};
// clang-format on

constexpr bool of_fpu(Unit unit) { return unit >= Unit::FloatAdd && unit <= Unit::FloatRoot; }

/// What a core must have been built with for an instruction to exist.
// clang-format off
enum class Option : std::uint8_t {
  Always, Barrel, Multiplier, Multiplier64, Divider, Fpu, FpuExtended, Pattern, MsrAccess, Reorder, Streams,
  Count
};
// clang-format on

/// Where the operands of an encoding are. Register fields are rd [25:21], ra [20:16], rb [15:11]; Imm is [15:0], signed, and takes its
/// upper half from an IMM instruction before it.
// clang-format off
enum class Form : std::uint8_t {
  None,
  RdRaRb, RdRa, RaRb, RdRb, Rb,
  RdRaImm, RdImm, RaImm, Imm,
  RdRaShift,              // [4:0]
  RdRaField,              // first bit [4:0]; [10:6] is the width of BSEFI, the last bit of BSIFI
  RdImm15,                // [14:0], unsigned
  RdSpecial, SpecialRa,   // special register [13:0]
  Barrier,                // number [25:21]
  RdLink, RaLink, Link    // stream link [3:0]
};
// clang-format on

/// Of Bcc, on rA; the numbers are those of the encoding.
enum class Condition : std::uint8_t { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };

/// Of Fcmp, rB to rA; the numbers are those of the encoding.
enum class FloatCondition : std::uint8_t { Unordered, Less, Equal, LessOrEqual, Greater, NotEqual, GreaterOrEqual };

/// Of Get and Put, the letters of their mnemonics.
namespace stream {
inline constexpr std::uint8_t kException = 1, kAtomic = 2, kTest = 4, kControl = 8, kNonBlocking = 16;
}

struct Instruction {
  Op op = Op::invalid;
  Action action = Action::Invalid;
  Unit unit = Unit::Alu;
  Option option = Option::Always;
  std::uint8_t rd = 0, ra = 0, rb = 0;
  std::uint8_t condition = 0;  // of Bcc and Fcmp
  std::uint8_t size = 2;       // log2 of the access size of a load or store
  std::int8_t width = 0;       // of the field of BSEFI and BSIFI; less than 1 is undefined
  std::uint8_t stream = 0;     // letters of a Get or Put
  bool immediate = false;      // the second operand is `imm`, not rb
  bool takes_prefix = false;   // an IMM before it supplies bits 31:16 of `imm`
  bool delay_slot = false;     // the instruction behind is executed before a branch takes effect
  bool link = false;           // of Br: rd gets its address
  bool absolute = false;       // of Br: the operand is the target, not a distance
  bool reversed = false;       // of a load or store: bytes in the other order
  bool exclusive = false;      // of a load or store: with the reservation
  std::int32_t imm = 0;        // also: shift, first bit, special register, barrier, stream link
  std::uint32_t raw = 0;
  std::uint32_t reads = 0;  // one bit per general register; r0, which is always there, is never among them
  std::uint32_t writes = 0;
};

/// One line of instructions.def.
struct OpInfo {
  Op op;
  std::string_view name;  // as in enum Op
  std::string_view text;  // listing template, see disassemble.cpp
  std::uint32_t match;
  std::uint32_t mask;
  Form form;
  Action action;
  Unit unit;
  Option option;
  std::uint32_t flags_read;     // bits of MSR, and flags::kFsr, whose value matters to the instruction
  std::uint32_t flags_written;  // those that it may change
};

/// Stands for the sticky bits of FSR among bits of MSR.
inline constexpr std::uint32_t kFsrFlags = 1u << 30;

/// The table's line for an op; for Op::invalid a line that no word matches.
const OpInfo& info(Op op);

inline constexpr std::size_t kOpCount = static_cast<std::size_t>(Op::invalid);  // real instructions: the ops below this number

/// Decodes one word, as if no IMM stood before it.
Instruction decode(std::uint32_t word);

/// The instruction behind an IMM: `upper` is the IMM's immediate.
constexpr Instruction with_prefix(Instruction insn, std::uint32_t upper) {
  if (insn.takes_prefix) insn.imm = static_cast<std::int32_t>(upper << 16 | (insn.raw & 0xffffu));
  return insn;
}

}  // namespace epysim::microblaze
