#pragma once
// Trees to instructions. What can be known is decided here: constants are folded, conditions become fused branches, `for` over range()
// counts in place, wrappers of native calls in the built-in modules are expanded where they are called, reads of variables that cannot be
// unset are unchecked, dead statements vanish.

#include "vm/compiler/compile.h"
#include "vm/compiler/program.h"

namespace epysim::compiler {

/// Fills in the code of the top level, of every function of the user's, and of the built-in functions that those need. CompileError for
/// unknown names, wrong numbers of arguments and the like.
void generate(Program& program, const Options& options);

}  // namespace epysim::compiler
