// Failures as people read them.
#include <catch2/catch.hpp>

#include "hostlink/outcome.h"

using namespace epysim::hostlink;

namespace {

Failure failure(int core, const std::string& error_class, const std::string& message) {
  Failure result;
  result.core = core;
  result.error_class = error_class;
  result.message = message;
  result.file = "ring.py";
  result.line = 12;
  result.cycle = 600;
  return result;
}

}  // namespace

TEST_CASE("a failure names file, line, core, function and cycle") {
  Failure index = failure(3, "IndexError", "index out of range");
  CHECK(sentence(index) == "ring.py:12: IndexError: index out of range (core 3, cycle 600)");
  index.function = "helper";
  index.kernel = "kernel";
  CHECK(sentence(index) == "ring.py:12: IndexError: index out of range (core 3, kernel kernel, in helper, cycle 600)");
  index.file.clear();
  CHECK(sentence(index) == "IndexError: index out of range (core 3, kernel kernel, in helper, cycle 600)");
}

TEST_CASE("the same failure on several cores is told once") {
  std::vector<Failure> failures;
  for (const int core : {5, 0, 1, 2}) failures.push_back(failure(core, "IndexError", "index out of range"));
  failures.push_back(failure(4, "NameError", "x"));
  CHECK(report(failures) == std::vector<std::string>{"ring.py:12: IndexError: index out of range (cores 0-2, 5, cycle 600)",
                                                     "ring.py:12: NameError: x (core 4, cycle 600)"});
  CHECK(report({}).empty());
}

TEST_CASE("a deadlock is told core by core") {
  CHECK(report({failure(3, "DeadlockError", "waits for a message from core 5"), failure(5, "DeadlockError", "waits at a barrier")}) ==
        std::vector<std::string>{"deadlock: no core can ever go on", "core 3 waits for a message from core 5 at ring.py:12",
                                 "core 5 waits at a barrier at ring.py:12"});
}
