#pragma once
// What an instruction of RV32IM is: the table's line, and a word taken apart.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/picorv32/options.h"

namespace epysim::picorv32 {

enum class Op : std::uint8_t {
#define PICORV32_INSN(op, ...) op,
#define PICORV32_ALIAS(...)
#include "sim/picorv32/instructions.def"
#undef PICORV32_INSN
#undef PICORV32_ALIAS
  invalid
};

/// What it computes or does; with two registers or with an immediate, it is the same.
enum class Action : std::uint8_t {
  Nothing,
  Add,
  AddToPc,
  Subtract,
  And,
  Or,
  Xor,
  Equal,
  NotEqual,
  Less,
  LessUnsigned,
  GreaterOrEqual,
  GreaterOrEqualUnsigned,  // also the conditions of branches
  ShiftLeft,
  ShiftRight,
  ShiftRightSigned,
  Multiply,
  MultiplyHigh,
  MultiplyHighMixed,
  MultiplyHighUnsigned,
  Divide,
  DivideUnsigned,
  Remainder,
  RemainderUnsigned,
  Jump,
  Access,
  Call,
  Break,
  ReadCycle,
  ReadCycleHigh,
  ReadInstructions,
  ReadInstructionsHigh,
  GetQ,
  SetQ,
  Return,
  Mask,
  Wait,
  Invalid
};

/// What it keeps busy; the price list is pipeline.cpp's, and the core executes by it.
enum class Unit : std::uint8_t { Alu, Shift, Multiply, MultiplyHigh, Divide, Jump, JumpRegister, Branch, Load, Store, System, Count };

/// Where the operands are, besides the registers rd [11:7], rs1 [19:15] and rs2 [24:20].
enum class Form : std::uint8_t {
  None,
  Registers,  // rd, rs1, rs2
  Register,   // rd
  Immediate,  // rd, rs1, imm [31:20]
  Shift,      // rd, rs1, imm [24:20]
  Store,      // rs1, rs2, imm [31:25][11:7]
  Branch,     // rs1, rs2, distance [31][7][30:25][11:8], a multiple of 2
  Upper,      // rd, imm [31:12] in its place
  Jump,       // rd, distance [31][19:12][20][30:21], a multiple of 2
  Fence       // what is ordered: before [27:24], behind [23:20]
};

struct Instruction {
  Op op = Op::invalid;
  Action action = Action::Invalid;
  Unit unit = Unit::Alu;
  Option option = Option::Always;
  std::uint8_t rd = 0, rs1 = 0, rs2 = 0;
  std::uint8_t size = 2;       // log2 of the access size of a load or store
  bool is_signed = false;      // of a load
  bool two_registers = false;  // computes, compares or stores rs2
  std::int32_t imm = 0;
  std::uint32_t raw = 0;
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
};

/// The table's line for an op; for Op::invalid a line that no word matches.
const OpInfo& info(Op op);

inline constexpr std::size_t kOpCount = static_cast<std::size_t>(Op::invalid);  // real instructions: the ops below this number

Instruction decode(std::uint32_t word);

}  // namespace epysim::picorv32
