#include "sim/picorv32/semantics.h"

namespace epysim::picorv32 {
namespace {

constexpr std::int32_t as_signed(std::uint32_t value) { return static_cast<std::int32_t>(value); }
constexpr std::int64_t wide(std::uint32_t value) { return as_signed(value); }
constexpr std::uint32_t upper(std::uint64_t product) { return static_cast<std::uint32_t>(product >> 32); }

constexpr std::uint32_t kLeast = 0x80000000;
constexpr bool overflows(std::uint32_t a, std::uint32_t b) { return a == kLeast && b == ~0u; }

std::uint32_t divide(std::uint32_t a, std::uint32_t b) {
  if (b == 0) return ~0u;
  return overflows(a, b) ? a : static_cast<std::uint32_t>(as_signed(a) / as_signed(b));
}

std::uint32_t remainder(std::uint32_t a, std::uint32_t b) {
  if (b == 0) return a;
  return overflows(a, b) ? 0 : static_cast<std::uint32_t>(as_signed(a) % as_signed(b));
}

}  // namespace

std::uint32_t compute(Action action, std::uint32_t a, std::uint32_t b) {
  switch (action) {
    case Action::Add:
    case Action::AddToPc:
      return a + b;
    case Action::Subtract:
      return a - b;
    case Action::And:
      return a & b;
    case Action::Or:
      return a | b;
    case Action::Xor:
      return a ^ b;
    case Action::Equal:
      return a == b ? 1 : 0;
    case Action::NotEqual:
      return a != b ? 1 : 0;
    case Action::Less:
      return as_signed(a) < as_signed(b) ? 1 : 0;
    case Action::LessUnsigned:
      return a < b ? 1 : 0;
    case Action::GreaterOrEqual:
      return as_signed(a) >= as_signed(b) ? 1 : 0;
    case Action::GreaterOrEqualUnsigned:
      return a >= b ? 1 : 0;
    case Action::ShiftLeft:
      return a << (b & 31u);
    case Action::ShiftRight:
      return a >> (b & 31u);
    case Action::ShiftRightSigned:
      return static_cast<std::uint32_t>(as_signed(a) >> (b & 31u));
    case Action::Multiply:
      return a * b;
    case Action::MultiplyHigh:
      return upper(static_cast<std::uint64_t>(wide(a) * wide(b)));
    case Action::MultiplyHighMixed:
      return upper(static_cast<std::uint64_t>(wide(a) * std::int64_t{b}));
    case Action::MultiplyHighUnsigned:
      return upper(std::uint64_t{a} * b);
    case Action::Divide:
      return divide(a, b);
    case Action::DivideUnsigned:
      return b == 0 ? ~0u : a / b;
    case Action::Remainder:
      return remainder(a, b);
    case Action::RemainderUnsigned:
      return b == 0 ? a : a % b;
    default:
      return 0;
  }
}

}  // namespace epysim::picorv32
