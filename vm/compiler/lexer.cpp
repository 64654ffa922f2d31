// The lexer: one pass over the lines.

#include "vm/compiler/lexer.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "vm/compiler/compile_error.h"

namespace epysim::compiler {

namespace {

constexpr size_t kMaximumIndentation = 100;

// The language's own words, then those of Python that it lacks (the parser names the missing feature).
constexpr std::string_view kKeywords[] = {
    "and",    "or",      "not",   "in",    "is",     "if",       "elif",   "else",     "for",   "while", "def",    "pass",   "return",
    "break",  "import",  "from",  "print", "global", "continue", "as",     "True",     "False", "None",  "class",  "lambda", "try",
    "except", "finally", "raise", "with",  "yield",  "del",      "assert", "nonlocal", "async", "await", "native", "use"};
// Words that are keywords only where they start a statement or stand before a name, so that programs may use them as names.
constexpr std::string_view kSoftKeywords[] = {"native", "use"};

constexpr std::string_view kOperators[] = {"**=", "//=", "<<=", ">>=", "...", "**", "//", "<=", ">=", "==", "!=", "<>",
                                           "->",  "+=",  "-=",  "*=",  "/=",  "%=", "^=", "&=", "|=", ":=", "<<", ">>",
                                           "+",   "-",   "*",   "/",   "%",   "^",  "<",  ">",  "=",  "(",  ")",  "[",
                                           "]",   "{",   "}",   ",",   ":",   ";",  ".",  "@",  "!",  "~",  "&",  "|"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool starts_name(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || is_digit(c); }
int hex_value(char c) { return is_digit(c) ? c - '0' : lower(c) - 'a' + 10; }

class Lexer {
 public:
  Lexer(const SourceLines& lines, uint32_t first, Dialect dialect) : lines_(lines), legacy_(dialect == Dialect::kLegacy), line_(first) {}

  std::vector<Token> run() {
    for (; line_ < lines_.lines().size(); ++line_) scan_line();
    if (in_comment_) fail(comment_start_, "this comment is never closed", "close it with */");
    if (!brackets_.empty()) {
      fail(brackets_.back().position, "'" + brackets_.back().text + "' is never closed", "add the closing bracket");
    }
    line_ = static_cast<uint32_t>(lines_.lines().size() - 1);
    column_ = text().size();
    if (pending_newline_) push(TokenKind::kNewline, position(), "");
    for (; indents_.size() > 1; indents_.pop_back()) push(TokenKind::kDedent, position(), "");
    push(TokenKind::kEnd, position(), "");
    return std::move(tokens_);
  }

 private:
  struct Indent {
    size_t width;      // what decides
    size_t alternate;  // modern: the width with tabs of 1; both must agree on every comparison
  };

  const std::string& text() const { return lines_.lines()[line_].text; }
  Position position() const { return {line_, static_cast<uint32_t>(column_ + 1)}; }
  char peek(size_t ahead = 0) const { return column_ + ahead < text().size() ? text()[column_ + ahead] : '\0'; }

  [[noreturn]] void fail(Position at, const std::string& message, const std::string& hint = {}) const {
    throw CompileError(lines_, at, message, hint);
  }

  Token& push(TokenKind kind, Position start, std::string text_of_token) {
    tokens_.push_back({kind, start, position(), std::move(text_of_token)});
    return tokens_.back();
  }

  void scan_line() {
    column_ = 0;
    if (!joined_ && brackets_.empty() && !in_comment_) {
      if (!measure_indentation()) return;
    }
    joined_ = false;
    while (skip_blanks()) {
      if (joined_) return;
      scan_token();
    }
    if (joined_ || !brackets_.empty() || in_comment_) return;
    if (pending_newline_) push(TokenKind::kNewline, position(), "");
    pending_newline_ = false;
  }

  // False for a line without a token.
  bool measure_indentation() {
    size_t width = 0;
    size_t alternate = 0;
    for (;; ++column_, ++alternate) {
      if (peek() == ' ') {
        ++width;
      } else if (peek() == '\t') {
        width = legacy_ ? width + 4 : (width / 8 + 1) * 8;
      } else if (peek() != '\f') {
        break;
      }
    }
    const size_t start = column_;
    if (!skip_blanks()) return false;
    if (column_ != start) width += column_ - start;  // a C comment before the first token
    if (legacy_) alternate = width;
    const Indent& top = indents_.back();
    if (width > top.width) {
      if (alternate <= top.alternate) inconsistent();
      if (indents_.size() > kMaximumIndentation)
        fail(position(), "more than 100 levels of indentation", "move the inner blocks to functions");
      indents_.push_back({width, alternate});
      push(TokenKind::kIndent, position(), "");
      return true;
    }
    while (width < indents_.back().width) {
      indents_.pop_back();
      push(TokenKind::kDedent, position(), "");
    }
    if (width != indents_.back().width) {
      fail(position(), "unindent does not match any outer indentation level", "line it up with the block that it belongs to");
    }
    if (alternate != indents_.back().alternate) inconsistent();
    return true;
  }

  [[noreturn]] void inconsistent() const {
    fail(position(), "inconsistent indentation: tabs and blanks are mixed", "indent with blanks only");
  }

  // Skips blanks and comments; false at the end of the line. Sets joined_ for a backslash there.
  bool skip_blanks() {
    for (;;) {
      if (in_comment_) {
        const size_t end = text().find("*/", column_);
        if (end == std::string::npos) return false;
        column_ = end + 2;
        in_comment_ = false;
      }
      const char c = peek();
      if (column_ >= text().size() || c == '#') return false;
      if (c == ' ' || c == '\t' || c == '\f') {
        ++column_;
      } else if (legacy_ && c == '/' && peek(1) == '*') {
        in_comment_ = true;
        comment_start_ = position();
        column_ += 2;
      } else if (c == '\\' && column_ + 1 == text().size()) {
        joined_ = true;
        return true;
      } else {
        return true;
      }
    }
  }

  void scan_token() {
    pending_newline_ = true;
    const char c = peek();
    if (starts_name(c)) {
      scan_name();
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      scan_number();
    } else if (c == '"' || c == '\'') {
      scan_string();
    } else {
      scan_operator();
    }
  }

  void scan_name() {
    const Position start = position();
    const size_t begin = column_;
    while (in_name(peek())) ++column_;
    std::string name = text().substr(begin, column_ - begin);
    if ((peek() == '"' || peek() == '\'') && name.size() <= 2) reject_prefix(name, start);
    for (std::string_view keyword : kKeywords) {
      if (!matches(name, keyword)) continue;
      for (std::string_view soft : kSoftKeywords) {
        if (keyword == soft && !starts_name(next_character())) {
          push(TokenKind::kName, start, std::move(name));
          return;
        }
      }
      push(TokenKind::kKeyword, start, std::string(keyword));
      return;
    }
    push(TokenKind::kName, start, std::move(name));
  }

  bool matches(const std::string& name, std::string_view keyword) const {
    if (name == keyword) return true;
    const bool constant = keyword == "True" || keyword == "False" || keyword == "None";
    if (!legacy_ && !constant) return false;
    if (!legacy_ && lower(name[0]) != name[0]) return false;  // modern: true, false, none; but not TRUE
    if (name.size() != keyword.size()) return false;
    for (size_t i = 0; i < name.size(); ++i) {
      const char c = legacy_ ? lower(name[i]) : name[i];
      if (c != lower(keyword[i])) return false;
    }
    return true;
  }

  char next_character() const {
    size_t i = column_;
    while (i < text().size() && (text()[i] == ' ' || text()[i] == '\t')) ++i;
    return i < text().size() ? text()[i] : '\0';
  }

  void reject_prefix(const std::string& prefix, Position start) const {
    std::string low;
    for (char c : prefix) low += lower(c);
    if (low == "f" || low == "rf" || low == "fr") {
      fail(start, "f-strings are not supported", "join the parts with +, or print them separated by commas");
    }
    if (low == "r" || low == "b" || low == "rb" || low == "br" || low == "u") {
      fail(start, "string prefixes are not supported", "write a plain string; double its backslashes where they are meant literally");
    }
  }

  void scan_number() {
    const Position start = position();
    const size_t begin = column_;
    if (peek() == '0' && lower(peek(1)) == 'x') {
      scan_hexadecimal(start);
      return;
    }
    bool real = false;
    while (is_digit(peek())) ++column_;
    if (peek() == '.' && !(peek(1) == '.')) {
      real = true;
      ++column_;
      while (is_digit(peek())) ++column_;
    }
    if (lower(peek()) == 'e' && (is_digit(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && is_digit(peek(2))))) {
      real = true;
      column_ += 2;
      while (is_digit(peek())) ++column_;
    }
    const std::string digits = text().substr(begin, column_ - begin);
    if (legacy_ && (lower(peek()) == 'l' || lower(peek()) == (real ? 'f' : 'u'))) ++column_;
    if (peek() == '_') fail(position(), "underscores in numbers are not supported", "write the digits without them");
    if (lower(peek()) == 'j') fail(start, "complex numbers are not supported", "keep the real and the imaginary part in two variables");
    if (in_name(peek())) fail(position(), "a number cannot be followed directly by a letter", "put a blank or an operator between them");
    if (real) {
      const double value = std::strtod(digits.c_str(), nullptr);
      const auto narrow = static_cast<float>(value);
      if (!std::isfinite(narrow)) fail(start, "the real number does not fit 32 bits", "the largest is 3.4028235e38");
      push(TokenKind::kReal, start, digits).real = narrow;
      return;
    }
    uint64_t value = 0;
    for (char c : digits) value = std::min<uint64_t>(value * 10 + static_cast<uint64_t>(c - '0'), 1ull << 40);
    // 2147483648 itself is let through for the sake of -2147483648; the parser looks at the sign.
    if (value > 0x80000000u) too_large(start);
    if (!legacy_ && digits.size() > 1 && digits[0] == '0' && value != 0) {
      fail(start, "an integer cannot start with 0", "drop the leading zeros, or write it in hexadecimal with 0x");
    }
    push(TokenKind::kInt, start, digits).integer = static_cast<uint32_t>(value);
  }

  void scan_hexadecimal(Position start) {
    const size_t begin = column_;
    column_ += 2;
    uint64_t value = 0;
    const size_t first_digit = column_;
    for (; is_hex(peek()); ++column_) value = std::min<uint64_t>(value * 16 + static_cast<uint64_t>(hex_value(peek())), 1ull << 40);
    if (column_ == first_digit) fail(start, "0x without hexadecimal digits", "write for example 0xff");
    if (value > 0xffffffffu) too_large(start);
    const std::string digits = text().substr(begin, column_ - begin);
    if (legacy_ && (lower(peek()) == 'u' || lower(peek()) == 'l')) ++column_;
    if (in_name(peek())) fail(position(), "a number cannot be followed directly by a letter", "put a blank or an operator between them");
    Token& token = push(TokenKind::kInt, start, digits);
    token.integer = static_cast<uint32_t>(value);
    token.hexadecimal = true;
  }

  [[noreturn]] void too_large(Position start) const {
    fail(start, "the integer does not fit 32 bits", "integers reach from -2147483648 to 2147483647; add .0 for a real number");
  }

  void scan_string() {
    const Position start = position();
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    column_ += triple ? 3 : 1;
    std::string value;
    for (;;) {
      if (column_ >= text().size()) {
        if (!triple) fail(start, "the string is not closed on this line", std::string("end it with ") + quote);
        if (++line_ >= lines_.lines().size()) {
          --line_;
          fail(start, "the string is never closed", std::string("end it with ") + quote + quote + quote);
        }
        column_ = 0;
        value += '\n';
        continue;
      }
      const char c = peek();
      if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) break;
      if (c == '\\') {
        scan_escape(value, triple);
      } else {
        value += c;
        ++column_;
      }
    }
    column_ += triple ? 3 : 1;
    push(TokenKind::kString, start, std::move(value));
  }

  void scan_escape(std::string& value, bool triple) {
    const char c = peek(1);
    if (column_ + 1 >= text().size()) {  // a backslash at the end of the line joins
      if (!triple && line_ + 1 >= lines_.lines().size()) fail(position(), "the string is never closed");
      if (line_ + 1 < lines_.lines().size()) {
        ++line_;
        column_ = 0;
      } else {
        ++column_;
      }
      return;
    }
    static constexpr std::array<std::pair<char, char>, 10> kEscapes = {{{'n', '\n'},
                                                                        {'t', '\t'},
                                                                        {'r', '\r'},
                                                                        {'\\', '\\'},
                                                                        {'\'', '\''},
                                                                        {'"', '"'},
                                                                        {'a', '\a'},
                                                                        {'b', '\b'},
                                                                        {'f', '\f'},
                                                                        {'v', '\v'}}};
    for (const auto& [letter, byte] : kEscapes) {
      if (c != letter) continue;
      value += byte;
      column_ += 2;
      return;
    }
    if (c == 'x' && is_hex(peek(2)) && is_hex(peek(3))) {
      const int byte = hex_value(peek(2)) * 16 + hex_value(peek(3));
      if (byte == 0) fail(position(), "a string cannot hold the byte 0");
      value += static_cast<char>(byte);
      column_ += 4;
      return;
    }
    if (c == '0') fail(position(), "a string cannot hold the byte 0");
    value += '\\';  // any other backslash stands for itself
    ++column_;
  }

  void scan_operator() {
    const Position start = position();
    for (std::string_view candidate : kOperators) {
      if (text().compare(column_, candidate.size(), candidate) != 0) continue;
      column_ += candidate.size();
      Token& token = push(TokenKind::kOperator, start, std::string(candidate));
      track_brackets(token);
      return;
    }
    const auto byte = static_cast<unsigned char>(peek());
    if (peek() == '\\') fail(start, "a backslash joins lines only as the last character of a line", "remove what follows it, also blanks");
    if (byte >= 0x80)
      fail(start, "names are made of the letters a to z, digits and _", "other characters may stand in strings and comments");
    std::string shown = byte < 0x20 || byte == 0x7f ? "\\x" + std::string(1, "0123456789abcdef"[byte >> 4]) + "0123456789abcdef"[byte & 15]
                                                    : std::string(1, peek());
    fail(start, "unexpected character '" + shown + "'");
  }

  void track_brackets(const Token& token) {
    const std::string& t = token.text;
    if (t == "(" || t == "[" || t == "{") {
      brackets_.push_back(token);
    } else if (t == ")" || t == "]" || t == "}") {
      if (brackets_.empty())
        fail(token.position, "'" + t + "' closes a bracket that was never opened", "remove it, or add the opening one");
      const std::string& open = brackets_.back().text;
      const std::string wanted = open == "(" ? ")" : open == "[" ? "]" : "}";
      if (t != wanted) {
        fail(token.position,
             "'" + t + "' does not close the '" + open + "' of line " + std::to_string(lines_.at(brackets_.back().position).number),
             "write '" + wanted + "'");
      }
      brackets_.pop_back();
    }
  }

  const SourceLines& lines_;
  const bool legacy_;
  uint32_t line_;
  size_t column_ = 0;
  std::vector<Token> tokens_;
  std::vector<Token> brackets_;
  std::vector<Indent> indents_ = {{0, 0}};
  bool joined_ = false;           // the previous line ended in a backslash
  bool pending_newline_ = false;  // the current logical line has a token
  bool in_comment_ = false;
  Position comment_start_;
};

}  // namespace

std::vector<Token> tokenize(const SourceLines& lines, uint32_t first, Dialect dialect) { return Lexer(lines, first, dialect).run(); }

}  // namespace epysim::compiler
