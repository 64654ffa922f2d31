// Arguments by reference: in the legacy dialect a function that assigns its parameter changes the variable that was passed for it.
//
// Such a parameter goes back through a global of its own: the function stores it there when it returns, the caller stores that into its
// variable right after the call. Both happen only for parameters that are assigned, in functions that are called by name with a variable in
// that place; a call through a variable passes values.

#include "vm/compiler/generator.h"

namespace epysim::compiler {

namespace {

struct Passed {
  const Variable* variable;
  Function* callee;
  size_t index;
};

}  // namespace

void Generator::find_references() {
  if (!program_.legacy()) return;
  std::set<const Variable*> assigned;
  std::vector<Passed> passed;

  const auto expression = [&](const auto& self, const Expr& e) -> void {
    for (const auto& item : e.items) {
      if (item) self(self, *item);
    }
    if (e.kind != ExprKind::kCall) return;
    const Found callee = e.items[0]->kind == ExprKind::kName || e.items[0]->kind == ExprKind::kAttribute ? callee_of(*e.items[0]) : Found{};
    if (callee.kind != Found::Kind::kFunction || callee.function->module->built_in) return;
    for (size_t i = 1; i < e.items.size() && i <= callee.function->parameters.size(); ++i) {
      if (const Variable* variable = plain_variable(*e.items[i])) passed.push_back({variable, callee.function, i - 1});
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
      if (back != nullptr) continue;
      program_.variables.push_back(std::make_unique<Variable>(*p.callee->parameters[p.index]));
      back = program_.variables.back().get();
      back->name = p.callee->name + "." + back->name;
      back->owner = nullptr;
    }
  }
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

}  // namespace epysim::compiler
