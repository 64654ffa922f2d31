#pragma once
// A mistake in the source of an ePython program.

#include <string>

#include "sim/core/error.h"
#include "vm/compiler/source.h"

namespace epysim::compiler {

/// what() is the whole text for a terminal:
///
///   prog.py:3:9: error: expected ':' after the condition
///       if x > 3
///               ^
///     hint: end the line with ':'
class CompileError : public ProgramError {
 public:
  CompileError(const SourceLines& lines, Position position, std::string message, std::string hint = {});

  const std::string& file() const { return file_; }
  uint32_t line() const { return line_; }
  uint32_t column() const { return column_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }  ///< empty when there is none

 private:
  std::string file_;
  uint32_t line_;
  uint32_t column_;
  std::string message_;
  std::string hint_;
};

}  // namespace epysim::compiler
