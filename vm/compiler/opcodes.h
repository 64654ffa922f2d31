#pragma once
// The byte code and the native calls as C++ sees them, generated from vm/format/*.def.

#include <cstdint>
#include <string>
#include <string_view>

namespace epysim::compiler {

enum class Op : uint8_t {
#define OPCODE(name, operands, effect) name,
#define OPCODE_RANGE(name, count, effect) name, name##_LAST = name + (count)-1,
#include "vm/format/opcodes.def"
#undef OPCODE
#undef OPCODE_RANGE
};

/// What follows the opcode byte (vm/format/opcodes.def).
enum class Operands : uint8_t { none, u8, s8, j8, j16, u8u8, u8s8, u8j8, u8j16, u8u8b8, pair };

struct OpInfo {
  std::string_view name;
  Operands operands;
  std::string_view effect;
  uint8_t range;  ///< of LOAD_0 and the like: how many opcodes fold their operand; else 1
};

/// The entry of an opcode byte; nullptr when no instruction has it. For a byte within a range: the range's first opcode.
const OpInfo* op_info(uint8_t byte);
/// The opcode that `byte` belongs to (the first of a range). Only for bytes that op_info() knows.
Op op_of(uint8_t byte);
/// Bytes of an instruction without prefix.
unsigned op_bytes(Operands operands);

/// Operand stack effect of an instruction whose count operand is `n`.
struct StackEffect {
  int pops, pushes, pushes_when_jumping;
};
StackEffect stack_effect(Op op, int n);

struct NativeInfo {
  std::string_view name;
  int arguments;  ///< kVariadic, or their number
  uint8_t id;
};
constexpr int kVariadic = -1;

const NativeInfo* find_native(std::string_view name);
const NativeInfo* find_native(uint8_t id);

}  // namespace epysim::compiler
