// Tables generated from vm/format/*.def.

#include "vm/compiler/opcodes.h"

#include <array>
#include <iterator>

namespace epysim::compiler {

namespace {

struct Entry {
  Op op;
  OpInfo info;
};

constexpr Entry kEntries[] = {
#define OPCODE(name, operands, effect) {Op::name, {#name, Operands::operands, effect, 1}},
#define OPCODE_RANGE(name, count, effect) {Op::name, {#name, Operands::none, effect, count}},
#include "vm/format/opcodes.def"
#undef OPCODE
#undef OPCODE_RANGE
};

constexpr auto kByByte = [] {
  std::array<uint8_t, 256> table{};
  for (auto& t : table) t = 0xff;
  for (unsigned e = 0; e < std::size(kEntries); ++e) {
    for (unsigned i = 0; i < kEntries[e].info.range; ++i) table[static_cast<unsigned>(kEntries[e].op) + i] = static_cast<uint8_t>(e);
  }
  return table;
}();

constexpr NativeInfo kNatives[] = {
#define VARIADIC kVariadic
#define NATIVE(id, name, arguments, summary) {#name, arguments, id},
#include "vm/format/natives.def"
#undef NATIVE
#undef VARIADIC
};

// Values named in one side of an effect.
int count_values(std::string_view side, int n) {
  int count = 0;
  bool repeated = false;
  for (size_t i = 0; i < side.size();) {
    if (side[i] == ' ') {
      ++i;
      continue;
    }
    size_t end = side.find(' ', i);
    if (end == std::string_view::npos) end = side.size();
    if (side.substr(i, end - i) == "..") {
      repeated = true;
    } else {
      ++count;
    }
    i = end;
  }
  return repeated ? count - 2 + n : count;
}

}  // namespace

const OpInfo* op_info(uint8_t byte) { return kByByte[byte] == 0xff ? nullptr : &kEntries[kByByte[byte]].info; }

Op op_of(uint8_t byte) { return kEntries[kByByte[byte]].op; }

unsigned op_bytes(Operands operands) {
  switch (operands) {
    case Operands::none:
      return 1;
    case Operands::u8:
    case Operands::s8:
    case Operands::j8:
    case Operands::pair:
      return 2;
    case Operands::j16:
    case Operands::u8u8:
    case Operands::u8s8:
    case Operands::u8j8:
      return 3;
    case Operands::u8j16:
    case Operands::u8u8b8:
      return 4;
  }
  return 1;
}

StackEffect stack_effect(Op op, int n) {
  const std::string_view effect = op_info(static_cast<uint8_t>(op))->effect;
  const size_t arrow = effect.find("--");
  const std::string_view before = effect.substr(0, arrow);
  std::string_view after = effect.substr(arrow + 2);
  const size_t bar = after.find('|');
  const std::string_view falling = after.substr(0, bar);
  const std::string_view jumping = bar == std::string_view::npos ? falling : after.substr(bar + 1);
  return {count_values(before, n), count_values(falling, n), count_values(jumping, n)};
}

const NativeInfo* find_native(std::string_view name) {
  for (const NativeInfo& native : kNatives) {
    if (native.name == name) return &native;
  }
  return nullptr;
}

const NativeInfo* find_native(uint8_t id) {
  for (const NativeInfo& native : kNatives) {
    if (native.id == id) return &native;
  }
  return nullptr;
}

}  // namespace epysim::compiler
