// Arguments by reference: in the legacy dialect a function that assigns its parameter changes the variable that was passed for it.
//
// Such a parameter goes back through a global of its own: the function stores it there when it returns, the caller stores that into its
// variable right after the call. Both happen only for parameters that are assigned, in functions that are called by name with a variable in
// that place.
//
// Who calls through a variable does not know what the function does. So functions that are used as values have one pair of globals for each
// place in which such a call passes a variable: whether the function assigns that parameter, and what to.

#include "vm/compiler/generator.h"

namespace epysim::compiler {

namespace {

struct Passed {
  const Variable* variable;
  Function* callee;
  size_t index;
};

bool is_name(const Expr& e) { return e.kind == ExprKind::kName || e.kind == ExprKind::kAttribute; }

}  // namespace

void Generator::find_references() {
  if (!program_.legacy()) return;
  std::set<const Variable*>& assigned = assigned_by_reference_;
  std::vector<Passed> passed;

  const auto expression = [&](const auto& self, const Expr& e) -> void {
    const bool call = e.kind == ExprKind::kCall;
    const Found named = is_name(call ? *e.items[0] : e) ? (call ? callee_of(*e.items[0]) : look_up(e)) : Found{};
    if (!call && named.kind == Found::Kind::kFunction) called_by_value_.insert(named.function);
    for (size_t i = call && named.kind != Found::Kind::kNothing ? 1 : 0; i < e.items.size(); ++i) {
      if (e.items[i]) self(self, *e.items[i]);
    }
    if (!call) return;
    const bool by_value = named.kind == Found::Kind::kVariable || !is_name(*e.items[0]);
    if (!by_value && (named.kind != Found::Kind::kFunction || named.function->module->built_in)) return;
    for (size_t i = 1; i < e.items.size(); ++i) {
      const Variable* variable = plain_variable(*e.items[i]);
      if (variable == nullptr) continue;
      if (by_value) {
        assigned.insert(variable);
        backs_.try_emplace(i - 1);
      } else if (i <= named.function->parameters.size()) {
        passed.push_back({variable, named.function, i - 1});
      }
    }
  };
  const auto block = [&](const auto& self, const std::vector<Stmt>& statements) -> void {
    for (const Stmt& s : statements) {
      for (const ExprPtr& target : s.targets) {
        expression(expression, *target);
        if (const Variable* variable = plain_variable(*target)) assigned.insert(variable);
      }
      if (s.value) expression(expression, *s.value);
      for (const ExprPtr& argument : s.arguments) expression(expression, *argument);
      for (const Stmt::Clause& clause : s.clauses) {
        expression(expression, *clause.condition);
        self(self, clause.body);
      }
      self(self, s.body);
      self(self, s.otherwise);
    }
  };
  for (const auto& f : program_.functions) {
    if (f->module->built_in) continue;
    scope_ = {f->module, f->tree ? f.get() : nullptr, nullptr};
    block(block, f->tree ? f->tree->body : f->module->tree);
  }

  // A parameter that is passed on by reference is assigned as well.
  for (bool again = true; again;) {
    again = false;
    for (const Passed& p : passed) {
      if (assigned.count(p.callee->parameters[p.index]) == 0) continue;
      again = assigned.insert(p.variable).second || again;
      p.callee->returned.resize(p.callee->parameters.size(), nullptr);
      Variable*& back = p.callee->returned[p.index];
      if (back == nullptr) back = new_global(p.callee->name + "." + p.callee->parameters[p.index]->name);
    }
  }
  for (auto& [index, back] : backs_) {
    back.is_assigned = new_global("argument " + std::to_string(index) + " is assigned");
    back.value = new_global("argument " + std::to_string(index));
  }
}

Variable* Generator::new_global(const std::string& name) {
  program_.variables.push_back(std::make_unique<Variable>());
  Variable* variable = program_.variables.back().get();
  variable->name = name;
  variable->module = program_.modules.front().get();
  variable->assignments = 2;
  return variable;
}

// The variable that an expression names by itself; null for anything else.
Variable* Generator::plain_variable(const Expr& e) const {
  if (e.kind != ExprKind::kName) return nullptr;
  const Found f = look_up(e.text);
  return f.kind == Found::Kind::kVariable && !f.variable->constant ? f.variable : nullptr;
}

// Before a return.
void Generator::give_back() {
  if (scope_.function == nullptr) return;
  for (size_t i = 0; i < scope_.function->returned.size(); ++i) {
    if (scope_.function->returned[i] == nullptr) continue;
    load(scope_.function->parameters[i]);
    store(scope_.function->returned[i]);
  }
  if (called_by_value_.count(scope_.function) == 0) return;
  for (const auto& [index, back] : backs_) {
    if (index >= scope_.function->parameters.size()) break;
    Variable* const parameter = scope_.function->parameters[index];
    const bool assigns = assigned_by_reference_.count(parameter) != 0;
    if (assigns) {
      load(parameter);
      store(back.value);
    }
    emit(assigns ? Op::TRUE : Op::FALSE);
    store(back.is_assigned);
  }
}

// After a call: what came back goes into the variables that were passed.
void Generator::take_back(const Expr& call, const Function& callee) {
  for (size_t i = 0; i < callee.returned.size() && i + 1 < call.items.size(); ++i) {
    Variable* const variable = callee.returned[i] == nullptr ? nullptr : plain_variable(*call.items[i + 1]);
    if (variable == nullptr) continue;
    load(callee.returned[i]);
    store(variable);
  }
}

void Generator::take_back_of_value(const Expr& call) {
  for (const auto& [index, back] : backs_) {
    Variable* const variable = index + 1 < call.items.size() ? plain_variable(*call.items[index + 1]) : nullptr;
    if (variable == nullptr) continue;
    const int end = new_label();
    load(back.is_assigned);
    jump(Op::JUMP_UNLESS, end);
    load(back.value);
    store(variable);
    place(end);
  }
}

}  // namespace epysim::compiler
