// Names: scopes of the two dialects, modules, suggestions, kernels.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/compiler/support.h"

using namespace epysim::compiler;
using namespace compiler_test;

namespace {

namespace fs = std::filesystem;

// A folder of files that vanishes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "epysim-compiler-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((fs::path(path_) / name).parent_path());
    std::ofstream(fs::path(path_) / name) << text;
  }
  std::string operator/(const std::string& name) const { return (fs::path(path_) / name).string(); }

 private:
  std::string path_;
};

std::string error_of(const Source& source, const Options& o) {
  try {
    epysim::compiler::compile(source, o);
  } catch (const CompileError& e) {
    return fs::path(e.file()).filename().string() + ":" + std::to_string(e.line()) + ":" + std::to_string(e.column()) + ": " + e.message() +
           (e.hint().empty() ? "" : " | " + e.hint());
  }
  return "no error";
}

}  // namespace

TEST_CASE("an assignment in a function: legacy follows the text, modern asks for global") {
  const std::string text = "x = 1\ndef f():\n  x = 2\nf()\nprint x\n";
  CHECK(code(compile(text), 1) == "SMALL_2; STORE_GLOBAL 0; RETURN_NONE");
  CHECK(compile(text).globals == std::vector<std::string>{"x"});
  CHECK(code(compile_modern(text), 1) == "SMALL_2; STORE_0; RETURN_NONE");
  CHECK(compile_modern(text).globals.empty());
  CHECK(code(compile_modern("x = 1\ndef f():\n  global x\n  x = 2\nf()\nprint(x)\n"), 1) == "SMALL_2; STORE_GLOBAL 0; RETURN_NONE");
  // Legacy: a function that stands before the first assignment has a variable of its own; a parameter always is.
  CHECK(code(compile("def f():\n  x = 2\nx = 1\nf()\nprint x\n"), 1) == "SMALL_2; STORE_0; RETURN_NONE");
  CHECK(code(compile("x = 1\ndef f(x):\n  x = 2\nf(1)\n"), 1) == "SMALL_2; STORE_0; RETURN_NONE");
  // Both read what the module has, wherever it stands.
  CHECK(code(compile("def f():\n  return x\nx = 1\nprint f()\n"), 1) == "LOAD_GLOBAL 0; RETURN");
  CHECK(modern_error("global x\n") == "1:1: global at the top level | variables are global there already");
  CHECK(modern_error("def f(x):\n  global x\n") == "2:10: the parameter 'x' cannot be global | rename the parameter");
}

TEST_CASE("variables of the top level alone live in its frame, the most used ones first") {
  const Image image = compile("a = 1\nb = 2\nc = 3\nwhile c < 9:\n  c += b\nprint a\n");
  CHECK(image.globals.empty());
  CHECK(image.functions[0].locals == std::vector<std::string>{"c", "b", "a"});
}

TEST_CASE("reads that may come before the assignment are checked") {
  CHECK(legacy("x = input()\nif x:\n  y = 1\nprint y\nprint y\n") ==
        "NATIVE 5; STORE_1; LOAD_1; JUMP_UNLESS @8; SMALL_1; STORE_0; LOAD_CHECKED 0; NATIVE_N 2 1; POP; LOAD_0; NATIVE_N 2 1; POP; "
        "RETURN_NONE");
  CHECK(legacy("x = input()\nif x:\n  y = 1\nelse:\n  y = 2\nprint y\n").find("LOAD_CHECKED") == std::string::npos);
  CHECK(modern("for i in range(3):\n  pass\nprint(i)\n").find("LOAD_CHECKED 0") != std::string::npos);
  CHECK(legacy("i = 0\nwhile i < 3:\n  k = i\n  print k\n  i += 1\n").find("LOAD_CHECKED") == std::string::npos);
  CHECK(modern("def f():\n  if 0:\n    x = 1\n  x += 1\nf()\n") == "CALL 1 0; POP; RETURN_NONE");
  CHECK(code(compile_modern("def f():\n  x += 1\nf()\n"), 1) == "LOAD_CHECKED 0; SMALL_1; ADD; STORE_0; RETURN_NONE");
}

TEST_CASE("unknown names come with a suggestion") {
  CHECK(error("count = 1\nprint coutn\n") == "2:7: unknown name 'coutn' | did you mean 'count'?");
  CHECK(error("print coreid()\n") == "1:7: unknown name 'coreid' | write at the top: from parallel import coreid");
  CHECK(error("import parallel\nprint parallel.corid()\n") == "2:16: the module 'parallel' has no 'corid' | did you mean 'coreid'?");
  CHECK(error("from parallel import reduc\n") == "1:22: the module 'parallel' has no 'reduc' | did you mean 'reduce'?");
  CHECK(error("import paralel\n") == "1:8: there is no module 'paralel' | did you mean 'parallel'?");
  CHECK(modern_error("x = sorted([1])\n") == "1:5: unknown name 'sorted' | 'sorted' of CPython is not available on the cores");
  CHECK(error("x = zzz\n") == "1:5: unknown name 'zzz' | assign it before it is used, or import the module that defines it");
  CHECK(error("x = 1\nx.sort()\n") == "2:3: values have no method 'sort' | lists have append and extend; use functions otherwise");
  CHECK(error("x = 1\ny = x.real\n") == "2:7: values have no attributes: '.real' | only modules have names behind a dot");
  CHECK(error("import parallel\nx = parallel\n") ==
        "2:5: 'parallel' is a module and has no value | name one of its functions: parallel.NAME");
  // Mistakes in functions that nobody calls are found as well.
  CHECK(error("def f():\n  return zzz\n").substr(0, 24) == "2:10: unknown name 'zzz'");
}

TEST_CASE("an alias is another name of a variable, wherever it is assigned") {
  // The module's variable, which a modern function assigns without saying global.
  CHECK(modern("n = 1\ndef f():\n  alias(m, symbol(n))\n  m = 2\nf()\nprint(n)\n").find("LOAD_GLOBAL") != std::string::npos);
  CHECK(code(compile_modern("n = 1\ndef f():\n  alias(m, symbol(n))\n  m = 2\nf()\nprint(n)\n"), 1) ==
        "SMALL_2; STORE_GLOBAL 0; RETURN_NONE");
  // A function's own, before a variable of the module.
  CHECK(code(compile_modern("n = 1\ndef f():\n  n = 5\n  alias(m, symbol(n))\n  return m\nprint(f() + n)\n"), 1) ==
        "SMALL_5; STORE_0; LOAD_0; RETURN");
  CHECK(legacy("N = 3\nalias(m, symbol(n))\nM = 4\nprint n\n") == legacy("n = 3\nn = 4\nprint n\n"));
  CHECK(error("x = 1\nalias(a, symbol(y))\n") ==
        "2:17: there is no variable 'y' | symbol() takes the name of a variable that is assigned here");
  CHECK(error("x = 1\ndef f(n):\n  alias(n, symbol(x))\nf(1)\n") == "3:9: 'n' has a meaning already | an alias needs a name of its own");
  const std::string known = "which variable an alias is for has to be known before the program runs | write: alias(name, symbol(variable))";
  CHECK(error("alias(a, 2)\n") == "1:10: " + known);
  CHECK(error("x = 1\ny = symbol(x)\nalias(a, y)\n") == "3:10: " + known);
  CHECK(
      error("x = 1\nalias(x)\n").ends_with("alias() takes a new name and the symbol of a variable | write: alias(name, symbol(variable))"));
  CHECK(error("x = alias(a, b)\n") == "1:5: alias() is a statement and has no value");
}

TEST_CASE("alias, symbol and id are names like others where a program defines them") {
  CHECK(legacy("def alias(a, b):\n  print a\nalias(1, 2)\n") == legacy("def other(a, b):\n  print a\nother(1, 2)\n"));
  CHECK(legacy("id = 5\nsymbol = id\nprint symbol\n") == legacy("a = 5\nb = a\nprint b\n"));
}

TEST_CASE("the symbol of a variable is a number of its own") {
  CHECK(legacy("a = 1\nb = 2\nprint symbol(a) + symbol(b)\n").find("SMALL_1; SMALL_2; ADD") != std::string::npos);
  CHECK(error("print symbol(3)\n") == "1:7: symbol() takes the name of a variable");
}

TEST_CASE("a host program is told apart") {
  const std::string expected =
      "1:6: the module 'epython' is not available on the cores | a host program is run by Python itself: python3 FILE.py; only its kernels "
      "run on the cores";
  CHECK(error("from epython import offload\n") == expected);
  CHECK(error("from epython import offload\nx = {}\n") == expected);
}

TEST_CASE("case and legacy names") {
  CHECK(error("def Sum():\n  pass\nsum = 1\n") ==
        "3:1: 'sum' and 'Sum' are the same name in the legacy dialect, which ignores case | rename one of them");
  CHECK(error("import Parallel\n") == "1:8: there is no module 'Parallel' | did you mean 'parallel'?");
}

TEST_CASE("imports") {
  const Folder folder;
  folder.write("one.py", "print 1\nstate = 5\ndef get():\n  return state\ndef set(v):\n  state = v\nLIMIT = 9\n");
  folder.write("two.py", "import one\nprint 2\ndef limit():\n  return one.LIMIT\n");
  folder.write("lib/three.py", "def three():\n  return 3\n");
  const auto at = [&](const std::string& text) { return Source{{{folder / "prog.py", 1, text}}}; };

  // The top level of a module runs once, at its first import.
  const Image image = epysim::compiler::compile(at("print 0\nimport two\nimport one\nprint one.LIMIT + get()\n"), options());
  CHECK(code(image, 0) ==
        "SMALL_0; NATIVE_N 2 1; POP; SMALL_1; NATIVE_N 2 1; POP; SMALL_5; STORE_GLOBAL 0; SMALL_2; NATIVE_N 2 1; POP; SMALL_9; CALL 1 0; "
        "ADD; NATIVE_N 2 "
        "1; POP; RETURN_NONE");
  CHECK(image.functions.size() == 2);  // get; set and limit are not needed
  CHECK(image.functions[1].name == "one.get");
  CHECK(image.globals == std::vector<std::string>{"one.state"});
  CHECK(image.files.size() == 3);

  // Names of two modules do not collide; modern wants them qualified.
  CHECK(error_of(at("import one\nprint(get())\n"), options(Dialect::kModern)).find("unknown name 'get'") != std::string::npos);
  CHECK(error_of(at("from one import *\nprint(get())\n"), options(Dialect::kModern)) == "no error");
  CHECK(error_of(at("from one import get as g\nprint(g())\n"), options(Dialect::kModern)) == "no error");
  CHECK(error_of(at("import one as o\nprint(o.get())\n"), options(Dialect::kModern)) == "no error");

  // A function's import runs the module before everything else.
  const Image early = epysim::compiler::compile(at("print 0\ndef f():\n  import one\n  return one.get()\nprint f()\n"), options());
  CHECK(code(early, 0).rfind("SMALL_1; NATIVE_N 2 1; POP; SMALL_5; STORE_GLOBAL 0; SMALL_0;", 0) == 0);

  // Search path: extra folders, then EPYTHONPATH.
  CHECK(error_of(at("import three\n"), options()).substr(0, 44) == "prog.py:1:8: there is no module 'three' | mo");
  Options with = options();
  with.module_path = {folder / "lib"};
  CHECK(error_of(at("import three\nprint three()\n"), with) == "no error");
  setenv("EPYTHONPATH", (folder / "nowhere:" + (folder / "lib")).c_str(), 1);
  CHECK(error_of(at("import three\nprint three()\n"), options()) == "no error");
  unsetenv("EPYTHONPATH");

  // An error in a module names its file.
  folder.write("broken.py", "def f():\n  return 1 +\n");
  CHECK(error_of(at("import broken\n"), options()) == "broken.py:2:13: expected a value, found the end of the line");
  folder.write("new.py", "# epython: modern\n");
  CHECK(error_of(at("import new\n"), options()) ==
        "prog.py:1:8: the module 'new' is written in the modern dialect, this program in the legacy one | make the program's first line: # "
        "epython: modern");

  // Modules that import each other.
  folder.write("ping.py", "import pong\ndef a():\n  return pong.b()\n");
  folder.write("pong.py", "import ping\ndef b():\n  return 1\ndef c():\n  return ping.a()\n");
  CHECK(error_of(at("import ping\nprint ping.a()\n"), options()) == "no error");
}

TEST_CASE("the first line chooses the dialect") {
  CHECK(compile("# epython: modern\nx = 1\n").modern());
  CHECK(!compile_modern("# epython: legacy\nx = 1\n").modern());
  CHECK(compile_modern("x = 1\n").modern());
  Options o = options();
  o.follow_first_line = false;
  CHECK(!epysim::compiler::compile(Source{{{"p.py", 1, "# epython: modern\n"}}}, o).modern());
  CHECK(modern("if __modern__:\n  print(__name__)\n") == "STRING 0; NATIVE_N 2 1; POP; RETURN_NONE");
}

TEST_CASE("kernel programs are put together from pieces") {
  Options o = options(Dialect::kModern);
  o.exports = {"kernel"};
  o.resident = {"weights"};
  const Source source{{{"<constants>", 1, "N = 3\nimport math\nweights = None\n"},
                       {"user.py", 40, "def helper(x):\n  return math.sqrt(x) * N\n"},
                       {"user.py", 12, "def kernel(a):\n  weights = a\n  return helper(a)\n"},
                       {"other.py", 7, "def unused():\n  return 1\n"}}};
  const Image image = epysim::compiler::compile(source, o);
  CHECK(image.exports == std::map<std::string, uint32_t>{{"kernel", 1}});
  CHECK(image.functions.size() == 3);
  CHECK(image.functions[1].name == "kernel");
  CHECK(image.functions[1].file == "user.py");
  CHECK(image.functions[1].line == 12);
  CHECK(image.functions[1].parameters == std::vector<std::string>{"a"});
  CHECK(image.functions[2].line == 40);
  CHECK(image.globals == std::vector<std::string>{"weights", "N"});
  CHECK(code(image, 1) == "LOAD_0; STORE_GLOBAL 0; LOAD_0; CALL 2 1; RETURN");

  const Resident resident = take_apart(image.resident, "test");
  const Image::Line* line = image.line_at(resident.functions[1].code + 3);
  REQUIRE(line != nullptr);
  CHECK(image.files[line->file] == "user.py");
  CHECK(line->line == 14);
  CHECK(image.function_at(resident.functions[1].code) == 1);
  CHECK(image.function_at(resident.functions[2].end - 1) == 2);

  o.export_all = true;
  CHECK(epysim::compiler::compile(source, o).exports == std::map<std::string, uint32_t>{{"helper", 1}, {"kernel", 2}, {"unused", 3}});

  o.exports = {"missing"};
  CHECK_THROWS_WITH(epysim::compiler::compile(source, o), "the program has no function 'missing' to export");
  CHECK(error_of(Source{{{"a.py", 5, "x = 1\n"}, {"b.py", 70, "\ny = (\n"}}}, options()) ==
        "b.py:71:5: '(' is never closed | add the closing bracket");
}

TEST_CASE("nothing at all is a program") {
  CHECK(legacy("") == "RETURN_NONE");
  CHECK(legacy("# nothing\n\n") == "RETURN_NONE");
  CHECK(code(epysim::compiler::compile(Source{}, options())) == "RETURN_NONE");
  CHECK_THROWS_WITH(read_source("/nonexistent/prog.py"),
                    "cannot read the program '/nonexistent/prog.py': no such file, or it is not readable");
}
