// The code of small programs, exactly.

#include <catch2/catch.hpp>

#include "tests/compiler/support.h"

using namespace epysim::compiler;
using namespace compiler_test;

TEST_CASE("density: the promised sizes") {
  // b = a + 1 in 4 bytes; a counting loop in 12 at most.
  CHECK(code(compile("def f(a):\n  b = a + 1\n  return b\nprint f(1)\n"), 1) == "LOAD_0; SMALL_1; ADD; STORE_1; LOAD_1; RETURN");
  const size_t without = code_bytes(compile("i = 0\n"));
  CHECK(code_bytes(compile("i = 0\nwhile i < 100:\n  i += 1\n")) - without == 10);
  CHECK(legacy("i = 0\nwhile i < 10:\n  i = i + 1\n") ==
        "SMALL_0; STORE_0; LOAD_0; SMALL_10; JUMP_UNLESS_LT @11; INCREMENT 0 1; JUMP @2; RETURN_NONE");
  // A call with two arguments takes 3 bytes.
  CHECK(legacy("def add(a, b):\n  return a + b\nprint add(1, 2)\n") == "SMALL_1; SMALL_2; CALL 1 2; NATIVE_N 2 1; POP; RETURN_NONE");
}

TEST_CASE("increment is addition or subtraction, never something else") {
  CHECK(legacy("i = 1\ni -= 3\n") == "SMALL_1; STORE_0; INCREMENT 0 -3; RETURN_NONE");
  CHECK(legacy("i = 1\ni = 2 + i\n") == "SMALL_1; STORE_0; SMALL_2; LOAD_0; ADD; STORE_0; RETURN_NONE");
  CHECK(legacy("i = 1\ni += -1\n") == "SMALL_1; STORE_0; SMALL_M1; ADD_TO 0; RETURN_NONE");
  CHECK(legacy("i = 1\ni += 200\n") == "SMALL_1; STORE_0; INT 0; ADD_TO 0; RETURN_NONE");
  CHECK(legacy("i = 1.5\ni += 0.5\n") == "REAL 0; STORE_0; REAL 1; ADD_TO 0; RETURN_NONE");
}

TEST_CASE("constants are folded as a core computes") {
  CHECK(legacy("print 7/2, -7/2, 7//2, -7//2, -7%3\n") == "SMALL_3; INT8 -3; SMALL_3; INT8 -4; SMALL_M1; NATIVE_N 2 5; POP; RETURN_NONE");
  CHECK(modern("print(-7//2, -7%3, 6/2)\n") == "INT8 -4; SMALL_2; REAL 0; NATIVE_N 2 3; POP; RETURN_NONE");
  CHECK(legacy("print 2147483647+1\n") == "INT 0; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("print \"a\"+\"b\"+1\n") == "STRING 0; NATIVE_N 2 1; POP; RETURN_NONE");
  // Left to run time: an error there, an inexact quotient, a power that is not whole.
  CHECK(legacy("print 1/0\n") == "SMALL_1; SMALL_0; DIV_TRUNC; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(modern("print(1/3)\n") == "SMALL_1; SMALL_3; DIV_TRUE; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("print 2^-1\n") == "SMALL_2; SMALL_M1; POW; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("if 1 > 2:\n  print unknown_name\nelse:\n  print 3\n") == "SMALL_3; NATIVE_N 2 1; POP; RETURN_NONE");
}

TEST_CASE("division and modulo are chosen by the dialect") {
  CHECK(legacy("a = 1\nb = a / a\nc = a % a\nd = a // a\n")
            .find("DIV_TRUNC; STORE_1; LOAD_0; LOAD_0; MOD_TRUNC; STORE_2; LOAD_0; LOAD_0; DIV_FLOOR") != std::string::npos);
  CHECK(modern("a = 1\nb = a / a\nc = a % a\nd = a // a\n")
            .find("DIV_TRUE; STORE_1; LOAD_0; LOAD_0; MOD_FLOOR; STORE_2; LOAD_0; LOAD_0; DIV_FLOOR") != std::string::npos);
}

TEST_CASE("conditions become branches") {
  const std::string head = "def f(a, b):\n";
  const std::string tail = "f(1, 2)\n";
  const auto body = [&](const std::string& text) { return code(compile(head + text + tail), 1); };
  CHECK(body("  if a < b and a != 0:\n    a = 1\n") ==
        "LOAD_0; LOAD_1; JUMP_UNLESS_LT @10; LOAD_0; SMALL_0; JUMP_UNLESS_NE @10; SMALL_1; STORE_0; RETURN_NONE");
  CHECK(body("  if a == b or not a:\n    a = 1\n") ==
        "LOAD_0; LOAD_1; JUMP_UNLESS_NE @7; LOAD_0; JUMP_IF @9; SMALL_1; STORE_0; RETURN_NONE");
  CHECK(body("  if a < b:\n    a = 1\n  elif b:\n    a = 2\n  else:\n    a = 3\n") ==
        "LOAD_0; LOAD_1; JUMP_UNLESS_LT @7; SMALL_1; STORE_0; RETURN_NONE; LOAD_1; JUMP_UNLESS @13; SMALL_2; STORE_0; RETURN_NONE; "
        "SMALL_3; STORE_0; "
        "RETURN_NONE");
  // Not less is not greater or equal where a number is no number.
  CHECK(body("  while not a < b:\n    a = 1\n") == "LOAD_0; LOAD_1; LT; JUMP_IF @9; SMALL_1; STORE_0; JUMP @0; RETURN_NONE");
  CHECK(body("  if 0 < a < b:\n    a = 1\n") ==
        "SMALL_0; LOAD_0; JUMP_UNLESS_LT @10; LOAD_0; LOAD_1; JUMP_UNLESS_LT @10; SMALL_1; STORE_0; RETURN_NONE");
  CHECK(body("  if not a is none:\n    a = 1\n") == "LOAD_0; NONE; IS; JUMP_IF @7; SMALL_1; STORE_0; RETURN_NONE");
}

TEST_CASE("and, or and chains as values") {
  const auto body = [](const std::string& text) { return code(compile("def f(a, b):\n  return " + text + "\nprint f(1, 2)\n"), 1); };
  CHECK(body("a and b or 3") == "LOAD_0; AND @4; LOAD_1; OR @7; SMALL_3; RETURN");
  CHECK(body("a < b <= 5") == "LOAD_0; LOAD_1; LT; AND @8; LOAD_1; SMALL_5; LE; RETURN");
  CHECK(body("1 < f(a, b) < 5") == "SMALL_1; LOAD_0; LOAD_1; CALL 1 2; STORE_2; LOAD_2; LT; AND @14; LOAD_2; SMALL_5; LT; RETURN");
  CHECK(body("a if b else 3") == "LOAD_1; JUMP_UNLESS @6; LOAD_0; JUMP @7; SMALL_3; RETURN");
  CHECK(body("a in [1, 2]") == "LOAD_0; SMALL_1; SMALL_2; LIST 2; IN; RETURN");
}

TEST_CASE("loops") {
  CHECK(modern("for i in range(3):\n  print(i)\n") ==
        "SMALL_0; SMALL_3; SMALL_1; RANGE 1; JUMP @12; LOAD_0; NATIVE_N 2 1; POP; FOR_RANGE_STORE 1 0 @7; RETURN_NONE");
  // The legacy range of the module util contains its end.
  CHECK(legacy("from util import range\nfor i in range(3):\n  pass\n") ==
        "SMALL_0; SMALL_4; SMALL_1; RANGE 1; JUMP @7; FOR_RANGE_STORE 1 0 @7; RETURN_NONE");
  CHECK(legacy("import util\nfor i in util.range(5, 1, -2):\n  pass\n") ==
        "SMALL_5; SMALL_0; INT8 -2; RANGE 1; JUMP @8; FOR_RANGE_STORE 1 0 @8; RETURN_NONE");
  CHECK(legacy("import util\nn = 3\nfor i in range(n):\n  pass\n") ==
        "SMALL_3; STORE_1; SMALL_0; LOAD_1; SMALL_1; ADD; SMALL_1; RANGE 2; JUMP @11; FOR_RANGE_STORE 2 0 @11; RETURN_NONE");
  // A step known only at run time decides there where the end lies.
  CHECK(legacy("import util\nn = 3\nfor i in range(1, 9, n):\n  pass\n") ==
        "SMALL_3; STORE_1; SMALL_1; SMALL_9; LOAD_1; STORE_4; LOAD_4; SMALL_0; JUMP_UNLESS_GT @14; SMALL_1; ADD; JUMP @16; SMALL_1; SUB; "
        "LOAD_4; RANGE 2; JUMP @21; FOR_RANGE_STORE 2 0 @21; RETURN_NONE");
  CHECK(error("for i in range(3):\n  pass\n") == "1:10: unknown name 'range' | write at the top: from util import range");
  CHECK(legacy("for x in [1]:\n  if x:\n    break\n  continue\n") ==
        "SMALL_1; LIST 1; ITER 1; JUMP @12; STORE_0; LOAD_0; JUMP_UNLESS @12; RETURN_NONE; FOR_LIST 1 @7; RETURN_NONE");
}

TEST_CASE("lists") {
  CHECK(legacy("a = [1] * 10\na[2] = 3\na[1] += 2\nprint a[0]\n") ==
        "SMALL_1; LIST 1; SMALL_10; REPEAT; STORE_0; SMALL_3; LOAD_0; SMALL_2; STORE_INDEX; LOAD_0; SMALL_1; DUP2; INDEX; SMALL_2; ADD; "
        "ROT3; "
        "STORE_INDEX; LOAD_0; SMALL_0; INDEX; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(modern("a = []\na.append(3)\nb = a[1:]\n") ==
        "LIST 0; STORE_0; LOAD_0; SMALL_3; NATIVE 73; POP; LOAD_0; SMALL_1; NONE; SLICE; STORE_1; RETURN_NONE");
  CHECK(error("a = []\na.append(3)\n") ==
        "2:3: append is not part of the legacy dialect | assign the element behind the end: a[len(a)] = value; or "
        "make the first line # epython: modern");
  CHECK(modern("def f(m, i):\n  m[i][1] += 2\nf([], 0)\n") == "LIST 0; SMALL_0; CALL 1 2; POP; RETURN_NONE");
  CHECK(code(compile_modern("def f(m, i):\n  m[i][1] += 2\nf([], 0)\n"), 1) ==
        "LOAD_0; LOAD_1; SMALL_1; INDEX_N 2; SMALL_2; ADD; LOAD_0; LOAD_1; SMALL_1; STORE_INDEX_N 2; RETURN_NONE");
  CHECK(modern("x = y = 0\n") == "SMALL_0; DUP; STORE_0; STORE_1; RETURN_NONE");
}

TEST_CASE("default values are computed by the called function") {
  CHECK(code(compile("def f(a, b=a+1):\n  return b\nprint f(1)\n"), 1) == "DEFAULT 1 @7; LOAD_0; SMALL_1; ADD; STORE_1; LOAD_1; RETURN");
  CHECK(error("def f(a, b=1):\n  pass\nf()\n") == "3:1: 'f' needs at least 1 argument, 0 given | the parameter 'a' is missing");
  CHECK(error("def f(a):\n  pass\nf(1, 2)\n") == "3:1: 'f' takes at most 1 argument, 2 given");
}

TEST_CASE("functions are values") {
  CHECK(legacy("def f():\n  pass\ng = f\ng()\n") == "FUNCTION 1; STORE_0; LOAD_0; CALL_VALUE 0; POP; RETURN_NONE");
  // A function whose name is assigned as well is a variable.
  CHECK(modern("def f():\n  return 1\nf = 3\nprint(f)\n") ==
        "FUNCTION 1; STORE_0; SMALL_3; STORE_0; LOAD_0; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(modern_error("x = len\n") == "1:5: 'len' can only be called, not used as a value | wrap it in a function of your own");
}

TEST_CASE("wrappers of the built-in modules are expanded where they are called") {
  CHECK(legacy("from parallel import *\nprint reduce(coreid(), \"max\")\n") ==
        "NATIVE 15; SMALL_2; NATIVE 17; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("import parallel\nparallel.send(20, 1)\n") == "INT8 20; SMALL_1; NATIVE 10; POP; RETURN_NONE");
  CHECK(legacy("import math\nprint sqrt(2.0), pi(), pow(3, 2)\n") ==
        "SMALL_0; REAL 0; NATIVE 20; REAL 1; SMALL_9; NATIVE_N 2 3; POP; RETURN_NONE");
  CHECK(modern("import math\nprint(math.pi)\n") == "REAL 0; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(modern_error("import math\nprint(math.pi())\n") == "2:12: this is a value, not a function | write it without the brackets");
  CHECK(legacy("from random import randint\nprint randint(0, 10)\n") ==
        "SMALL_0; SMALL_14; SMALL_10; NATIVE 20; ADD; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(modern("from random import randint\nprint(randint(0, 10))\n") ==
        "SMALL_0; SMALL_14; SMALL_11; NATIVE 20; ADD; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("import array\na = array(2, 3)\nprint size(a)\n") ==
        "SMALL_2; SMALL_3; NATIVE_N 18 2; STORE_0; LOAD_0; NATIVE 64; NATIVE_N 2 1; POP; RETURN_NONE");
  // An argument is evaluated once, and before the ones to its right: here only a call does that.
  CHECK(legacy("from random import randint\nimport parallel\nprint randint(recv(1), recv(2))\n") ==
        "SMALL_1; NATIVE 11; SMALL_2; NATIVE 11; CALL 1 2; NATIVE_N 2 1; POP; RETURN_NONE");
  // An operation that is not known before run time.
  CHECK(legacy("import parallel\nop = input()\nprint reduce(1, op)\n") ==
        "NATIVE 5; STORE_0; SMALL_1; LOAD_0; CALL 1 2; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("import parallel\nx = recv(1, 10)\n") == "SMALL_1; SMALL_10; NATIVE 78; STORE_0; RETURN_NONE");
}

TEST_CASE("natives") {
  CHECK(legacy("x = native rtl_coreid()\n") == "NATIVE 15; STORE_0; RETURN_NONE");
  CHECK(error("native rtl_coreid(1)\n") == "1:8: rtl_coreid takes 0 arguments, 1 given");
  CHECK(error("native rtl_corid()\n") == "1:8: there is no native call 'rtl_corid' | did you mean 'rtl_coreid'?");
  CHECK(legacy("native = 3\nprint native\n") == "SMALL_3; STORE_0; LOAD_0; NATIVE_N 2 1; POP; RETURN_NONE");
  CHECK(legacy("print min(1, 2), abs(3)\nexit()\nprint 1\n") ==
        "SMALL_1; SMALL_2; NATIVE_N 70 2; SMALL_3; NATIVE 69; NATIVE_N 2 2; POP; STOP");
}

TEST_CASE("instructions that do the work of several") {
  const auto body = [](const std::string& text) { return code(compile_modern("def f(a, i, s, v):\n" + text + "\nf(0, 0, 0, 0)\n"), 1); };
  CHECK(body("  v = a[i]\n  a[i] = v") == "INDEX_LOCALS 0 1; STORE_3; LOAD_3; STORE_INDEX_LOCALS 0 1; RETURN_NONE");
  CHECK(body("  s += a[i] * v") == "INDEX_LOCALS 0 1; LOAD_3; MUL; ADD_TO 2; RETURN_NONE");
  CHECK(body("  s = s - v * (1 - i)") == "LOAD_3; SMALL_1; LOAD_1; SUB; MUL; SUB_FROM 2; RETURN_NONE");
  CHECK(body("  s *= f(s, s, s, s)") == "LOAD_2; LOAD_2; LOAD_2; LOAD_2; CALL 1 4; MUL_BY 2; RETURN_NONE");
  // The variable has to be the left operand, and to be the one that is assigned; nothing may jump into the expression.
  CHECK(body("  s = v - s") == "LOAD_3; LOAD_2; SUB; STORE_2; RETURN_NONE");
  CHECK(body("  s = v + i") == "LOAD_3; LOAD_1; ADD; STORE_2; RETURN_NONE");
  CHECK(body("  s = s + (i if v else 1)") == "LOAD_2; LOAD_3; JUMP_UNLESS @7; LOAD_1; JUMP @8; SMALL_1; ADD; STORE_2; RETURN_NONE");
  // What is not certainly assigned is checked first; globals have no slot.
  CHECK(body("  if a:\n    t = 1\n  t += v") ==
        "LOAD_0; JUMP_UNLESS @5; SMALL_1; STORE_4; LOAD_CHECKED 4; LOAD_3; ADD; STORE_4; RETURN_NONE");
  CHECK(code(compile_modern("g = 1\ndef f(a):\n  global g\n  for g in range(3):\n    g += a\nf(0)\n"), 1) ==
        "SMALL_0; SMALL_3; SMALL_1; RANGE 1; JUMP @15; STORE_GLOBAL 0; LOAD_GLOBAL 0; LOAD_0; ADD; STORE_GLOBAL 0; FOR_RANGE 1 @7; "
        "RETURN_NONE");
  // Beyond the 16th slot the instructions stay as they were.
  std::string many = "def f(v";
  for (int i = 0; i < 15; ++i) many += ", v" + std::to_string(i);
  many += ", a):\n  return v[a]\nf(0";
  for (int i = 0; i < 16; ++i) many += ", 0";
  CHECK(code(compile_modern(many + ")\n"), 1) == "LOAD_0; LOAD 16; INDEX; RETURN");
  // A body that FOR_RANGE_STORE cannot be sure to reach over.
  std::string body_text;
  for (int i = 0; i < 50; ++i) body_text += "    s = v - s\n";
  CHECK(body("  for i in range(3):\n" + body_text).find("FOR_RANGE 4 @") != std::string::npos);
}

TEST_CASE("far jumps where near ones do not reach") {
  std::string text = "def f(a, b):\n  while a < b:\n";
  for (int i = 0; i < 40; ++i) text += "    a = b * a\n";  // 160 bytes
  const std::string listed = code(compile(text + "f(1, 2)\n"), 1);
  CHECK(listed.rfind("LOAD_0; LOAD_1; LT; JUMP_UNLESS_FAR @169; LOAD_1; LOAD_0; MUL; STORE_0; ", 0) == 0);
  CHECK(listed.find("STORE_0; JUMP_FAR @0; RETURN_NONE") != std::string::npos);
  // At the very edge a near one does: 127 bytes.
  text = "def f(a, b):\n  if a:\n";
  for (int i = 0; i < 31; ++i) text += "    a = b * a\n";
  CHECK(code(compile(text + "    a += 1\nf(1, 2)\n"), 1).rfind("LOAD_0; JUMP_UNLESS @130; ", 0) == 0);
  CHECK(code(compile(text + "    a = -a + 1\nf(1, 2)\n"), 1).rfind("LOAD_0; JUMP_UNLESS_FAR @133; ", 0) == 0);
}

TEST_CASE("limits are errors") {
  std::string text = "def f():\n";
  for (int i = 0; i < 300; ++i) text += "  v" + std::to_string(i) + " = 1\n";
  CHECK(error(text + "f()\n") == "1:5: 'f' needs 300 variables, more than 255 | use lists, or split the function");
  text.clear();
  for (int i = 0; i < 300; ++i) text += "v" + std::to_string(i) + " = 1\n";
  CHECK(compile(text).globals.size() == 100);  // the top level's own frame holds 200
  text = "x = [0";
  for (int i = 0; i < 250; ++i) text += ", 0";
  CHECK(error(text + "]\n") == "1:5: a list of more than 200 elements cannot be written out | build it in a loop, or pass it to a kernel");
  text.clear();
  for (int i = 0; i < 7000; ++i) text += "print \"" + std::to_string(i) + "\"\n";
  CHECK(error(text).find("bytes, more than 65535") != std::string::npos);
  text = "while 1:\n";
  for (int i = 0; i < 9000; ++i) text += "  print 1\n";
  CHECK(error(text).find("a jump of more than 32767 bytes") != std::string::npos);
  text = "print ";
  for (int i = 0; i < 260; ++i) text += (i > 0 ? ", " : "") + std::to_string(i);
  CHECK(error(text + "\n").find("more than 255 values") != std::string::npos);
}
