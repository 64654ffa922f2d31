#pragma once
// Tokens to tree: one recursive-descent parser for both dialects. Legacy differs in the level of ^ and ** (that of *, from the left) and in
// statements that may follow each other on a line with only a blank between them.

#include <vector>

#include "vm/compiler/ast.h"
#include "vm/compiler/dialect.h"
#include "vm/compiler/source.h"

namespace epysim::compiler {

/// The statements of the lines from `first` on. CompileError for what the language does not have; its text names the feature.
std::vector<Stmt> parse(const SourceLines& lines, uint32_t first, Dialect dialect);

}  // namespace epysim::compiler
