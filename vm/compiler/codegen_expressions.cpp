// Expressions: value() leaves exactly one value on the operand stack; branch() leaves none.

#include "vm/compiler/generator.h"

namespace epysim::compiler {

namespace {

constexpr size_t kMaximumElements = 200;
constexpr size_t kMaximumIndexes = 32;

Op comparison(Operator op) {
  switch (op) {
    case Operator::kEq:
      return Op::EQ;
    case Operator::kNe:
      return Op::NE;
    case Operator::kLt:
      return Op::LT;
    case Operator::kLe:
      return Op::LE;
    case Operator::kGt:
      return Op::GT;
    case Operator::kGe:
      return Op::GE;
    case Operator::kIs:
      return Op::IS;
    case Operator::kIsNot:
      return Op::IS_NOT;
    case Operator::kIn:
      return Op::IN;
    default:
      return Op::NOT_IN;
  }
}

// The fused "jump unless"; false for comparisons that have none.
bool fused(Operator op, Op& out) {
  switch (op) {
    case Operator::kEq:
      out = Op::JUMP_UNLESS_EQ;
      return true;
    case Operator::kNe:
      out = Op::JUMP_UNLESS_NE;
      return true;
    case Operator::kLt:
      out = Op::JUMP_UNLESS_LT;
      return true;
    case Operator::kLe:
      out = Op::JUMP_UNLESS_LE;
      return true;
    case Operator::kGt:
      out = Op::JUMP_UNLESS_GT;
      return true;
    case Operator::kGe:
      out = Op::JUMP_UNLESS_GE;
      return true;
    default:
      return false;
  }
}

}  // namespace

Op Generator::arithmetic(Operator op) const {
  switch (op) {
    case Operator::kAdd:
      return Op::ADD;
    case Operator::kSub:
      return Op::SUB;
    case Operator::kMul:
      return Op::MUL;
    case Operator::kDiv:
      return program_.legacy() ? Op::DIV_TRUNC : Op::DIV_TRUE;
    case Operator::kFloorDiv:
      return Op::DIV_FLOOR;
    case Operator::kMod:
      return program_.legacy() ? Op::MOD_TRUNC : Op::MOD_FLOOR;
    default:
      return Op::POW;
  }
}

void Generator::value(const Expr& e) {
  if (const std::optional<Constant> constant = known(e)) return emit_constant(*constant);
  const Position outer = at_;
  if (scope_.expansion == nullptr) at_ = e.position;
  switch (e.kind) {
    case ExprKind::kName:
    case ExprKind::kAttribute:
      name_value(e);
      break;
    case ExprKind::kCall:
      call(e);
      break;
    case ExprKind::kNative:
      native(e);
      break;
    case ExprKind::kIndex:
      index(e);
      break;
    case ExprKind::kSlice: {
      const Position here = at_;
      value(*e.items[0]);
      for (size_t i = 1; i < 3; ++i) {
        if (e.items[i]) {
          value(*e.items[i]);
        } else {
          emit(Op::NONE);
        }
      }
      at_ = here;
      emit(Op::SLICE);
      break;
    }
    case ExprKind::kNegate:
    case ExprKind::kNot:
      value(*e.items[0]);
      emit(e.kind == ExprKind::kNot ? Op::NOT : Op::NEG);
      break;
    case ExprKind::kBinary:
      binary(e);
      break;
    case ExprKind::kCompare:
      if (e.operators.size() == 1) {
        value(*e.items[0]);
        value(*e.items[1]);
        emit(comparison(e.operators[0]));
      } else {
        comparison_chain(e, -1);
      }
      break;
    case ExprKind::kAnd:
    case ExprKind::kOr:
      short_circuit(e);
      break;
    case ExprKind::kConditional: {
      const int otherwise = new_label();
      const int end = new_label();
      branch(*e.items[0], false, otherwise);
      value(*e.items[1]);
      jump(Op::JUMP, end);
      place(otherwise);
      value(*e.items[2]);
      place(end);
      break;
    }
    case ExprKind::kList:
      list(e);
      break;
    case ExprKind::kStar:
      fail(e.position, "unpacking arguments is not supported", "pass them one by one");
    default:
      break;  // constants were known
  }
  at_ = outer;
}

void Generator::name_value(const Expr& e) {
  const Found f = look_up(e);
  switch (f.kind) {
    case Found::Kind::kVariable:
      return load(f.variable);
    case Found::Kind::kFunction:
      if (!f.function->tree->parameters.empty() && f.function->tree->parameters.back().rest) {
        fail(e.position, "'" + e.text + "' can only be called, not used as a value", "wrap it in a function of your own");
      }
      emit(Op::FUNCTION)->function = f.function;
      return;
    case Found::Kind::kArgument:
      return argument_value(f.argument);
    case Found::Kind::kModule:
      fail(e.position, "'" + e.text + "' is a module and has no value", "name one of its functions: " + e.text + ".NAME");
    case Found::Kind::kBuiltin:
      fail(e.position, "'" + e.text + "' can only be called, not used as a value", "wrap it in a function of your own");
    case Found::Kind::kNothing:
      break;
  }
  if (e.kind == ExprKind::kName) reject_name(e);
  if (e.items[0]->kind == ExprKind::kName && look_up(e.items[0]->text).kind == Found::Kind::kNothing) reject_name(*e.items[0]);
  fail(e.position, "values have no attributes: '." + e.text + "'", "only modules have names behind a dot");
}

void Generator::binary(const Expr& e) {
  const Position here = at_;
  value(*e.items[0]);
  value(*e.items[1]);
  at_ = here;
  const bool repeats = e.operators[0] == Operator::kMul && e.items[0]->kind == ExprKind::kList;
  emit(repeats ? Op::REPEAT : arithmetic(e.operators[0]));
}

// A constant or a variable.
bool Generator::is_plain(const Expr& e) const {
  return known(e) || (e.kind == ExprKind::kName && look_up(e.text).kind == Found::Kind::kVariable);
}

// Can be evaluated twice: a constant, or a variable that no call in between can change.
bool Generator::is_simple(const Expr& e) const { return is_plain(e) && (known(e) || look_up(e.text).variable->owner != nullptr); }

// a < b < c. With a label: jumps there when false, leaves nothing. Without: leaves the value.
void Generator::comparison_chain(const Expr& e, int false_label) {
  const int before = hidden_;
  const int end = false_label >= 0 ? false_label : new_label();
  const Position here = at_;
  value(*e.items[0]);
  for (size_t i = 0; i < e.operators.size(); ++i) {
    const Expr& right = *e.items[i + 1];
    const bool last = i + 1 == e.operators.size();
    value(right);
    at_ = here;
    int kept = -1;
    if (!last && !is_simple(right)) {
      kept = take_hidden(1);
      store_hidden(kept);
      load_hidden(kept);
    }
    Op op;
    if (false_label >= 0 && fused(e.operators[i], op)) {
      jump(op, end);
    } else {
      emit(comparison(e.operators[i]));
      if (false_label >= 0) {
        jump(Op::JUMP_UNLESS, end);
      } else if (!last) {
        jump(Op::AND, end);
      }
    }
    if (last) break;
    if (kept >= 0) {
      load_hidden(kept);
    } else {
      value(right);
    }
  }
  if (false_label < 0) place(end);
  hidden_ = before;
}

void Generator::short_circuit(const Expr& e) {
  const int end = new_label();
  for (size_t i = 0; i < e.items.size(); ++i) {
    value(*e.items[i]);
    if (i + 1 < e.items.size()) jump(e.kind == ExprKind::kAnd ? Op::AND : Op::OR, end);
  }
  place(end);
}

void Generator::index(const Expr& e) {
  std::vector<const Expr*> indexes;
  const Expr* base = &e;
  for (; base->kind == ExprKind::kIndex; base = base->items[0].get()) indexes.insert(indexes.begin(), base->items[1].get());
  if (indexes.size() > kMaximumIndexes) fail(e.position, "more than 32 indexes", "use an inner list in a variable of its own");
  const Position here = at_;
  value(*base);
  for (const Expr* i : indexes) value(*i);
  at_ = here;
  if (indexes.size() == 1) {
    emit(Op::INDEX);
  } else {
    emit_count(Op::INDEX_N, indexes.size());
  }
}

void Generator::list(const Expr& e) {
  if (e.items.size() > kMaximumElements) {
    fail(e.position, "a list of more than 200 elements cannot be written out", "build it in a loop, or pass it to a kernel");
  }
  for (const auto& item : e.items) value(*item);
  emit_count(Op::LIST, e.items.size());
}

// Jumps when the condition's truth is `when`.
void Generator::branch(const Expr& e, bool when, int label) {
  if (const std::optional<Constant> constant = known(e)) {
    if (truth(*constant) == when) jump(Op::JUMP, label);
    return;
  }
  const bool conjunction = e.kind == ExprKind::kAnd;
  if (conjunction || e.kind == ExprKind::kOr) {
    // `and` is decided by the first false, `or` by the first true.
    if (conjunction != when) {
      for (const auto& item : e.items) branch(*item, when, label);
      return;
    }
    const int decided = new_label();
    for (size_t i = 0; i + 1 < e.items.size(); ++i) branch(*e.items[i], !when, decided);
    branch(*e.items.back(), when, label);
    place(decided);
    return;
  }
  if (e.kind == ExprKind::kNot) return branch(*e.items[0], !when, label);
  if (e.kind == ExprKind::kCompare) {
    if (e.operators.size() > 1 && !when) return comparison_chain(e, label);
    Operator op = e.operators[0];
    // Jump if equal is jump unless unequal, and the other way round; order has no such opposite (not-a-number).
    if (when && op == Operator::kEq) {
      op = Operator::kNe;
    } else if (when && op == Operator::kNe) {
      op = Operator::kEq;
    }
    const bool inverted = op != e.operators[0];
    Op jump_op;
    if (e.operators.size() == 1 && fused(op, jump_op) && (!when || inverted)) {
      const Position outer = at_;
      if (scope_.expansion == nullptr) at_ = e.position;
      value(*e.items[0]);
      value(*e.items[1]);
      jump(jump_op, label);
      at_ = outer;
      return;
    }
  }
  value(e);
  jump(when ? Op::JUMP_IF : Op::JUMP_UNLESS, label);
}

}  // namespace epysim::compiler
