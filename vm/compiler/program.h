#pragma once
// What the compiler knows about a program between parsing and assembling: modules, their names, functions, variables, instructions.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vm/compiler/ast.h"
#include "vm/compiler/dialect.h"
#include "vm/compiler/opcodes.h"
#include "vm/compiler/source.h"

namespace epysim::compiler {

struct Module;
struct Function;

/// A value known at compile time.
struct Constant {
  enum class Kind { kInt, kReal, kString, kBool, kNone };
  Kind kind = Kind::kNone;
  int32_t integer = 0;  ///< kInt; kBool: 0 or 1
  float real = 0;
  std::string text;
};

struct Variable {
  std::string name;
  Position position;  ///< of its first assignment
  Module* module = nullptr;
  Function* owner = nullptr;         ///< null: a variable of the module
  bool resident = false;             ///< the host reads and writes it by name, so it is always a global
  int assignments = 0;               ///< places that assign it
  std::optional<Constant> constant;  ///< of an imported module: assigned once, and this is what
};

/// One instruction before slots, indexes and distances are known. `op` is the general form: LOAD, STORE, INT and the short jumps stand for
/// their folded, wide, global and far variants.
struct Instruction {
  Op op = Op::STOP;
  Position position;
  Variable* variable = nullptr;  ///< LOAD, STORE, INCREMENT, DEFAULT
  int hidden = -1;               ///< in place of a variable: the slot after the named ones with this number
  Function* function = nullptr;  ///< CALL, FUNCTION
  int label = -1;                ///< jumps; with `is_label`: the label that stands here
  int32_t value = 0;             ///< INT: its value, REAL: its bits; a count; INCREMENT: by how much; NATIVE: the id
  int32_t count = 0;             ///< CALL, NATIVE_N: number of arguments
  std::string text;              ///< STRING
  bool checked = false;          ///< LOAD: the variable may be unset
  bool is_label = false;
  int loops = 0;  ///< depth of loops around it

  /// The count that stack_effect() asks for.
  int operands() const {
    if (op == Op::NATIVE) return find_native(static_cast<uint8_t>(value))->arguments;
    return op == Op::CALL || op == Op::NATIVE_N ? count : value;
  }
};

struct Symbol {
  enum class Kind { kVariable, kFunction, kModule };
  Kind kind = Kind::kVariable;
  std::string name;  ///< as first written
  Variable* variable = nullptr;
  Function* function = nullptr;
  Module* module = nullptr;
};

/// Names by key: in the legacy dialect the key is the name in lower case.
struct Names {
  std::map<std::string, Symbol> symbols;
  std::vector<Module*> open;  ///< modules whose names are visible without qualification, in the order of their imports
};

struct Function {
  std::string name;  ///< qualified by the module unless that is the main one
  Module* module = nullptr;
  std::shared_ptr<const FunctionTree> tree;  ///< null for the top level
  Names names;                               ///< parameters, locals, imports in its body
  std::vector<Variable*> parameters;
  std::vector<Variable*> locals;    ///< without the parameters
  std::vector<Variable*> returned;  ///< by parameter: the global through which it goes back to the caller's variable, or null
  bool exported = false;

  bool generated = false;
  std::vector<Instruction> code;
  int labels = 0;
  int hidden_slots = 0;
};

struct Module {
  std::string name;
  std::string folder;  ///< where its imports are looked for first
  bool main = false;
  bool built_in = false;
  std::vector<Stmt> tree;
  Names names;
  std::vector<Function*> functions;
  bool started = false;  ///< its top level has been placed into the program's top level
};

struct Program {
  Dialect dialect = Dialect::kLegacy;
  SourceLines lines;
  std::vector<std::unique_ptr<Module>> modules;      ///< the main one first
  std::vector<std::unique_ptr<Function>> functions;  ///< the top level first; all that were declared
  std::vector<std::unique_ptr<Variable>> variables;
  std::vector<Module*> early;  ///< imported inside functions or blocks: their top levels run first

  bool legacy() const { return dialect == Dialect::kLegacy; }
  std::string key(const std::string& name) const;
};

}  // namespace epysim::compiler
