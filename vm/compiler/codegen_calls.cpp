// Calls: of functions, of values, of natives, of builtins; and wrappers expanded in place.

#include <algorithm>

#include "sim/core/nearest.h"
#include "vm/compiler/generator.h"

namespace epysim::compiler {

namespace {

// A wrapper that calls a wrapper that ... ; deeper ones are simply called.
constexpr int kMaximumExpansions = 4;

std::string plural(size_t n, const std::string& what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

std::vector<const Expr*> arguments_of(const Expr& e, size_t first) {
  std::vector<const Expr*> out;
  for (size_t i = first; i < e.items.size(); ++i) out.push_back(e.items[i].get());
  return out;
}

}  // namespace

void Generator::call(const Expr& e) {
  const Expr& callee = *e.items[0];
  for (size_t i = 1; i < e.items.size(); ++i) {
    if (e.items[i]->kind == ExprKind::kStar) fail(e.items[i]->position, "unpacking arguments is not supported", "pass them one by one");
  }
  if (callee.kind == ExprKind::kAttribute && method(e)) return;
  const Found f = callee_of(callee);
  if (f.kind == Found::Kind::kFunction) {
    if (!expand(e, *f.function)) call_function(e, *f.function);
  } else if (f.kind == Found::Kind::kBuiltin) {
    builtin(e, f);
  } else {
    call_value(e);
  }
}

// In the legacy dialect `import random` makes both random.random() and random() callable.
Generator::Found Generator::callee_of(const Expr& callee) const {
  Found f = look_up(callee);
  if (!program_.legacy() || f.kind != Found::Kind::kModule || callee.kind != ExprKind::kName) return f;
  std::set<const Module*> seen;
  const std::string key = program_.key(callee.text);
  const Symbol* symbol = scope_.function != nullptr ? find_open(scope_.function->names, key, seen) : nullptr;
  seen.clear();
  if (symbol == nullptr) symbol = find_open(scope_.module->names, key, seen);
  return symbol != nullptr ? found(*symbol) : f;
}

void Generator::call_function(const Expr& e, Function& callee) {
  const size_t given = e.items.size() - 1;
  const auto& parameters = callee.tree->parameters;
  const auto required =
      static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(), [](const Parameter& p) { return !p.standard && !p.rest; }));
  const bool open = !parameters.empty() && parameters.back().rest;
  const std::string name = "'" + callee.tree->name + "'";
  if (given > parameters.size() && !open) {
    fail(e.position, name + " takes at most " + plural(parameters.size(), "argument") + ", " + std::to_string(given) + " given");
  }
  if (given < required) {
    fail(e.position, name + " needs at least " + plural(required, "argument") + ", " + std::to_string(given) + " given",
         "the parameter '" + parameters[given].name + "' is missing");
  }
  const Position here = at_;
  for (const Expr* argument : arguments_of(e, 1)) value(*argument);
  at_ = here;
  if (open) emit_count(Op::LIST, given - required);  // *rest is a list
  Instruction* i = emit(Op::CALL);
  i->function = &callee;
  i->count = static_cast<int32_t>(open ? required + 1 : given);
  take_back(e, callee);
}

void Generator::call_value(const Expr& e) {
  const Expr& callee = *e.items[0];
  if (callee.kind == ExprKind::kName && look_up(callee.text).kind == Found::Kind::kModule) {
    fail(callee.position, "'" + callee.text + "' is a module and cannot be called",
         "name one of its functions: " + callee.text + ".NAME()");
  }
  if (const std::optional<Constant> constant = known(callee)) {
    fail(callee.position, "this is a value, not a function", callee.kind == ExprKind::kInt ? "" : "write it without the brackets");
  }
  const Position here = at_;
  value(callee);
  for (const Expr* argument : arguments_of(e, 1)) value(*argument);
  at_ = here;
  emit_count(Op::CALL_VALUE, e.items.size() - 1);
  take_back_of_value(e);
}

// list.append(value) and list.extend(values), the two methods; false when the dot belongs to a module.
bool Generator::method(const Expr& e) {
  const Expr& callee = *e.items[0];
  const Expr& object = *callee.items[0];
  if (object.kind == ExprKind::kName) {
    const Found owner = look_up(object.text);
    if (owner.kind == Found::Kind::kModule) return false;
    if (owner.kind == Found::Kind::kNothing) reject_name(object);
  }
  if (callee.text != "append" && callee.text != "extend") {
    fail(callee.position, "values have no method '" + callee.text + "'", "lists have append and extend; use functions otherwise");
  }
  if (program_.legacy()) {
    fail(callee.position, callee.text + " is not part of the legacy dialect",
         "assign the element behind the end: a[len(a)] = value; or make the first line # epython: modern");
  }
  if (e.items.size() != 2) fail(callee.position, callee.text + " takes 1 argument, " + std::to_string(e.items.size() - 1) + " given");
  if (callee.text == "append") {
    native_call(*find_native(std::string_view("append")), {&object, e.items[1].get()}, callee.position, "append");
  } else {
    extend(object, *e.items[1]);
  }
  return true;
}

// Appends as many elements as there are before, so that a list can extend itself.
void Generator::extend(const Expr& list, const Expr& more) {
  const auto native = [&](std::string_view name) { emit(Op::NATIVE)->value = find_native(name)->id; };
  const int before = hidden_;
  const int target = take_hidden(4);
  const int source = target + 1;
  const int length = target + 2;
  const int next = target + 3;
  value(list);
  store_hidden(target);
  value(more);
  store_hidden(source);
  load_hidden(source);
  native("len");
  store_hidden(length);
  emit_int(0);
  store_hidden(next);
  const int top = new_label();
  const int done = new_label();
  place(top);
  load_hidden(next);
  load_hidden(length);
  jump(Op::JUMP_UNLESS_LT, done);
  load_hidden(target);
  load_hidden(source);
  load_hidden(next);
  emit(Op::INDEX);
  native("append");
  emit(Op::POP);
  load_hidden(next);
  emit_int(1);
  emit(Op::ADD);
  store_hidden(next);
  jump(Op::JUMP, top);
  place(done);
  emit(Op::NONE);
  hidden_ = before;
}

void Generator::native(const Expr& e) {
  const std::string prefix = "rtl_";
  const std::string name = e.text.rfind(prefix, 0) == 0 ? e.text.substr(prefix.size()) : e.text;
  const NativeInfo* info = find_native(std::string_view(name));
  if (info == nullptr) {
    std::vector<std::string> all;
    for (unsigned id = 0; id < 256; ++id) {
      if (const NativeInfo* other = find_native(static_cast<uint8_t>(id))) all.push_back(prefix + std::string(other->name));
    }
    const std::string near = core::nearest(e.text, all);
    fail(e.position, "there is no native call '" + e.text + "'", near.empty() ? "" : "did you mean '" + near + "'?");
  }
  std::vector<const Expr*> arguments;
  for (const auto& item : e.items) {
    if (item->kind != ExprKind::kStar) {
      arguments.push_back(item.get());
      continue;
    }
    if (scope_.expansion == nullptr) fail(item->position, "unpacking arguments is not supported", "pass them one by one");
    arguments.insert(arguments.end(), scope_.expansion->rest.begin(), scope_.expansion->rest.end());
  }
  // The published calls that had other arguments: the dimensions of both arrays, which these know themselves; a random number of any size.
  static const Expr none{ExprKind::kNone, {}, {}, 0, 0, {}, {}, 1};
  if (name == "arraycopy" && arguments.size() == 5) arguments = {arguments[0], arguments[1], arguments[4]};
  if (name == "math" && arguments.size() == 1) arguments.push_back(&none);
  native_call(*info, arguments, e.position, e.text);
}

void Generator::native_call(const NativeInfo& info, const std::vector<const Expr*>& arguments, Position position,
                            const std::string& shown) {
  if (info.arguments != kVariadic && static_cast<size_t>(info.arguments) != arguments.size()) {
    fail(position,
         shown + " takes " + plural(static_cast<size_t>(info.arguments), "argument") + ", " + std::to_string(arguments.size()) + " given");
  }
  const Position here = at_;
  for (const Expr* argument : arguments) {
    // The rest of a wrapper's arguments are the caller's expressions.
    const bool foreign = scope_.expansion != nullptr &&
                         std::find(scope_.expansion->rest.begin(), scope_.expansion->rest.end(), argument) != scope_.expansion->rest.end();
    const Scope inner = scope_;
    if (foreign) scope_ = inner.expansion->caller;
    value(*argument);
    scope_ = inner;
  }
  at_ = here;
  Instruction* i = emit(info.arguments == kVariadic ? Op::NATIVE_N : Op::NATIVE);
  i->value = info.id;
  i->count = static_cast<int32_t>(arguments.size());
}

void Generator::builtin(const Expr& e, const Found& callee) {
  const std::string name = program_.key(e.items[0]->text);
  const size_t given = e.items.size() - 1;
  switch (callee.builtin) {
    case Builtin::kRange:
      return range_list(e);
    case Builtin::kExit:
      if (given != 0) fail(e.items[1]->position, name + "() takes no argument", "print a message before it");
      emit(Op::STOP);
      // What follows in this statement is never reached.
      return;
    case Builtin::kSymbol:
      return symbol(e);
    case Builtin::kAlias:
      fail(e.position, "alias() is a statement and has no value");
    default:
      break;
  }
  std::string_view native_name = name;
  if (name == "input") {
    if (given > 1) fail(e.position, "input() takes at most 1 argument, " + std::to_string(given) + " given");
    if (given == 1) native_name = "inputprint";
  }
  const NativeInfo* info = name == "id" ? builtin_native(name) : find_native(native_name);
  if (info->arguments == kVariadic && given == 0) fail(e.position, name + "() needs an argument", "a list, or two and more values");
  native_call(*info, arguments_of(e, 1), e.position, name + "()");
}

// The number of a variable: what tells it from the others of the program.
void Generator::symbol(const Expr& e) {
  const Variable* variable = e.items.size() == 2 ? plain_variable(*e.items[1]) : nullptr;
  if (variable == nullptr) fail(e.position, "symbol() takes the name of a variable");
  const auto place = std::find_if(program_.variables.begin(), program_.variables.end(),
                                  [&](const std::unique_ptr<Variable>& other) { return other.get() == variable; });
  emit_int(static_cast<int32_t>(place - program_.variables.begin()) + 1);
}

void Generator::range_list(const Expr& e) {
  const size_t n = e.items.size() - 1;
  if (n < 1 || n > 3)
    fail(e.position, "range() takes 1 to 3 arguments, " + std::to_string(n) + " given",
         "range(stop), range(start, stop) or range(start, stop, step)");
  const Position here = at_;
  if (n == 1) {
    emit_int(0);
    value(*e.items[1]);
  } else {
    value(*e.items[1]);
    value(*e.items[2]);
  }
  if (n == 3) {
    value(*e.items[3]);
  } else {
    emit_int(1);
  }
  at_ = here;
  Instruction* i = emit(Op::NATIVE);
  i->value = find_native(std::string_view("range_list"))->id;
  i->count = 3;
}

// range or xrange of the built-in module util.
bool Generator::is_library_range(const Expr& e) const {
  const Found f = look_up(*e.items[0]);
  if (f.kind != Found::Kind::kFunction || !f.function->module->built_in || f.function->module->name != "util") return false;
  return f.function->tree->name == "range" || f.function->tree->name == "xrange";
}

// -- wrappers

// The one expression that a function comes to for these arguments, if its conditions can be decided; `decided` says whether they could.
const Expr* Generator::wrapped(const std::vector<Stmt>& body, bool& decided) {
  for (const Stmt& s : body) {
    if (s.kind == StmtKind::kReturn) return s.value.get();
    if (s.kind == StmtKind::kPass) continue;
    if (s.kind != StmtKind::kIf) {
      decided = false;
      return nullptr;
    }
    const std::vector<Stmt>* taken = &s.otherwise;
    for (const Stmt::Clause& clause : s.clauses) {
      const std::optional<Constant> condition = known(*clause.condition);
      if (!condition) {
        decided = false;
        return nullptr;
      }
      if (!truth(*condition)) continue;
      taken = &clause.body;
      break;
    }
    const Expr* inner = wrapped(*taken, decided);
    if (inner != nullptr || !decided) return inner;
  }
  return nullptr;
}

// Whether the arguments would be evaluated as by a call: each once, from left to right. Constants may stand anywhere; when all are
// constants or variables, nothing can change them on the way.
bool Generator::fits(const Expr& body, const Expansion& expansion) const {
  std::vector<size_t> uses;
  bool straight = true;
  const auto walk = [&](const auto& self, const Expr& e) -> void {
    if (e.kind == ExprKind::kName) {
      const Found f = look_up(e.text);
      if (f.kind == Found::Kind::kArgument) uses.push_back(f.argument);
    }
    if (e.kind == ExprKind::kAnd || e.kind == ExprKind::kOr || e.kind == ExprKind::kConditional) straight = false;
    for (const auto& item : e.items) {
      if (item) self(self, *item);
    }
  };
  walk(walk, body);

  std::vector<size_t> wanted;
  std::vector<bool> constant;
  bool plain = true;
  {
    const InScope caller(*this, expansion.caller);
    for (size_t i = 0; i < expansion.arguments.size(); ++i) {
      const Expr* argument = expansion.arguments[i];
      constant.push_back(argument == nullptr || known(*argument).has_value());
      if (!constant.back()) wanted.push_back(i);
      plain = plain && (argument == nullptr || is_plain(*argument));
    }
  }
  if (plain && straight) return true;
  std::vector<size_t> used;
  for (size_t use : uses) {
    if (!constant[use]) used.push_back(use);
  }
  return straight && used == wanted;
}

bool Generator::expand(const Expr& e, Function& callee) {
  if (!callee.module->built_in || expansions_ >= kMaximumExpansions) return false;
  const auto& parameters = callee.tree->parameters;
  const size_t given = e.items.size() - 1;
  const bool open = !parameters.empty() && parameters.back().rest;
  const size_t named = parameters.size() - (open ? 1 : 0);
  if (given > named && !open) return false;

  const Scope outer = scope_;
  Expansion expansion{&callee, {}, {}, {}, outer};
  scope_ = {callee.module, &callee, nullptr};
  bool possible = true;
  for (size_t i = 0; i < named; ++i) {
    expansion.arguments.push_back(i < given ? e.items[i + 1].get() : nullptr);
    std::optional<Constant> standard;
    if (i >= given) {
      if (parameters[i].standard) standard = known(*parameters[i].standard);
      possible = possible && standard;
    }
    expansion.defaults.push_back(standard.value_or(Constant{}));
  }
  for (size_t i = named; i < given; ++i) expansion.rest.push_back(e.items[i + 1].get());

  scope_.expansion = &expansion;
  ++expansions_;
  const Position here = at_;
  bool decided = true;
  const Expr* body = possible ? wrapped(callee.tree->body, decided) : nullptr;
  const bool fitting = body != nullptr && decided && fits(*body, expansion);
  if (fitting) value(*body);
  at_ = here;
  --expansions_;
  scope_ = outer;
  return fitting;
}

void Generator::argument_value(size_t index) {
  const Scope inner = scope_;
  const Expansion& expansion = *inner.expansion;
  const Expr* argument = expansion.arguments[index];
  if (argument == nullptr) return emit_constant(expansion.defaults[index]);
  const Position here = at_;
  scope_ = expansion.caller;
  value(*argument);
  scope_ = inner;
  at_ = here;
}

}  // namespace epysim::compiler
