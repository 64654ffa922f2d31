#pragma once
// The code generator's state, shared by codegen.cpp (functions and statements), codegen_expressions.cpp, codegen_calls.cpp,
// codegen_references.cpp and lookup.cpp.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vm/compiler/compile.h"
#include "vm/compiler/fold.h"
#include "vm/compiler/program.h"

namespace epysim::compiler {

class Generator {
 public:
  Generator(Program& program, const Options& options) : program_(program), options_(options) {}
  void run();

 private:
  struct Expansion;

  /// Where names are looked up.
  struct Scope {
    Module* module = nullptr;
    Function* function = nullptr;          // null: the module's top level
    const Expansion* expansion = nullptr;  // the function is being expanded in place: its parameters are these arguments
  };

  /// A wrapper's call: arguments as the caller wrote them, null where one is missing and the parameter's constant default counts.
  struct Expansion {
    const Function* function;
    std::vector<const Expr*> arguments;
    std::vector<Constant> defaults;
    std::vector<const Expr*> rest;
    Scope caller;
  };

  enum class Builtin { kNone, kNative, kRange, kExit, kSymbol, kAlias };

  /// What a name stands for.
  struct Found {
    enum class Kind { kNothing, kVariable, kFunction, kModule, kBuiltin, kArgument };
    Kind kind = Kind::kNothing;
    Variable* variable = nullptr;
    Function* function = nullptr;
    Module* module = nullptr;
    Builtin builtin = Builtin::kNone;
    size_t argument = 0;
  };

  struct Label {
    bool used = false;
    std::set<const Variable*> assigned;  // by every jump to it
  };

  struct Loop {
    int on_break, on_continue;
  };

  /// Another scope for as long as this lives.
  class InScope {
   public:
    InScope(const Generator& generator, const Scope& scope) : slot_(generator.scope_), outer_(generator.scope_) { slot_ = scope; }
    ~InScope() { slot_ = outer_; }
    InScope(const InScope&) = delete;
    InScope& operator=(const InScope&) = delete;

   private:
    Scope& slot_;
    const Scope outer_;
  };

  // -- lookup.cpp
  Found look_up(const std::string& name) const;
  Found look_up(const Expr& name_or_attribute) const;
  Found found(const Symbol& symbol) const;
  const Symbol* find_open(const Names& names, const std::string& key, std::set<const Module*>& seen) const;
  std::optional<Constant> known(const Expr& e) const;
  std::optional<Constant> known_argument(size_t index) const;
  bool never_none(const Expr& e) const;
  [[noreturn]] void reject_name(const Expr& name) const;
  [[noreturn]] void reject_member(const Module& module, const Expr& attribute) const;

  // -- codegen.cpp: emitting
  [[noreturn]] void fail(Position at, const std::string& message, const std::string& hint = {}) const;
  void begin(Function& function);
  Instruction* emit(Op op);
  void emit_count(Op op, size_t n);
  void emit_constant(const Constant& constant);
  void emit_int(int32_t value);
  void load(Variable* variable);
  void store(Variable* variable);
  void load_hidden(int slot);
  void store_hidden(int slot);
  int take_hidden(int n);
  int new_label();
  void jump(Op op, int label);
  void place(int label);
  bool definitely_assigned(const Variable* variable) const;

  // -- codegen.cpp: functions and statements
  void top_level();
  void function(Function& function);
  void start(Module& module);
  void block(const std::vector<Stmt>& statements);
  void statement(const Stmt& s);
  void assign(const Stmt& s);
  void assign_to(const Expr& target);
  void augment(const Stmt& s);
  void augment_element(const Stmt& s);
  bool increment(Variable* variable, Operator op, const Expr& by);
  void return_statement(const Stmt& s);
  void if_statement(const Stmt& s);
  void while_statement(const Stmt& s);
  void for_statement(const Stmt& s);
  void for_range(const Stmt& s, bool inclusive);
  void for_loop(const Stmt& s, Op next, int state);
  void import_statement(const Stmt& s);
  Variable* target_variable(const Expr& name);

  // -- codegen_references.cpp
  void find_references();
  Variable* plain_variable(const Expr& e) const;
  void give_back();
  void take_back(const Expr& call, const Function& callee);
  void take_back_of_value(const Expr& call);
  Variable* new_global(const std::string& name);

  // -- codegen_expressions.cpp
  void value(const Expr& e);
  void name_value(const Expr& e);
  void binary(const Expr& e);
  void comparison_chain(const Expr& e, int false_label);
  void short_circuit(const Expr& e);
  void index(const Expr& e);
  void list(const Expr& e);
  void branch(const Expr& condition, bool when, int label);
  bool is_simple(const Expr& e) const;
  bool is_plain(const Expr& e) const;
  Op arithmetic(Operator op) const;

  // -- codegen_calls.cpp
  void call(const Expr& e);
  Found callee_of(const Expr& callee) const;
  void native(const Expr& e);
  void native_call(const NativeInfo& info, const std::vector<const Expr*>& arguments, Position position, const std::string& shown);
  void builtin(const Expr& e, const Found& callee);
  void symbol(const Expr& e);
  void range_list(const Expr& e);
  void call_function(const Expr& e, Function& callee);
  void call_value(const Expr& e);
  bool method(const Expr& e);
  void extend(const Expr& list, const Expr& more);
  bool expand(const Expr& e, Function& callee);
  const Expr* wrapped(const std::vector<Stmt>& body, bool& decided);
  bool fits(const Expr& body, const Expansion& expansion) const;
  void argument_value(size_t index);
  bool is_library_range(const Expr& call) const;

  Program& program_;
  const Options& options_;
  mutable Scope scope_;         // also const functions look at an argument in its caller's scope for a moment
  Function* target_ = nullptr;  // receives the code
  Position at_;                 // what instructions are charged to
  bool reachable_ = true;
  std::set<const Variable*> assigned_;
  std::set<const Variable*> assigned_by_reference_;  // found by find_references()
  std::set<const Function*> called_by_value_;        // may be, through a variable
  struct Back {
    Variable* is_assigned = nullptr;
    Variable* value = nullptr;
  };
  std::map<size_t, Back> backs_;  // by place among the arguments of calls through variables
  std::vector<Label> labels_;
  std::vector<Loop> loops_;
  int hidden_ = 0;
  int expansions_ = 0;
  Instruction unreachable_;
};

/// Name of a builtin function as a native call, or null.
const NativeInfo* builtin_native(const std::string& name);

}  // namespace epysim::compiler
