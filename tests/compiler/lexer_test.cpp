// Tokens, indentation, literals.

#include "vm/compiler/lexer.h"

#include <catch2/catch.hpp>

#include "tests/compiler/support.h"
#include "vm/compiler/compile_error.h"

using namespace epysim::compiler;
using namespace compiler_test;

namespace {

// Tokens as text: names and operators as they are, keywords in <>, strings in quotes, and N I D for newline, indent, dedent.
std::string tokens(const std::string& text, Dialect dialect = Dialect::kLegacy) {
  SourceLines lines;
  const uint32_t first = lines.add(Source{{{"t.py", 1, text}}});
  std::string out;
  for (const Token& t : tokenize(lines, first, dialect)) {
    switch (t.kind) {
      case TokenKind::kNewline:
        out += "N ";
        break;
      case TokenKind::kIndent:
        out += "I ";
        break;
      case TokenKind::kDedent:
        out += "D ";
        break;
      case TokenKind::kEnd:
        break;
      case TokenKind::kKeyword:
        out += "<" + t.text + "> ";
        break;
      case TokenKind::kString:
        out += "'" + t.text + "' ";
        break;
      case TokenKind::kInt:
        out += std::to_string(t.integer) + " ";
        break;
      case TokenKind::kReal:
        out += std::to_string(t.real) + " ";
        break;
      default:
        out += t.text + " ";
        break;
    }
  }
  return out;
}

std::string lexer_error(const std::string& text, Dialect dialect = Dialect::kLegacy) { return error(text, dialect); }

}  // namespace

TEST_CASE("blocks open and close by indentation") {
  CHECK(tokens("if a:\n  b\n  if c:\n      d\ne\n") == "<if> a : N I b N <if> c : N I d N D D e N ");
  CHECK(tokens("if a:\n\tb\n    c\n") == "<if> a : N I b N c N D ");  // legacy: a tab is four blanks
  CHECK(tokens("if a:\n\n  b\n# c\n\n  d") == "<if> a : N I b N d N D ");
  CHECK(lexer_error("if a:\n    b=1\n  c=2\n") ==
        "3:3: unindent does not match any outer indentation level | line it up with the block that it belongs to");
  CHECK(lexer_error("if 1:\n        a=1\n\tb=1\n", Dialect::kModern) ==
        "3:2: inconsistent indentation: tabs and blanks are mixed | indent with blanks only");
}

TEST_CASE("newlines inside brackets, behind a backslash and in comments") {
  CHECK(tokens("a = [1,\n   2 # two\n , 3]\nb") == "a = [ 1 , 2 , 3 ] N b N ");
  CHECK(tokens("a = 1 + \\\n  2\n") == "a = 1 + 2 N ");
  CHECK(tokens("a = 1 /* one\n two */\nb = 2\n") == "a = 1 N b = 2 N ");
  CHECK(tokens("/* one\n two */\nb = 2\n") == "b = 2 N ");
  CHECK(lexer_error("a = (1,\n") == "1:5: '(' is never closed | add the closing bracket");
  CHECK(lexer_error("a = 1)\n") == "1:6: ')' closes a bracket that was never opened | remove it, or add the opening one");
  CHECK(lexer_error("a = [1)\n") == "1:7: ')' does not close the '[' of line 1 | write ']'");
}

TEST_CASE("numbers") {
  CHECK(tokens("12 0x1F 0 1.5 .5 1. 2e3 007 5u 2.5f") == "12 31 0 1.500000 0.500000 1.000000 2000.000000 7 5 2.500000 N ");
  CHECK(lexer_error("a = 2147483648") ==
        "1:5: the integer does not fit 32 bits | integers reach from -2147483648 to 2147483647; add .0 for a real number");
  CHECK(lexer_error("a = 99999999999999999999") ==
        "1:5: the integer does not fit 32 bits | integers reach from -2147483648 to 2147483647; add .0 for a real number");
  CHECK(lexer_error("a = 1e39") == "1:5: the real number does not fit 32 bits | the largest is 3.4028235e38");
  CHECK(lexer_error("a = 0x") == "1:5: 0x without hexadecimal digits | write for example 0xff");
  CHECK(lexer_error("a = 12ab") == "1:7: a number cannot be followed directly by a letter | put a blank or an operator between them");
  CHECK(lexer_error("a = 010", Dialect::kModern) ==
        "1:5: an integer cannot start with 0 | drop the leading zeros, or write it in hexadecimal with 0x");
  CHECK(legacy("a = -2147483648\nb = 0xffffffff") == "INT 0; STORE_0; SMALL_M1; STORE_1; RETURN_NONE");
}

TEST_CASE("strings") {
  CHECK(tokens(R"(a = "x'y" 'z"w' "\t\x41\\\q")") == "a = 'x'y' 'z\"w' '\tA\\\\q' N ");
  CHECK(tokens("a = \"\"\"one\ntwo\"\"\"\nb") == "a = 'one\ntwo' N b N ");
  CHECK(lexer_error("a = \"x") == "1:5: the string is not closed on this line | end it with \"");
  CHECK(lexer_error("a = '''x\n\n") == "1:5: the string is never closed | end it with '''");
  CHECK(lexer_error("a = \"\\x00\"") == "1:6: a string cannot hold the byte 0");
  CHECK(lexer_error("a = f\"{x}\"") == "1:5: f-strings are not supported | join the parts with +, or print them separated by commas");
}

TEST_CASE("keywords are without case in the legacy dialect only") {
  CHECK(tokens("IF a: Print TRUE") == "<if> a : <print> <True> N ");
  CHECK(tokens("IF a true None none", Dialect::kModern) == "IF a <True> <None> <None> N ");
}

TEST_CASE("characters that mean nothing") {
  CHECK(lexer_error("a = $") == "1:5: unexpected character '$'");
  CHECK(lexer_error("a = \x01") == "1:5: unexpected character '\\x01'");
  CHECK(lexer_error("\xc3\xa4 = 1") ==
        "1:1: names are made of the letters a to z, digits and _ | other characters may stand in strings and comments");
}
