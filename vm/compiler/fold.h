#pragma once
// Constant folding: exactly what a core would compute, or nothing. Integers wrap at 32 bits. Reals are IEEE single; a real division is
// folded only when it is exact, so that the result cannot depend on how a core divides.

#include <functional>
#include <optional>
#include <string>

#include "vm/compiler/ast.h"
#include "vm/compiler/dialect.h"
#include "vm/compiler/program.h"

namespace epysim::compiler {

/// What a name is worth at compile time, if anything.
using NameValue = std::function<std::optional<Constant>(const Expr& name)>;

std::optional<Constant> fold(const Expr& expression, Dialect dialect, const NameValue& names);

/// Python's truth.
bool truth(const Constant& value);

}  // namespace epysim::compiler
