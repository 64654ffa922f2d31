// The parser.

#include "vm/compiler/parser.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "vm/compiler/compile_error.h"
#include "vm/compiler/lexer.h"

namespace epysim::compiler {

namespace {

// Bounds that keep every recursion over the tree shallow.
constexpr int kMaximumNesting = 80;
constexpr int kMaximumDepth = 400;

struct Unsupported {
  std::string_view keyword, feature, hint;
};
constexpr Unsupported kUnsupported[] = {
    {"class", "classes are", "keep the data in lists and variables, and write functions"},
    {"lambda", "lambda is", "write a function with def and use its name"},
    {"try", "exceptions are", "test the condition with if before; an error on a core ends the run with its line"},
    {"except", "exceptions are", "test the condition with if before"},
    {"finally", "exceptions are", "test the condition with if before"},
    {"raise", "exceptions are", "print a message and call exit()"},
    {"with", "with is", "call the functions directly"},
    {"yield", "generators are", "collect the values in a list and return it"},
    {"del", "del is", "assign another value, or call free() of the module memory"},
    {"assert", "assert is", "write: if not condition: print a message, exit()"},
    {"nonlocal", "nonlocal is", "functions do not nest; use global"},
    {"async", "async is", "start kernels asynchronously from the host"},
    {"await", "await is", "wait for kernels on the host"},
};

struct BinaryLevel {
  std::string_view text;
  Operator op;
};
constexpr BinaryLevel kAugments[] = {{"+=", Operator::kAdd},       {"-=", Operator::kSub}, {"*=", Operator::kMul}, {"/=", Operator::kDiv},
                                     {"//=", Operator::kFloorDiv}, {"%=", Operator::kMod}, {"**=", Operator::kPow}};
constexpr BinaryLevel kTerms[] = {{"*", Operator::kMul}, {"/", Operator::kDiv}, {"//", Operator::kFloorDiv}, {"%", Operator::kMod}};
constexpr BinaryLevel kComparisons[] = {{"==", Operator::kEq}, {"!=", Operator::kNe}, {"<>", Operator::kNe}, {"<", Operator::kLt},
                                        {"<=", Operator::kLe}, {">", Operator::kGt},  {">=", Operator::kGe}};

class Parser {
 public:
  Parser(const SourceLines& lines, uint32_t first, Dialect dialect)
      : lines_(lines), legacy_(dialect == Dialect::kLegacy), tokens_(tokenize(lines, first, dialect)) {}

  std::vector<Stmt> run() {
    std::vector<Stmt> statements;
    while (current().kind != TokenKind::kEnd) {
      if (current().kind == TokenKind::kIndent) fail(current().position, "unexpected indentation", "line it up with the statement before");
      statement(statements);
    }
    return statements;
  }

 private:
  // -- tokens
  const Token& current() const { return tokens_[next_]; }
  const Token& ahead(size_t n = 1) const { return tokens_[std::min(next_ + n, tokens_.size() - 1)]; }
  const Token& previous() const { return tokens_[next_ == 0 ? 0 : next_ - 1]; }
  const Token& take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }

  bool is(TokenKind kind, std::string_view text) const { return current().kind == kind && current().text == text; }
  bool is_operator(std::string_view text) const { return is(TokenKind::kOperator, text); }
  bool is_keyword(std::string_view text) const { return is(TokenKind::kKeyword, text); }
  bool accept_operator(std::string_view text) {
    if (!is_operator(text)) return false;
    take();
    return true;
  }
  bool accept_keyword(std::string_view text) {
    if (!is_keyword(text)) return false;
    take();
    return true;
  }
  bool at_line_end() const {
    return current().kind == TokenKind::kNewline || current().kind == TokenKind::kEnd || current().kind == TokenKind::kIndent ||
           current().kind == TokenKind::kDedent;
  }

  [[noreturn]] void fail(Position at, const std::string& message, const std::string& hint = {}) const {
    throw CompileError(lines_, at, message, hint);
  }
  // Where something is missing: behind the last token of the line, else at the token that stands there instead.
  Position missing() const { return at_line_end() && next_ > 0 ? previous().end : current().position; }

  std::string shown(const Token& token) const {
    switch (token.kind) {
      case TokenKind::kNewline:
      case TokenKind::kEnd:
      case TokenKind::kIndent:
      case TokenKind::kDedent:
        return "the end of the line";
      case TokenKind::kString:
        return "a string";
      default:
        return "'" + token.text + "'";
    }
  }

  void expect(std::string_view text, const std::string& where, const std::string& hint = {}) {
    if (accept_operator(text)) return;
    reject_current();
    fail(missing(), "expected '" + std::string(text) + "' " + where, hint);
  }

  void expect_colon(const std::string& where) {
    if (is_operator("=")) fail(current().position, "'=' assigns and is not a comparison", "compare with ==");
    expect(":", where, "end the line with ':'");
  }

  Token expect_name(const std::string& what) {
    if (current().kind == TokenKind::kName) return take();
    if (current().kind == TokenKind::kKeyword)
      fail(current().position, "'" + current().text + "' is a word of the language and cannot be " + what);
    fail(missing(), "expected " + what + ", found " + shown(current()));
  }

  // Words and operators of Python that the language does not have.
  void reject_current() const {
    const Token& token = current();
    if (token.kind == TokenKind::kKeyword) {
      for (const Unsupported& entry : kUnsupported) {
        if (token.text == entry.keyword) fail(token.position, std::string(entry.feature) + " not supported", std::string(entry.hint));
      }
    }
    if (token.kind != TokenKind::kOperator) return;
    if (token.text == "{") fail(token.position, "dictionaries and sets are not supported", "use lists");
    if (token.text == "...") fail(token.position, "'...' is not supported", "write pass for an empty block");
    if (token.text == ":=") fail(token.position, "':=' is not supported", "assign in a statement of its own");
    if (token.text == "^" || token.text == "^=") fail(token.position, "'^' is not an operator of the modern dialect", "write ** for power");
    for (std::string_view bitwise : {"&", "|", "~", "<<", ">>", "&=", "|="}) {
      if (token.text == bitwise) {
        fail(token.position, "bitwise operators are not supported", "use arithmetic (*, //, %), and and, or, not for conditions");
      }
    }
  }

  // -- statements
  void statement(std::vector<Stmt>& out) {
    if (current().kind == TokenKind::kKeyword) {
      const std::string& word = current().text;
      if (word == "if") return out.push_back(if_statement());
      if (word == "while") return out.push_back(while_statement());
      if (word == "for") return out.push_back(for_statement());
      if (word == "def") return out.push_back(function_statement(false));
      if (word == "elif" || word == "else") fail(current().position, "'" + word + "' without an if before it", "line it up with its if");
    }
    if (is_operator("@")) return out.push_back(decorated());
    simple_line(out);
  }

  void simple_line(std::vector<Stmt>& out) {
    for (;;) {
      if (current().kind == TokenKind::kKeyword) {
        for (std::string_view compound : {"if", "while", "for", "def"}) {
          if (current().text == compound) fail(current().position, "'" + current().text + "' must start a line of its own");
        }
      }
      simple(out);
      if (accept_operator(";")) {
        if (at_line_end()) break;
        continue;
      }
      if (legacy_ && (current().kind == TokenKind::kName || (current().kind == TokenKind::kKeyword && starts_simple(current().text))))
        continue;
      break;
    }
    if (current().kind == TokenKind::kNewline) {
      take();
    } else if (current().kind != TokenKind::kEnd && current().kind != TokenKind::kDedent) {
      reject_current();
      if (is_operator(",")) reject_tuple();
      if (is_operator(":")) {
        fail(current().position, "unexpected ':'", "types of variables are not declared; a block starts with if, while, for or def");
      }
      fail(current().position, "expected the end of the statement, found " + shown(current()),
           "separate statements by ';' or write them on lines of their own");
    }
  }

  static bool starts_simple(std::string_view word) {
    for (std::string_view other : {"print", "return", "pass", "break", "continue", "global", "import", "from", "native"}) {
      if (word == other) return true;
    }
    return false;
  }

  [[noreturn]] void reject_tuple() const {
    fail(current().position, "tuples are not supported", "assign one variable at a time, or use a list: [a, b]");
  }

  Stmt make(StmtKind kind) const {
    Stmt s{};
    s.kind = kind;
    s.position = current().position;
    return s;
  }

  void simple(std::vector<Stmt>& out) {
    if (current().kind == TokenKind::kKeyword) {
      const std::string word = current().text;
      if (word == "print") return out.push_back(print_statement());
      if (word == "return") {
        Stmt s = make(StmtKind::kReturn);
        take();
        if (!ends_simple()) s.value = expression();
        if (is_operator(",")) fail(current().position, "tuples are not supported", "return a list: return [a, b]");
        return out.push_back(std::move(s));
      }
      if (word == "pass" || word == "break" || word == "continue") {
        out.push_back(make(word == "pass" ? StmtKind::kPass : word == "break" ? StmtKind::kBreak : StmtKind::kContinue));
        take();
        return;
      }
      if (word == "global") return out.push_back(global_statement());
      if (word == "import" || word == "use") return out.push_back(import_statement());
      if (word == "from") return out.push_back(from_statement());
    }
    expression_statement(out);
  }

  bool ends_simple() const { return at_line_end() || is_operator(";"); }

  void expression_statement(std::vector<Stmt>& out) {
    Stmt s = make(StmtKind::kExpr);
    ExprPtr first = expression();
    if (is_operator(",")) reject_tuple();
    for (const BinaryLevel& augment : kAugments) {
      if (is_operator(augment.text)) return out.push_back(augmented(std::move(s), std::move(first), augment.op));
    }
    if (legacy_ && is_operator("^=")) return out.push_back(augmented(std::move(s), std::move(first), Operator::kPow));
    if (is_operator("=")) return out.push_back(assignment(std::move(s), std::move(first)));
    if (first->kind == ExprKind::kString) return;  // a documentation string
    if (first->kind != ExprKind::kCall && first->kind != ExprKind::kNative) {
      reject_current();
      if (is_operator(":")) fail(current().position, "types of variables are not declared", "write only the assignment");
      if (first->kind == ExprKind::kName && (current().kind == TokenKind::kName || current().kind == TokenKind::kInt)) {
        fail(first->position, "'" + first->text + "' does not start a statement", "is it misspelt?");
      }
      fail(s.position, "this expression has no effect", "assign its value, print it, or remove it");
    }
    s.value = std::move(first);
    out.push_back(std::move(s));
  }

  void check_target(const Expr& target) const {
    switch (target.kind) {
      case ExprKind::kName:
      case ExprKind::kIndex:
        return;
      case ExprKind::kSlice:
        fail(target.position, "slices cannot be assigned", "assign the elements in a loop");
      case ExprKind::kAttribute:
        fail(target.position, "attributes cannot be assigned", "assign a variable of your own");
      case ExprKind::kList:
        fail(target.position, "a list of targets is not supported", "assign one variable at a time");
      case ExprKind::kCall:
        fail(target.position, "the result of a call cannot be assigned to", "compare with ==");
      default:
        fail(target.position, "this cannot be assigned to", "the left side is a variable or an element of a list; compare with ==");
    }
  }

  Stmt assignment(Stmt s, ExprPtr first) {
    s.kind = StmtKind::kAssign;
    while (is_operator("=")) {
      check_target(*first);
      s.targets.push_back(std::move(first));
      take();
      first = expression();
      if (is_operator(",")) reject_tuple();
    }
    s.value = std::move(first);
    return s;
  }

  Stmt augmented(Stmt s, ExprPtr target, Operator op) {
    s.kind = StmtKind::kAugment;
    check_target(*target);
    take();
    s.op = op;
    s.targets.push_back(std::move(target));
    s.value = expression();
    if (is_operator(",")) reject_tuple();
    return s;
  }

  // The text after print is a call when it is one parenthesised group up to the end of the statement.
  bool print_is_call() const {
    if (!is_operator("(")) return false;
    int open = 0;
    for (size_t i = next_; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.kind != TokenKind::kOperator) continue;
      if (token.text == "(" || token.text == "[" || token.text == "{") ++open;
      if ((token.text == ")" || token.text == "]" || token.text == "}") && --open == 0) {
        const Token& after = tokens_[std::min(i + 1, tokens_.size() - 1)];
        if (after.kind == TokenKind::kOperator) return after.text == ";";
        if (after.kind != TokenKind::kKeyword) return true;
        return starts_simple(after.text);  // anything else (and, or, is, if ...) continues the expression
      }
    }
    return false;
  }

  Stmt print_statement() {
    Stmt s = make(StmtKind::kPrint);
    take();
    if (is_operator(">>")) fail(current().position, "printing to a file is not supported", "print to the console only");
    if (print_is_call()) {
      take();
      s.arguments = arguments("print");
      return s;
    }
    if (ends_simple()) return s;
    do {
      if (ends_simple()) fail(missing(), "a comma at the end of print is not supported", "every print is a line of its own");
      s.arguments.push_back(expression());
    } while (accept_operator(","));
    return s;
  }

  Stmt global_statement() {
    Stmt s = make(StmtKind::kGlobal);
    take();
    do {
      const Token name = expect_name("the name of a variable");
      s.names.push_back({name.text, name.text, name.position});
    } while (accept_operator(","));
    return s;
  }

  std::string module_name() {
    const Token name = expect_name("the name of a module");
    if (is_operator(".")) fail(current().position, "packages are not supported", "put the module's file into a folder of the search path");
    return name.text;
  }

  std::string bound_name(const std::string& name) {
    if (!accept_keyword("as")) return name;
    return expect_name("a name").text;
  }

  Stmt import_statement() {
    Stmt s = make(StmtKind::kImport);
    take();
    do {
      const Position position = current().position;
      const std::string name = module_name();
      s.names.push_back({name, bound_name(name), position});
    } while (accept_operator(","));
    return s;
  }

  Stmt from_statement() {
    Stmt s = make(StmtKind::kFrom);
    take();
    if (is_operator("."))
      fail(current().position, "relative imports are not supported", "name the module alone; its own folder is searched first");
    s.position = current().position;
    s.text = module_name();
    if (!accept_keyword("import")) fail(missing(), "expected 'import' after the module", "write: from " + s.text + " import name");
    if (accept_operator("*")) return s;
    const bool bracket = accept_operator("(");
    do {
      if (bracket && is_operator(")")) break;
      const Token name = expect_name("a name to import");
      const std::string bound = bound_name(name.text);
      s.names.push_back({name.text, bound, name.position});
    } while (accept_operator(","));
    if (bracket) expect(")", "after the imported names");
    if (s.names.empty()) fail(s.position, "nothing is imported", "name what is wanted, or write *");
    return s;
  }

  void suite(std::vector<Stmt>& out) {
    if (++nesting_ > kMaximumNesting) fail(current().position, "blocks are nested too deeply", "move the inner ones to functions");
    if (current().kind != TokenKind::kNewline) {
      if (current().kind == TokenKind::kEnd) fail(missing(), "expected a block", "write pass for an empty one");
      simple_line(out);
    } else {
      take();
      if (current().kind != TokenKind::kIndent) {
        fail(current().kind == TokenKind::kEnd ? missing() : current().position, "expected an indented block",
             "indent the statements that belong to it, or write pass");
      }
      take();
      while (current().kind != TokenKind::kDedent && current().kind != TokenKind::kEnd) {
        if (current().kind == TokenKind::kIndent)
          fail(current().position, "unexpected indentation", "line it up with the statement before");
        statement(out);
      }
      if (current().kind == TokenKind::kDedent) take();
    }
    --nesting_;
  }

  ExprPtr condition() {
    ExprPtr e = expression();
    if (is_operator(",")) reject_tuple();
    return e;
  }

  Stmt if_statement() {
    Stmt s = make(StmtKind::kIf);
    do {
      take();  // if, elif
      Stmt::Clause clause;
      clause.condition = condition();
      expect_colon("after the condition");
      suite(clause.body);
      s.clauses.push_back(std::move(clause));
    } while (is_keyword("elif"));
    if (is_keyword("else")) {
      take();
      if (is_keyword("if")) fail(current().position, "'else if' is not an elif", "write elif");
      expect_colon("after 'else'");
      suite(s.otherwise);
    }
    return s;
  }

  void reject_loop_else() const {
    if (is_keyword("else"))
      fail(current().position, "else after a loop is not supported", "set a variable before break and test it after the loop");
  }

  Stmt while_statement() {
    Stmt s = make(StmtKind::kWhile);
    take();
    s.value = condition();
    expect_colon("after the condition");
    suite(s.body);
    reject_loop_else();
    return s;
  }

  Stmt for_statement() {
    Stmt s = make(StmtKind::kFor);
    take();
    const Token name = expect_name("the loop variable");
    ExprPtr target = node(ExprKind::kName, name.position);
    target->text = name.text;
    s.targets.push_back(std::move(target));
    if (is_operator(",")) fail(current().position, "tuples are not supported", "loop over the indexes: for i in range(...)");
    if (!accept_keyword("in")) fail(missing(), "expected 'in' after the loop variable", "write: for " + name.text + " in sequence:");
    s.value = condition();
    expect_colon("after the sequence");
    suite(s.body);
    reject_loop_else();
    return s;
  }

  // A decorator has no meaning on a core, except @exportable.
  Stmt decorated() {
    bool exportable = false;
    while (accept_operator("@")) {
      const Token name = expect_name("the name of a decorator");
      exportable = exportable || name.text == "exportable";
      while (current().kind != TokenKind::kNewline && current().kind != TokenKind::kEnd) take();
      if (current().kind == TokenKind::kNewline) take();
    }
    if (is_keyword("async") || is_keyword("class")) reject_current();
    if (!is_keyword("def")) fail(current().position, "expected a function after the decorator", "write def");
    return function_statement(exportable);
  }

  Stmt function_statement(bool exportable) {
    if (in_function_)
      fail(current().position, "a function inside a function is not supported",
           "move it to the top level; pass what it needs as arguments");
    Stmt s = make(StmtKind::kFunction);
    take();
    s.function = std::make_shared<FunctionTree>();
    FunctionTree& f = *s.function;
    const Token name = expect_name("the name of a function");
    f.name = name.text;
    f.position = name.position;
    f.exportable = exportable;
    expect("(", "after the name of the function", "write: def " + f.name + "():");
    while (!is_operator(")")) {
      parameter(f);
      if (!accept_operator(",")) break;
    }
    expect(")", "after the parameters");
    if (accept_operator("->")) expression();  // a type says nothing here
    expect_colon("after the parameters");
    in_function_ = true;
    suite(f.body);
    in_function_ = false;
    return s;
  }

  void parameter(FunctionTree& f) {
    if (is_operator("**")) fail(current().position, "keyword arguments are not supported", "name every parameter");
    if (is_operator("/")) fail(current().position, "positional-only parameters are not supported", "leave the '/' out");
    Parameter p;
    p.rest = accept_operator("*");
    const Token name = expect_name("the name of a parameter");
    p.name = name.text;
    p.position = name.position;
    if (!f.parameters.empty() && f.parameters.back().rest) fail(p.position, "nothing can follow the rest of the arguments");
    if (accept_operator(":")) expression();  // a type says nothing here
    if (!p.rest && accept_operator("=")) p.standard = expression();
    if (!p.rest && !p.standard && !f.parameters.empty() && f.parameters.back().standard) {
      fail(p.position, "a parameter without a default value follows one with a default value",
           "give '" + p.name + "' a default value, or move it forward");
    }
    f.parameters.push_back(std::move(p));
    if (f.parameters.size() > 250) fail(f.parameters.back().position, "more than 250 parameters", "pass a list");
  }

  // -- expressions
  ExprPtr node(ExprKind kind, Position position) const {
    auto e = std::make_unique<Expr>();
    e->kind = kind;
    e->position = position;
    return e;
  }

  void attach(Expr& parent, ExprPtr child) const {
    if (child) {
      parent.depth = std::max(parent.depth, child->depth + 1);
      if (parent.depth > kMaximumDepth)
        fail(parent.position, "the expression is too deep", "compute parts of it in statements of their own");
    }
    parent.items.push_back(std::move(child));
  }

  ExprPtr binary(Operator op, Position position, ExprPtr left, ExprPtr right) const {
    ExprPtr e = node(ExprKind::kBinary, position);
    e->operators.push_back(op);
    attach(*e, std::move(left));
    attach(*e, std::move(right));
    return e;
  }

  ExprPtr expression() {
    if (++nesting_ > kMaximumNesting)
      fail(current().position, "the expression is nested too deeply", "compute parts of it in statements of their own");
    reject_current();
    ExprPtr e = or_expression();
    if (is_keyword("if")) {
      ExprPtr c = node(ExprKind::kConditional, current().position);
      take();
      ExprPtr test = or_expression();
      if (!accept_keyword("else")) fail(missing(), "expected 'else' after the condition", "write: a if condition else b");
      attach(*c, std::move(test));
      attach(*c, std::move(e));
      attach(*c, expression());
      e = std::move(c);
    }
    --nesting_;
    return e;
  }

  ExprPtr or_expression() {
    ExprPtr e = and_expression();
    if (!is_keyword("or")) return e;
    ExprPtr all = node(ExprKind::kOr, e->position);
    attach(*all, std::move(e));
    while (accept_keyword("or")) attach(*all, and_expression());
    return all;
  }

  ExprPtr and_expression() {
    ExprPtr e = not_expression();
    if (!is_keyword("and")) return e;
    ExprPtr all = node(ExprKind::kAnd, e->position);
    attach(*all, std::move(e));
    while (accept_keyword("and")) attach(*all, not_expression());
    return all;
  }

  ExprPtr not_expression() {
    if (is_keyword("not") || (legacy_ && is_operator("!"))) {
      if (++nesting_ > kMaximumNesting) fail(current().position, "the expression is nested too deeply");
      ExprPtr e = node(ExprKind::kNot, current().position);
      take();
      attach(*e, not_expression());
      --nesting_;
      return e;
    }
    if (is_operator("!")) fail(current().position, "'!' is not an operator of the modern dialect", "write not");
    return comparison();
  }

  bool comparison_operator(Operator& op) {
    if (is_operator("<>") && !legacy_) fail(current().position, "'<>' is not an operator of the modern dialect", "write !=");
    for (const BinaryLevel& level : kComparisons) {
      if (!is_operator(level.text)) continue;
      op = level.op;
      take();
      return true;
    }
    if (accept_keyword("is")) {
      op = accept_keyword("not") ? Operator::kIsNot : Operator::kIs;
      return true;
    }
    if (accept_keyword("in")) {
      op = Operator::kIn;
      return true;
    }
    if (is_keyword("not") && ahead().kind == TokenKind::kKeyword && ahead().text == "in") {
      take();
      take();
      op = Operator::kNotIn;
      return true;
    }
    return false;
  }

  ExprPtr comparison() {
    ExprPtr e = sum();
    Operator op;
    Position position = current().position;
    if (!comparison_operator(op)) return e;
    ExprPtr c = node(ExprKind::kCompare, position);
    attach(*c, std::move(e));
    do {
      c->operators.push_back(op);
      attach(*c, sum());
    } while (comparison_operator(op));
    return c;
  }

  ExprPtr sum() {
    ExprPtr e = term();
    while (is_operator("+") || is_operator("-")) {
      const Token op = take();
      e = binary(op.text == "+" ? Operator::kAdd : Operator::kSub, op.position, std::move(e), term());
    }
    reject_bitwise();
    return e;
  }

  void reject_bitwise() const {
    for (std::string_view text : {"&", "|", "<<", ">>", "^"}) {
      if (is_operator(text)) reject_current();
    }
  }

  bool term_operator(Operator& op) const {
    for (const BinaryLevel& level : kTerms) {
      if (!is_operator(level.text)) continue;
      op = level.op;
      return true;
    }
    op = Operator::kPow;
    return legacy_ && (is_operator("^") || is_operator("**"));
  }

  ExprPtr term() {
    ExprPtr e = unary();
    for (Operator op; term_operator(op);) {
      const Position position = take().position;
      e = binary(op, position, std::move(e), unary());
    }
    if (is_operator("@")) fail(current().position, "matrix multiplication is not supported", "write the loops");
    return e;
  }

  ExprPtr unary() {
    if (!is_operator("-") && !is_operator("+")) return power();
    if (++nesting_ > kMaximumNesting) fail(current().position, "the expression is nested too deeply");
    const Token sign = take();
    const Token& number = current();
    const bool power_follows = !legacy_ && ahead().kind == TokenKind::kOperator && ahead().text == "**";
    ExprPtr e;
    if (sign.text == "-" && number.kind == TokenKind::kInt && !number.hexadecimal && !power_follows) {
      e = node(ExprKind::kInt, sign.position);
      e->integer = static_cast<int32_t>(0u - take().integer);
      e = postfix(std::move(e));
    } else {
      ExprPtr operand = unary();
      if (sign.text == "-") {
        e = node(ExprKind::kNegate, sign.position);
        attach(*e, std::move(operand));
      } else {
        e = std::move(operand);
      }
    }
    --nesting_;
    return e;
  }

  ExprPtr power() {
    ExprPtr e = postfix(atom());
    if (legacy_ || !is_operator("**")) return e;
    if (++nesting_ > kMaximumNesting) fail(current().position, "the expression is nested too deeply");
    const Position position = take().position;
    e = binary(Operator::kPow, position, std::move(e), unary());
    --nesting_;
    return e;
  }

  ExprPtr postfix(ExprPtr e) {
    for (;;) {
      if (is_operator("(")) {
        ExprPtr call = node(ExprKind::kCall, e->position);
        take();
        attach(*call, std::move(e));
        for (ExprPtr& argument : arguments("call")) attach(*call, std::move(argument));
        e = std::move(call);
      } else if (is_operator("[")) {
        e = subscript(std::move(e));
      } else if (is_operator(".")) {
        take();
        ExprPtr attribute = node(ExprKind::kAttribute, current().position);
        if (is_keyword("print")) fail(current().position, "'print' is a word of the language");
        attribute->text = expect_name("a name after '.'").text;
        attach(*attribute, std::move(e));
        e = std::move(attribute);
      } else {
        return e;
      }
    }
  }

  ExprPtr subscript(ExprPtr list) {
    const Position position = take().position;
    ExprPtr first;
    if (!is_operator(":")) first = expression();
    if (is_operator(",")) fail(current().position, "tuples are not supported", "write several indexes as a[i][j]");
    if (!is_operator(":")) {
      expect("]", "after the index");
      ExprPtr e = node(ExprKind::kIndex, position);
      attach(*e, std::move(list));
      attach(*e, std::move(first));
      return e;
    }
    if (legacy_) fail(current().position, "slices are not supported in the legacy dialect", "copy the elements in a loop");
    take();
    ExprPtr second;
    if (!is_operator("]") && !is_operator(":")) second = expression();
    if (is_operator(":")) fail(current().position, "slices with a step are not supported", "copy the elements in a loop");
    expect("]", "after the slice");
    ExprPtr e = node(ExprKind::kSlice, position);
    attach(*e, std::move(list));
    attach(*e, std::move(first));
    attach(*e, std::move(second));
    return e;
  }

  // After '(': up to and with ')'.
  std::vector<ExprPtr> arguments(const std::string& of) {
    std::vector<ExprPtr> list;
    while (!is_operator(")")) {
      if (is_operator("**")) fail(current().position, "unpacking arguments is not supported", "pass them one by one");
      if (is_operator("*")) {
        ExprPtr star = node(ExprKind::kStar, take().position);
        star->text = expect_name("a name after '*'").text;
        list.push_back(std::move(star));
      } else {
        list.push_back(expression());
      }
      if (is_operator("=")) {
        fail(list.back()->position, "keyword arguments are not supported",
             of == "print" ? "print writes its values with blanks between them and ends the line" : "pass the value by its position");
      }
      if (is_keyword("for")) fail(current().position, "generators are not supported", "collect the values in a list with a loop");
      if (!accept_operator(",")) break;
    }
    expect(")", of == "print" ? "at the end of print" : "after the arguments", "separate arguments by ','");
    if (list.size() > 250) fail(previous().position, "more than 250 arguments", "pass a list");
    return list;
  }

  ExprPtr atom() {
    const Token& token = current();
    switch (token.kind) {
      case TokenKind::kInt: {
        if (token.integer == 0x80000000u && !token.hexadecimal) {
          fail(token.position, "the integer does not fit 32 bits",
               "integers reach from -2147483648 to 2147483647; add .0 for a real number");
        }
        ExprPtr e = node(ExprKind::kInt, token.position);
        e->integer = static_cast<int32_t>(token.integer);
        take();
        return e;
      }
      case TokenKind::kReal: {
        ExprPtr e = node(ExprKind::kReal, token.position);
        e->real = token.real;
        take();
        return e;
      }
      case TokenKind::kString: {
        ExprPtr e = node(ExprKind::kString, token.position);
        while (current().kind == TokenKind::kString) e->text += take().text;
        return e;
      }
      case TokenKind::kName: {
        ExprPtr e = node(ExprKind::kName, token.position);
        e->text = token.text;
        take();
        return e;
      }
      case TokenKind::kKeyword:
        return keyword_atom();
      case TokenKind::kOperator:
        if (token.text == "(") return parenthesised();
        if (token.text == "[") return list();
        break;
      default:
        break;
    }
    reject_current();
    fail(missing(), "expected a value, found " + shown(current()));
  }

  ExprPtr keyword_atom() {
    const Token& token = current();
    const std::pair<std::string_view, ExprKind> constants[] = {
        {"True", ExprKind::kTrue}, {"False", ExprKind::kFalse}, {"None", ExprKind::kNone}};
    for (const auto& [text, kind] : constants) {
      if (token.text != text) continue;
      ExprPtr e = node(kind, token.position);
      take();
      return e;
    }
    if (token.text == "native") {
      take();
      const Token name = expect_name("the name of a native call");
      ExprPtr e = node(ExprKind::kNative, name.position);
      e->text = name.text;
      expect("(", "after the native call");
      for (ExprPtr& argument : arguments("call")) attach(*e, std::move(argument));
      return e;
    }
    reject_current();
    if (token.text == "print") fail(token.position, "print has no value", "write it as a statement of its own");
    fail(token.position, "expected a value, found '" + token.text + "'");
  }

  ExprPtr parenthesised() {
    const Position open = take().position;
    if (is_operator(")")) fail(open, "tuples are not supported", "use a list: []");
    ExprPtr e = expression();
    if (is_operator(",")) fail(current().position, "tuples are not supported", "use a list: [a, b]");
    if (is_keyword("for")) fail(current().position, "generators are not supported", "collect the values in a list with a loop");
    expect(")", "after the expression");
    return e;
  }

  ExprPtr list() {
    ExprPtr e = node(ExprKind::kList, take().position);
    while (!is_operator("]")) {
      if (is_operator("*")) fail(current().position, "unpacking is not supported", "name the elements one by one");
      attach(*e, expression());
      if (is_keyword("for"))
        fail(current().position, "list comprehensions are not supported", "start with an empty list and fill it in a loop");
      if (!accept_operator(",")) break;
    }
    expect("]", "after the elements", "separate elements by ','");
    return e;
  }

  const SourceLines& lines_;
  const bool legacy_;
  const std::vector<Token> tokens_;
  size_t next_ = 0;
  int nesting_ = 0;
  bool in_function_ = false;
};

}  // namespace

std::vector<Stmt> parse(const SourceLines& lines, uint32_t first, Dialect dialect) { return Parser(lines, first, dialect).run(); }

}  // namespace epysim::compiler
