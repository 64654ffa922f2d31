// Constant folding.

#include "vm/compiler/fold.h"

#include <cmath>
#include <limits>

namespace epysim::compiler {

namespace {

using Kind = Constant::Kind;
using Folded = std::optional<Constant>;

Constant make_int(int64_t value) {
  Constant c;
  c.kind = Kind::kInt;
  c.integer = static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint64_t>(value)));
  return c;
}
Constant make_bool(bool value) {
  Constant c;
  c.kind = Kind::kBool;
  c.integer = value ? 1 : 0;
  return c;
}
Constant make_string(std::string text) {
  Constant c;
  c.kind = Kind::kString;
  c.text = std::move(text);
  return c;
}

// A core flushes subnormal numbers to zero and has no use for folded infinities: leave those to run time.
Folded make_real(float value) {
  if (value != 0 && !std::isnormal(value)) return std::nullopt;
  Constant c;
  c.kind = Kind::kReal;
  c.real = value;
  return c;
}

bool is_whole(const Constant& c) { return c.kind == Kind::kInt || c.kind == Kind::kBool; }
bool is_number(const Constant& c) { return is_whole(c) || c.kind == Kind::kReal; }
float as_real(const Constant& c) { return c.kind == Kind::kReal ? c.real : static_cast<float>(c.integer); }

Folded fold_whole(Operator op, int64_t a, int64_t b, bool legacy) {
  switch (op) {
    case Operator::kAdd:
      return make_int(a + b);
    case Operator::kSub:
      return make_int(a - b);
    case Operator::kMul:
      return make_int(a * b);
    case Operator::kDiv:
      if (b == 0) return std::nullopt;
      if (legacy) return make_int(a / b);
      if (a % b != 0 || std::llabs(a / b) > (1 << 24)) return std::nullopt;
      return make_real(a == 0 && b < 0 ? -0.0f : static_cast<float>(a / b));  // NOLINT(bugprone-integer-division): nothing is left over
    case Operator::kFloorDiv:
      if (b == 0) return std::nullopt;
      return make_int(a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0));
    case Operator::kMod: {
      if (b == 0) return std::nullopt;
      const int64_t rest = a % b;
      return make_int(!legacy && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
    }
    case Operator::kPow: {
      if (b < 0 || b > 64) return std::nullopt;
      uint32_t power = 1;
      for (int64_t i = 0; i < b; ++i) power *= static_cast<uint32_t>(a);
      return make_int(static_cast<int32_t>(power));
    }
    default:
      return std::nullopt;
  }
}

Folded fold_real(Operator op, float a, float b) {
  switch (op) {
    case Operator::kAdd:
      return make_real(a + b);
    case Operator::kSub:
      return make_real(a - b);
    case Operator::kMul:
      return make_real(a * b);
    case Operator::kDiv: {
      if (b == 0) return std::nullopt;
      const float quotient = a / b;
      if (static_cast<double>(quotient) * static_cast<double>(b) != static_cast<double>(a)) return std::nullopt;
      return make_real(quotient);
    }
    default:
      return std::nullopt;
  }
}

Folded fold_binary(Operator op, const Constant& a, const Constant& b, bool legacy) {
  if (op == Operator::kAdd && (a.kind == Kind::kString || b.kind == Kind::kString)) {
    const auto text = [](const Constant& c) { return c.kind == Kind::kString ? c.text : std::to_string(c.integer); };
    const auto joins = [](const Constant& c) { return c.kind == Kind::kString || c.kind == Kind::kInt; };
    if (!joins(a) || !joins(b)) return std::nullopt;
    return make_string(text(a) + text(b));
  }
  if (!is_number(a) || !is_number(b)) return std::nullopt;
  if (is_whole(a) && is_whole(b)) return fold_whole(op, a.integer, b.integer, legacy);
  return fold_real(op, as_real(a), as_real(b));
}

Folded fold_compare(Operator op, const Constant& a, const Constant& b) {
  const bool equality = op == Operator::kEq || op == Operator::kNe;
  if (op == Operator::kIs || op == Operator::kIsNot) {
    if (a.kind != Kind::kNone && b.kind != Kind::kNone) return std::nullopt;
    return make_bool((a.kind == b.kind) == (op == Operator::kIs));
  }
  if (is_number(a) && is_number(b)) {
    const bool whole = is_whole(a) && is_whole(b);
    const int order = whole ? (a.integer > b.integer) - (a.integer < b.integer) : (as_real(a) > as_real(b)) - (as_real(a) < as_real(b));
    switch (op) {
      case Operator::kEq:
        return make_bool(order == 0);
      case Operator::kNe:
        return make_bool(order != 0);
      case Operator::kLt:
        return make_bool(order < 0);
      case Operator::kLe:
        return make_bool(order <= 0);
      case Operator::kGt:
        return make_bool(order > 0);
      case Operator::kGe:
        return make_bool(order >= 0);
      default:
        return std::nullopt;
    }
  }
  if (!equality) return std::nullopt;
  const bool equal = a.kind == b.kind && (a.kind != Kind::kString || a.text == b.text);
  return make_bool(equal == (op == Operator::kEq));
}

}  // namespace

bool truth(const Constant& value) {
  switch (value.kind) {
    case Kind::kInt:
    case Kind::kBool:
      return value.integer != 0;
    case Kind::kReal:
      return value.real != 0;
    case Kind::kString:
      return !value.text.empty();
    case Kind::kNone:
      return false;
  }
  return false;
}

std::optional<Constant> fold(const Expr& e, Dialect dialect, const NameValue& names) {
  const auto item = [&](size_t i) { return fold(*e.items[i], dialect, names); };
  switch (e.kind) {
    case ExprKind::kInt:
      return make_int(e.integer);
    case ExprKind::kReal: {
      Constant c;
      c.kind = Kind::kReal;
      c.real = e.real;
      return c;
    }
    case ExprKind::kString:
      return make_string(e.text);
    case ExprKind::kTrue:
      return make_bool(true);
    case ExprKind::kFalse:
      return make_bool(false);
    case ExprKind::kNone:
      return Constant{};
    case ExprKind::kName:
    case ExprKind::kAttribute:
      return names(e);
    case ExprKind::kNegate: {
      const Folded a = item(0);
      if (!a || !is_number(*a)) return std::nullopt;
      return is_whole(*a) ? make_int(-static_cast<int64_t>(a->integer)) : make_real(-a->real);
    }
    case ExprKind::kNot: {
      const Folded a = item(0);
      if (!a) return std::nullopt;
      return make_bool(!truth(*a));
    }
    case ExprKind::kBinary: {
      const Folded a = item(0);
      if (!a) return std::nullopt;
      const Folded b = item(1);
      if (!b) return std::nullopt;
      return fold_binary(e.operators[0], *a, *b, dialect == Dialect::kLegacy);
    }
    case ExprKind::kCompare: {
      Folded left = item(0);
      Folded result;
      for (size_t i = 0; i < e.operators.size(); ++i) {
        Folded right = item(i + 1);
        if (!left || !right) return std::nullopt;
        result = fold_compare(e.operators[i], *left, *right);
        if (!result || !truth(*result)) return result;
        left = std::move(right);
      }
      return result;
    }
    case ExprKind::kAnd:
    case ExprKind::kOr: {
      Folded value;
      for (size_t i = 0; i < e.items.size(); ++i) {
        value = item(i);
        if (!value || truth(*value) == (e.kind == ExprKind::kOr)) return value;
      }
      return value;
    }
    case ExprKind::kConditional: {
      const Folded test = item(0);
      if (!test) return std::nullopt;
      return item(truth(*test) ? 1 : 2);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace epysim::compiler
