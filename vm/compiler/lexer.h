#pragma once
// Source text to tokens, with INDENT and DEDENT from the width of each line's leading blanks.
//
// Both dialects: strings in either quote with escapes, triple quotes, hexadecimal integers, comments, newlines free inside brackets, a
// backslash joins lines. Legacy adds: keywords in any case, C comments, `!` and `<>`, number suffixes u, l and f, a tab is 4 blanks wide.

#include <cstdint>
#include <string>
#include <vector>

#include "vm/compiler/dialect.h"
#include "vm/compiler/source.h"

namespace epysim::compiler {

enum class TokenKind { kName, kKeyword, kInt, kReal, kString, kOperator, kNewline, kIndent, kDedent, kEnd };

struct Token {
  TokenKind kind;
  Position position;
  Position end;          ///< just behind its last character
  std::string text;      ///< name, keyword (lower case, True, False and None excepted), operator, or the string's bytes
  uint32_t integer = 0;  ///< of kInt: its 32 bits
  bool hexadecimal = false;
  float real = 0;
};

/// Tokens of the lines from `first` on, ending in kEnd. CompileError for what is no token and for bad indentation.
std::vector<Token> tokenize(const SourceLines& lines, uint32_t first, Dialect dialect);

}  // namespace epysim::compiler
