#pragma once
// The tree that the parser builds.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vm/compiler/source.h"

namespace epysim::compiler {

enum class Operator { kAdd, kSub, kMul, kDiv, kFloorDiv, kMod, kPow, kEq, kNe, kLt, kLe, kGt, kGe, kIs, kIsNot, kIn, kNotIn };

enum class ExprKind {
  kInt,     // integer
  kReal,    // real
  kString,  // text
  kTrue,
  kFalse,
  kNone,
  kName,         // text
  kAttribute,    // items[0] . text
  kCall,         // items[0] ( items[1..] )
  kNative,       // native text ( items )
  kIndex,        // items[0] [ items[1] ]
  kSlice,        // items[0] [ items[1] : items[2] ], either may be null
  kNegate,       // - items[0]
  kNot,          // not items[0]
  kBinary,       // items[0] operators[0] items[1]
  kCompare,      // items[0] operators[0] items[1] operators[1] items[2] ...
  kAnd,          // items[0] and items[1] ...
  kOr,           // items[0] or items[1] ...
  kConditional,  // items[1] if items[0] else items[2]
  kList,         // [ items ]
  kStar          // * text: the rest of the arguments, in wrappers of native calls only
};

struct Expr {
  ExprKind kind;
  Position position;
  std::string text;
  int32_t integer = 0;
  float real = 0;
  std::vector<std::unique_ptr<Expr>> items;
  std::vector<Operator> operators;
  int depth = 1;  ///< of the tree below, which the parser bounds so that recursion over it is safe
};
using ExprPtr = std::unique_ptr<Expr>;

struct Stmt;

struct Parameter {
  std::string name;
  Position position;
  ExprPtr standard;   ///< default value or null
  bool rest = false;  ///< *name
};

struct FunctionTree {
  std::string name;
  Position position;  ///< of the name
  std::vector<Parameter> parameters;
  std::vector<Stmt> body;
  bool exportable = false;
};

enum class StmtKind {
  kAssign,   // targets = ... = value
  kAugment,  // targets[0] op= value
  kExpr,     // value (a call)
  kPrint,    // print arguments
  kReturn,   // value may be null
  kPass,
  kBreak,
  kContinue,
  kGlobal,   // names
  kImport,   // modules in names: import a as b, c
  kFrom,     // from text import names; no names: *
  kIf,       // clauses, otherwise
  kWhile,    // value, body
  kFor,      // targets[0] (a name) in value, body
  kFunction  // function
};

struct ImportedName {
  std::string name;
  std::string bound;  ///< what it is called here
  Position position;
};

struct Stmt {
  struct Clause;

  StmtKind kind;
  Position position;
  std::vector<ExprPtr> targets;
  ExprPtr value;
  std::vector<ExprPtr> arguments;
  Operator op = Operator::kAdd;
  std::string text;
  std::vector<ImportedName> names;
  std::vector<Clause> clauses;
  std::vector<Stmt> body;
  std::vector<Stmt> otherwise;
  std::shared_ptr<FunctionTree> function;
};

struct Stmt::Clause {
  ExprPtr condition;
  std::vector<Stmt> body;
};

}  // namespace epysim::compiler
