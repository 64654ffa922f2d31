// Syntax errors: place, message and hint; and what the two dialects parse differently.

#include <catch2/catch.hpp>

#include "tests/compiler/support.h"

using namespace epysim::compiler;
using namespace compiler_test;

TEST_CASE("an error is shown with its line, a caret and a hint") {
  try {
    compile("x = 1\ny = 2\nif x > 3\n  y = 1\n");
    FAIL("no error");
  } catch (const CompileError& e) {
    CHECK(std::string(e.what()) ==
          "prog.py:3:9: error: expected ':' after the condition\n"
          "    if x > 3\n"
          "            ^\n"
          "  hint: end the line with ':'");
    CHECK(e.file() == "prog.py");
    CHECK(e.line() == 3);
    CHECK(e.column() == 9);
  }
}

TEST_CASE("the caret stands below tabs and behind wide characters") {
  try {
    compile("if 1:\n\tprint \"\xc3\xa4\" +\n");
    FAIL("no error");
  } catch (const CompileError& e) {
    CHECK(std::string(e.what()) ==
          "prog.py:2:14: error: expected a value, found the end of the line\n"
          "    \tprint \"\xc3\xa4\" +\n"
          "    \t           ^");
  }
}

TEST_CASE("missing and misplaced parts") {
  CHECK(error("if 1:\nx = 2\n") == "2:1: expected an indented block | indent the statements that belong to it, or write pass");
  CHECK(error("while 1:\n") == "1:9: expected an indented block | indent the statements that belong to it, or write pass");
  CHECK(error("if 1:\n  # nothing\nx = 1\n") == "3:1: expected an indented block | indent the statements that belong to it, or write pass");
  CHECK(error("x = 1\n  y = 2\n") == "2:3: unexpected indentation | line it up with the statement before");
  CHECK(error("x = \n") == "1:4: expected a value, found the end of the line");
  CHECK(error("x = (1 + 2\n") == "1:5: '(' is never closed | add the closing bracket");
  CHECK(error("x = 1 +* 2\n") == "1:8: expected a value, found '*'");
  CHECK(error("if x = 1:\n  pass\n") == "1:6: '=' assigns and is not a comparison | compare with ==");
  CHECK(error("for i 3:\n  pass\n") == "1:7: expected 'in' after the loop variable | write: for i in sequence:");
  CHECK(error("def f:\n  pass\n") == "1:6: expected '(' after the name of the function | write: def f():");
  CHECK(error("else:\n  pass\n") == "1:1: 'else' without an if before it | line it up with its if");
  CHECK(error("if 1: pass\nelse if 2: pass\n") == "2:6: 'else if' is not an elif | write elif");
  CHECK(error("x + 1\n") == "1:1: this expression has no effect | assign its value, print it, or remove it");
  CHECK(error("3 = x\n") == "1:1: this cannot be assigned to | the left side is a variable or an element of a list; compare with ==");
  CHECK(error("print = 3\n") == "1:7: expected a value, found '='");
  CHECK(error("def f(a=1, b):\n  pass\n") ==
        "1:12: a parameter without a default value follows one with a default value | give 'b' a default value, or move it forward");
  CHECK(error("break\n") == "1:1: break outside a loop | it belongs into a while or for block");
  CHECK(modern_error("return 3\n") == "1:1: return outside a function | call exit() to end the program");
  CHECK(modern_error("x = 1 y = 2\n") ==
        "1:7: expected the end of the statement, found 'y' | separate statements by ';' or write them on lines of their own");
}

TEST_CASE("what Python has and the cores do not is named") {
  const std::pair<const char*, const char*> cases[] = {
      {"class A:\n  pass\n", "1:1: classes are not supported | keep the data in lists and variables, and write functions"},
      {"f = lambda x: x\n", "1:5: lambda is not supported | write a function with def and use its name"},
      {"try:\n  pass\n",
       "1:1: exceptions are not supported | test the condition with if before; an error on a core ends the run with its line"},
      {"x = {1: 2}\n", "1:5: dictionaries and sets are not supported | use lists"},
      {"with x:\n  pass\n", "1:1: with is not supported | call the functions directly"},
      {"def f():\n  yield 1\n", "2:3: generators are not supported | collect the values in a list and return it"},
      {"a, b = 1, 2\n", "1:2: tuples are not supported | assign one variable at a time, or use a list: [a, b]"},
      {"a = (1, 2)\n", "1:7: tuples are not supported | use a list: [a, b]"},
      {"def f():\n  return 1, 2\n", "2:11: tuples are not supported | return a list: return [a, b]"},
      {"a = [x for x in b]\n", "1:8: list comprehensions are not supported | start with an empty list and fill it in a loop"},
      {"def f():\n  def g():\n    pass\n",
       "2:3: a function inside a function is not supported | move it to the top level; pass what it needs as arguments"},
      {"x = 1 & 2\n", "1:7: bitwise operators are not supported | use arithmetic (*, //, %), and and, or, not for conditions"},
      {"x = f(n=3)\n", "1:7: keyword arguments are not supported | pass the value by its position"},
      {"def f(*a):\n  pass\n", "1:8: a variable number of arguments is not supported | pass a list"},
      {"while 1:\n  pass\nelse:\n  pass\n",
       "3:1: else after a loop is not supported | set a variable before break and test it after the loop"},
      {"x = a[1, 2]\n", "1:8: tuples are not supported | write several indexes as a[i][j]"},
      {"del x\n", "1:1: del is not supported | assign another value, or call free() of the module memory"},
      {"assert x\n", "1:1: assert is not supported | write: if not condition: print a message, exit()"},
      {"print(1, end=\"\")\n",
       "1:10: keyword arguments are not supported | print writes its values with blanks between them and ends the line"},
      {"import a.b\n", "1:9: packages are not supported | put the module's file into a folder of the search path"},
      {"x = 3j\n", "1:5: complex numbers are not supported | keep the real and the imaginary part in two variables"},
  };
  for (const auto& [text, expected] : cases) {
    CHECK(error(text) == expected);
    CHECK(modern_error(text) == expected);
  }
}

TEST_CASE("differences of the dialects in syntax") {
  CHECK(modern_error("x = 2 ^ 3\n") == "1:7: '^' is not an operator of the modern dialect | write ** for power");
  CHECK(modern_error("x = !y\n") == "1:5: '!' is not an operator of the modern dialect | write not");
  CHECK(modern_error("x = 1 <> 2\n") == "1:7: '<>' is not an operator of the modern dialect | write !=");
  CHECK(error("x = [1,2]\ny = x[0:1]\n") == "2:8: slices are not supported in the legacy dialect | copy the elements in a loop");
  // Legacy: power has the level of multiplication and binds from the left; a sign binds to its number.
  CHECK(legacy("print 2*3^2, 2^3^2, -2^2\n") == "INT8 36; INT8 64; SMALL_4; NATIVE_N 2 3; POP; RETURN_NONE");
  CHECK(modern("print 2*3**2, 2**3**2, -2**2\n") == "INT8 18; INT 0; INT8 -4; NATIVE_N 2 3; POP; RETURN_NONE");
  CHECK(legacy("a=1 b=2 print a\n") == "SMALL_1; STORE_0; SMALL_2; STORE_1; LOAD_0; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("A = 1\nprint a\n") == "SMALL_1; STORE_0; LOAD_0; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(modern_error("A = 1\nprint a\n") == "2:7: unknown name 'a' | did you mean 'A'?");
}

TEST_CASE("print is a statement or a call") {
  const std::string two = "SMALL_1; SMALL_2; NATIVE_N 2 2; POP; RETURN_NONE";
  CHECK(legacy("print 1, 2\n") == two);
  CHECK(legacy("print(1, 2)\n") == two);
  CHECK(modern("print(1, 2); pass\n") == two);
  CHECK(legacy("print (1)+1\n") == "SMALL_2; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("print\n") == "NATIVE_N 2 0; POP; RETURN_NONE");
}

TEST_CASE("nesting is bounded") {
  const std::string open(300, '(');
  const std::string close(300, ')');
  CHECK(error("x = " + open + "1" + close + "\n") ==
        "1:85: the expression is nested too deeply | compute parts of it in statements of their own");
  std::string sum = "x = y";
  for (int i = 0; i < 5000; ++i) sum += "+y";
  CHECK(error(sum + "\n").find("the expression is too deep") != std::string::npos);
  std::string signs = "x = " + std::string(5000, '-') + "y\n";
  CHECK(error(signs).find("nested too deeply") != std::string::npos);
  std::string powers = "x = y";
  for (int i = 0; i < 5000; ++i) powers += "**y";
  CHECK(modern_error(powers + "\n").find("nested too deeply") != std::string::npos);
}

TEST_CASE("decorators, types of parameters and documentation strings mean nothing") {
  CHECK(modern("@offload(target=[1])\ndef f(a: int, b: float = 1.0) -> int:\n  \"\"\"Adds.\"\"\"\n  return a\nprint(f(1))\n") ==
        "SMALL_1; CALL 1 1; NATIVE_N 2 1; POP; RETURN_NONE");
}
