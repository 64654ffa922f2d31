#pragma once
// Finds and parses every imported module, and enters each name that the program declares: variables, functions, parameters, imports.
//
// Scopes: alias(name, symbol(variable)) makes a name mean a variable that has another one. Else a name that a function assigns is its own,
// unless `global` names it, or it is resident, or (legacy) the module has assigned it on an earlier line. Everything else that a function
// names is looked up in its module.

#include "vm/compiler/compile.h"
#include "vm/compiler/program.h"

namespace epysim::compiler {

/// CompileError for a module that is missing and for clashing names.
Program declare(const Source& source, const Options& options);

/// Whether a statement is alias(...), and not a call of a function that the module names so.
bool is_alias(const Program& program, const Module& module, const Stmt& s);

/// Constants that a module itself defines for the compiler: __modern__, __name__.
std::optional<Constant> module_constant(const Program& program, const Module& module, const std::string& name);

}  // namespace epysim::compiler
