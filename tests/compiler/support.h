#pragma once
// What the compiler's tests share.

#include <string>
#include <vector>

#include "vm/compiler/compile.h"

namespace compiler_test {

/// Options with the built-in modules of this tree.
epysim::compiler::Options options(epysim::compiler::Dialect dialect = epysim::compiler::Dialect::kLegacy);

/// A program named prog.py.
epysim::compiler::Image compile(const std::string& text, epysim::compiler::Dialect dialect = epysim::compiler::Dialect::kLegacy);
epysim::compiler::Image compile_modern(const std::string& text);

/// The instructions of one function, separated by "; ", jumps as offsets from the function's start, without comments.
std::string code(const epysim::compiler::Image& image, size_t function = 0);
std::string legacy(const std::string& text);
std::string modern(const std::string& text);

/// Bytes of a function's code.
size_t code_bytes(const epysim::compiler::Image& image, size_t function = 0);

/// "line:column: message | hint" of the error that compiling gives; "no error" otherwise.
std::string error(const std::string& text, epysim::compiler::Dialect dialect = epysim::compiler::Dialect::kLegacy);
std::string modern_error(const std::string& text);

}  // namespace compiler_test
