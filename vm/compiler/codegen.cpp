// Functions and statements.

#include "vm/compiler/codegen.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "vm/compiler/compile_error.h"
#include "vm/compiler/declare.h"
#include "vm/compiler/generator.h"

namespace epysim::compiler {

namespace {

constexpr size_t kMaximumIndexes = 32;

bool contains_call(const Expr& e) {
  return e.kind == ExprKind::kCall || e.kind == ExprKind::kNative ||
         std::any_of(e.items.begin(), e.items.end(), [](const ExprPtr& item) { return item && contains_call(*item); });
}

}  // namespace

void generate(Program& program, const Options& options) { Generator(program, options).run(); }

void Generator::run() {
  find_references();
  top_level();
  for (size_t i = 1; i < program_.functions.size(); ++i) {
    Function& f = *program_.functions[i];
    if (!f.module->built_in || f.exported) function(f);
  }
  // Functions of the built-in modules as far as they are needed.
  for (bool again = true; again;) {
    again = false;
    for (const auto& user : program_.functions) {
      for (size_t i = 0; i < user->code.size(); ++i) {
        Function* needed = user->code[i].function;
        if (needed == nullptr || needed->generated) continue;
        function(*needed);
        again = true;
      }
    }
  }
}

void Generator::fail(Position at, const std::string& message, const std::string& hint) const {
  // Inside an expansion the caller's place is the one that the user knows.
  throw CompileError(program_.lines, scope_.expansion != nullptr ? at_ : at, message, hint);
}

// -- emitting

void Generator::begin(Function& f) {
  target_ = &f;
  f.generated = true;
  reachable_ = true;
  assigned_.clear();
  labels_.clear();
  loops_.clear();
  hidden_ = 0;
}

Instruction* Generator::emit(Op op) {
  if (!reachable_) return &unreachable_;
  Instruction i;
  i.op = op;
  i.position = at_;
  i.loops = static_cast<int>(loops_.size());
  target_->code.push_back(std::move(i));
  if (op == Op::JUMP || op == Op::RETURN || op == Op::RETURN_NONE || op == Op::STOP) reachable_ = false;
  return &target_->code.back();
}

void Generator::emit_count(Op op, size_t n) { emit(op)->value = static_cast<int32_t>(n); }

void Generator::emit_int(int32_t value) { emit(Op::INT)->value = value; }

void Generator::emit_constant(const Constant& c) {
  switch (c.kind) {
    case Constant::Kind::kInt:
      return emit_int(c.integer);
    case Constant::Kind::kReal:
      std::memcpy(&emit(Op::REAL)->value, &c.real, sizeof c.real);
      return;
    case Constant::Kind::kString:
      emit(Op::STRING)->text = c.text;
      return;
    case Constant::Kind::kBool:
      emit(c.integer != 0 ? Op::TRUE : Op::FALSE);
      return;
    case Constant::Kind::kNone:
      emit(Op::NONE);
      return;
  }
}

// Variables of the module are globals outside the top level; their instructions check by themselves.
bool Generator::definitely_assigned(const Variable* variable) const {
  if (assigned_.count(variable) != 0) return true;
  return variable->owner == nullptr && target_ != program_.functions.front().get();
}

void Generator::load(Variable* variable) {
  Instruction* i = emit(Op::LOAD);
  i->variable = variable;
  i->checked = !definitely_assigned(variable);
  if (i->checked) assigned_.insert(variable);  // behind the check it is known
}

void Generator::store(Variable* variable) {
  emit(Op::STORE)->variable = variable;
  assigned_.insert(variable);
}

void Generator::load_hidden(int slot) { emit(Op::LOAD)->hidden = slot; }
void Generator::store_hidden(int slot) { emit(Op::STORE)->hidden = slot; }

int Generator::take_hidden(int n) {
  const int first = hidden_;
  hidden_ += n;
  target_->hidden_slots = std::max(target_->hidden_slots, hidden_);
  return first;
}

int Generator::new_label() {
  labels_.emplace_back();
  target_->labels = static_cast<int>(labels_.size());
  return target_->labels - 1;
}

void Generator::jump(Op op, int label) {
  if (!reachable_) return;
  Label& l = labels_[static_cast<size_t>(label)];
  if (l.used) {
    std::set<const Variable*> both;
    std::set_intersection(l.assigned.begin(), l.assigned.end(), assigned_.begin(), assigned_.end(), std::inserter(both, both.begin()));
    l.assigned = std::move(both);
  } else {
    l.assigned = assigned_;
  }
  l.used = true;
  emit(op)->label = label;
}

void Generator::place(int label) {
  const Label& l = labels_[static_cast<size_t>(label)];
  if (l.used) {
    if (reachable_) {
      std::set<const Variable*> both;
      std::set_intersection(l.assigned.begin(), l.assigned.end(), assigned_.begin(), assigned_.end(), std::inserter(both, both.begin()));
      assigned_ = std::move(both);
    } else {
      assigned_ = l.assigned;
    }
    reachable_ = true;
  }
  if (!reachable_) return;
  Instruction* i = emit(Op::STOP);
  reachable_ = true;
  i->is_label = true;
  i->label = label;
}

// -- functions

void Generator::top_level() {
  Function& top = *program_.functions.front();
  begin(top);
  Module& main = *program_.modules.front();
  main.started = true;
  for (Module* module : program_.early) start(*module);
  scope_ = {&main, nullptr, nullptr};
  block(main.tree);
  emit(Op::RETURN_NONE);
}

void Generator::start(Module& module) {
  if (module.started) return;
  module.started = true;
  const Scope outer = scope_;
  const Position at = at_;
  scope_ = {&module, nullptr, nullptr};
  block(module.tree);
  scope_ = outer;
  at_ = at;
}

void Generator::function(Function& f) {
  if (f.generated) return;
  begin(f);
  scope_ = {f.module, &f, nullptr};
  at_ = f.tree->position;
  for (size_t i = 0; i < f.parameters.size(); ++i) {
    const Parameter& p = f.tree->parameters[i];
    Variable* variable = f.parameters[i];
    if (p.standard) {
      const int given = new_label();
      at_ = p.position;
      jump(Op::DEFAULT, given);
      target_->code.back().variable = variable;
      value(*p.standard);
      store(variable);
      place(given);
    }
    assigned_.insert(variable);
  }
  block(f.tree->body);
  give_back();
  emit(Op::RETURN_NONE);
}

// -- statements

void Generator::block(const std::vector<Stmt>& statements) {
  for (const Stmt& s : statements) statement(s);
}

void Generator::statement(const Stmt& s) {
  at_ = s.position;
  switch (s.kind) {
    case StmtKind::kAssign:
      return assign(s);
    case StmtKind::kAugment:
      return augment(s);
    case StmtKind::kExpr:
      if (is_alias(program_, *scope_.module, s)) return;
      value(*s.value);
      emit(Op::POP);
      return;
    case StmtKind::kPrint: {
      std::vector<const Expr*> arguments;
      for (const ExprPtr& a : s.arguments) arguments.push_back(a.get());
      native_call(*find_native(std::string_view("print")), arguments, s.position, "print");
      emit(Op::POP);
      return;
    }
    case StmtKind::kReturn:
      return return_statement(s);
    case StmtKind::kPass:
      return;
    case StmtKind::kBreak:
    case StmtKind::kContinue:
      if (loops_.empty()) {
        fail(s.position, s.kind == StmtKind::kBreak ? "break outside a loop" : "continue outside a loop",
             "it belongs into a while or for block");
      }
      return jump(Op::JUMP, s.kind == StmtKind::kBreak ? loops_.back().on_break : loops_.back().on_continue);
    case StmtKind::kGlobal:
      if (scope_.function == nullptr) fail(s.position, "global at the top level", "variables are global there already");
      return;
    case StmtKind::kImport:
    case StmtKind::kFrom:
      return import_statement(s);
    case StmtKind::kIf:
      return if_statement(s);
    case StmtKind::kWhile:
      return while_statement(s);
    case StmtKind::kFor:
      return for_statement(s);
    case StmtKind::kFunction: {
      const Found f = look_up(s.function->name);
      if (f.kind != Found::Kind::kVariable || f.function == nullptr) return;
      emit(Op::FUNCTION)->function = f.function;
      return store(f.variable);
    }
  }
}

void Generator::import_statement(const Stmt& s) {
  if (scope_.function != nullptr) return;  // its modules have been started first of all
  const auto start_named = [this](const std::string& name) {
    for (const auto& module : program_.modules) {
      if (!module->main && module->name == name) return start(*module);
    }
  };
  if (s.kind == StmtKind::kFrom) return start_named(s.text);
  for (const ImportedName& name : s.names) start_named(name.name);
}

Variable* Generator::target_variable(const Expr& name) {
  const Found f = look_up(name.text);
  if (f.kind != Found::Kind::kVariable) fail(name.position, "'" + name.text + "' cannot be assigned", "choose another name");
  return f.variable;
}

void Generator::assign(const Stmt& s) {
  const Expr& first = *s.targets.front();
  if (s.targets.size() == 1 && first.kind == ExprKind::kName) {
    Variable* variable = target_variable(first);
    if (variable->constant) return;  // its value stands wherever it is read
    const Expr& v = *s.value;
    const bool step = v.kind == ExprKind::kBinary && v.items[0]->kind == ExprKind::kName && look_up(v.items[0]->text).variable == variable;
    if (step && increment(variable, v.operators[0], *v.items[1])) return;
  }
  value(*s.value);
  for (size_t i = 0; i < s.targets.size(); ++i) {
    if (i + 1 < s.targets.size()) emit(Op::DUP);
    assign_to(*s.targets[i]);
  }
}

// Takes the value on the operand stack.
void Generator::assign_to(const Expr& target) {
  if (target.kind == ExprKind::kName) return store(target_variable(target));
  std::vector<const Expr*> indexes;
  const Expr* base = &target;
  for (; base->kind == ExprKind::kIndex; base = base->items[0].get()) indexes.insert(indexes.begin(), base->items[1].get());
  if (indexes.size() > kMaximumIndexes) fail(target.position, "more than 32 indexes", "use an inner list in a variable of its own");
  value(*base);
  for (const Expr* i : indexes) value(*i);
  at_ = target.position;
  if (indexes.size() == 1) {
    emit(Op::STORE_INDEX);
  } else {
    emit_count(Op::STORE_INDEX_N, indexes.size());
  }
}

// x += 1 and x = x + 1 as one instruction, where that is right: its operand's sign says whether it adds or subtracts.
bool Generator::increment(Variable* variable, Operator op, const Expr& by) {
  if (op != Operator::kAdd && op != Operator::kSub) return false;
  const std::optional<Constant> c = known(by);
  if (!c || c->kind != Constant::Kind::kInt || c->integer <= 0 || c->integer > 127) return false;
  if (!definitely_assigned(variable)) return false;
  Instruction* i = emit(Op::INCREMENT);
  i->variable = variable;
  i->value = op == Operator::kAdd ? c->integer : -c->integer;
  return true;
}

void Generator::augment(const Stmt& s) {
  const Expr& target = *s.targets.front();
  if (target.kind != ExprKind::kName) return augment_element(s);
  Variable* variable = target_variable(target);
  if (increment(variable, s.op, *s.value)) return;
  load(variable);
  value(*s.value);
  at_ = s.position;
  emit(arithmetic(s.op));
  store(variable);
}

void Generator::augment_element(const Stmt& s) {
  const Expr& target = *s.targets.front();
  if (target.items[0]->kind != ExprKind::kIndex) {
    value(*target.items[0]);
    value(*target.items[1]);
    emit(Op::DUP2);
    emit(Op::INDEX);
    value(*s.value);
    at_ = s.position;
    emit(arithmetic(s.op));
    emit(Op::ROT3);
    emit(Op::STORE_INDEX);
    return;
  }
  // Several indexes: what the right side could change waits in hidden slots.
  const int before = hidden_;
  std::vector<const Expr*> parts;
  const Expr* base = &target;
  for (; base->kind == ExprKind::kIndex; base = base->items[0].get()) parts.insert(parts.begin(), base->items[1].get());
  if (parts.size() > kMaximumIndexes) fail(target.position, "more than 32 indexes", "use an inner list in a variable of its own");
  parts.insert(parts.begin(), base);
  std::vector<int> slots;
  const bool quiet = !contains_call(*s.value);
  for (const Expr* part : parts) {
    if (is_simple(*part) || (quiet && is_plain(*part))) {  // a second look finds the same
      slots.push_back(-1);
      continue;
    }
    value(*part);
    slots.push_back(take_hidden(1));
    store_hidden(slots.back());
  }
  const auto reload = [&] {
    for (size_t i = 0; i < parts.size(); ++i) {
      if (slots[i] >= 0) {
        load_hidden(slots[i]);
      } else {
        value(*parts[i]);
      }
    }
  };
  reload();
  emit_count(Op::INDEX_N, parts.size() - 1);
  value(*s.value);
  at_ = s.position;
  emit(arithmetic(s.op));
  reload();
  emit_count(Op::STORE_INDEX_N, parts.size() - 1);
  hidden_ = before;
}

void Generator::return_statement(const Stmt& s) {
  if (scope_.function == nullptr) {
    if (!scope_.module->main || !program_.legacy()) fail(s.position, "return outside a function", "call exit() to end the program");
    if (s.value) {
      value(*s.value);
      emit(Op::POP);
    }
    emit(Op::RETURN_NONE);
    return;
  }
  const std::optional<Constant> constant = s.value ? known(*s.value) : Constant{};
  if (constant && constant->kind == Constant::Kind::kNone) {
    give_back();
    emit(Op::RETURN_NONE);
    return;
  }
  value(*s.value);
  at_ = s.position;
  give_back();
  emit(Op::RETURN);
}

void Generator::if_statement(const Stmt& s) {
  const int end = new_label();
  for (const Stmt::Clause& clause : s.clauses) {
    at_ = clause.condition->position;
    const std::optional<Constant> constant = known(*clause.condition);
    if (constant && !truth(*constant)) continue;
    if (constant) {
      block(clause.body);
      return place(end);
    }
    const int next = new_label();
    branch(*clause.condition, false, next);
    block(clause.body);
    const bool last = &clause == &s.clauses.back() && s.otherwise.empty();
    if (!last) jump(Op::JUMP, end);
    place(next);
  }
  block(s.otherwise);
  place(end);
}

void Generator::while_statement(const Stmt& s) {
  const int top = new_label();
  const int done = new_label();
  place(top);
  loops_.push_back({done, top});
  const std::optional<Constant> constant = known(*s.value);
  if (!constant || !truth(*constant)) branch(*s.value, false, done);
  block(s.body);
  at_ = s.position;
  jump(Op::JUMP, top);
  loops_.pop_back();
  place(done);
}

void Generator::for_statement(const Stmt& s) {
  if (s.value->kind == ExprKind::kCall) {
    const Expr& callee = *s.value->items[0];
    const Found f = look_up(callee);
    if (f.kind == Found::Kind::kBuiltin && f.builtin == Builtin::kRange) return for_range(s, false);
    if (is_library_range(*s.value)) return for_range(s, program_.legacy());
  }
  const int before = hidden_;
  const int state = take_hidden(2);
  value(*s.value);
  at_ = s.position;
  emit(Op::ITER)->hidden = state;
  for_loop(s, Op::FOR_LIST, state);
  hidden_ = before;
}

// The loop begins with a jump to `next` behind the body, which goes back as long as there is a value.
void Generator::for_loop(const Stmt& s, Op next, int state) {
  const int top = new_label();
  const int test = new_label();
  const int done = new_label();
  const bool reachable = reachable_;
  jump(Op::JUMP, test);
  reachable_ = reachable;  // by what stands at the test
  place(top);
  loops_.push_back({done, test});
  store(target_variable(*s.targets.front()));
  block(s.body);
  at_ = s.position;
  place(test);
  jump(next, top);
  if (reachable_) target_->code.back().hidden = state;
  loops_.pop_back();
  place(done);
}

// for i in range(...): counts in place. `inclusive`: the legacy range contains its end.
void Generator::for_range(const Stmt& s, bool inclusive) {
  const Expr& call = *s.value;
  const size_t n = call.items.size() - 1;
  if (n < 1 || n > 3)
    fail(call.position, "range() takes 1 to 3 arguments, " + std::to_string(n) + " given",
         "range(stop), range(start, stop) or range(start, stop, step)");
  const int before = hidden_;
  const int state = take_hidden(3);
  const Expr& stop = *call.items[n == 1 ? 1 : 2];
  const std::optional<Constant> step = n == 3 ? known(*call.items[3]) : std::nullopt;
  if (step && step->kind == Constant::Kind::kInt && step->integer == 0) fail(call.items[3]->position, "the step of a range cannot be 0");

  if (n == 1) {
    emit_int(0);
  } else {
    value(*call.items[1]);
  }
  const bool counted = n < 3 || (step && step->kind == Constant::Kind::kInt);
  const int32_t direction = n < 3 || (counted && step->integer > 0) ? 1 : -1;
  const std::optional<Constant> end = known(stop);
  if (inclusive && counted && end && end->kind == Constant::Kind::kInt) {
    emit_int(static_cast<int32_t>(static_cast<uint32_t>(end->integer) + static_cast<uint32_t>(direction)));
  } else {
    value(stop);
    if (inclusive && counted) {
      emit_int(1);
      emit(direction > 0 ? Op::ADD : Op::SUB);
    }
  }
  if (n < 3) {
    emit_int(1);
  } else if (counted || !inclusive) {
    value(*call.items[3]);
  } else {
    // The direction shows only at run time: the end moves by one in the direction of the step.
    value(*call.items[3]);
    store_hidden(state + 2);
    load_hidden(state + 2);
    emit_int(0);
    const int down = new_label();
    const int ready = new_label();
    jump(Op::JUMP_UNLESS_GT, down);
    emit_int(1);
    emit(Op::ADD);
    jump(Op::JUMP, ready);
    place(down);
    emit_int(1);
    emit(Op::SUB);
    place(ready);
    load_hidden(state + 2);
  }
  at_ = s.position;
  emit(Op::RANGE)->hidden = state;
  for_loop(s, Op::FOR_RANGE, state);
  hidden_ = before;
}

}  // namespace epysim::compiler
