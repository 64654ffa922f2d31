// Text formats of both dialects; typing of input.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "hostlink/device_format.h"
#include "hostlink/text.h"

using namespace epysim::hostlink;

TEST_CASE("legacy prints as the published monitor does") {
  const Formatter legacy(Dialect::kLegacy);
  CHECK(legacy.text(Value(-42)) == "-42");
  CHECK(legacy.text(Value(3.25f)) == "3.250000");
  CHECK(legacy.text(Value(0.1f)) == "0.100000");
  CHECK(legacy.text(Value(true)) == "true");
  CHECK(legacy.text(Value(false)) == "false");
  CHECK(legacy.text(Value(None{})) == "NONE");
  CHECK(legacy.text(Value(std::string("a b"))) == "a b");
}

TEST_CASE("modern prints as Python does") {
  const Formatter modern(Dialect::kModern);
  CHECK(modern.text(Value(std::numeric_limits<std::int32_t>::min())) == "-2147483648");
  CHECK(modern.text(Value(true)) == "True");
  CHECK(modern.text(Value(None{})) == "None");
  CHECK(modern.text(Value(1.0f)) == "1.0");
}

TEST_CASE("the shortest real reads back as the same float32") {
  CHECK(shortest_real(0.1f) == "0.1");
  CHECK(shortest_real(-0.0f) == "-0.0");
  CHECK(shortest_real(0.0f) == "0.0");
  CHECK(shortest_real(100.0f) == "100.0");
  CHECK(shortest_real(123456.79f) == "123456.79");
  CHECK(shortest_real(16777216.0f) == "16777216.0");
  CHECK(shortest_real(1e15f) == "1000000000000000.0");
  CHECK(shortest_real(1e16f) == "1e+16");
  CHECK(shortest_real(0.0001f) == "0.0001");
  CHECK(shortest_real(0.00001f) == "1e-05");
  CHECK(shortest_real(-2.5e-7f) == "-2.5e-07");
  CHECK(shortest_real(std::numeric_limits<float>::infinity()) == "inf");
  CHECK(shortest_real(-std::numeric_limits<float>::infinity()) == "-inf");
  CHECK(shortest_real(std::nanf("")) == "nan");
  for (float value = 1e-38f; value < 1e38f; value *= 7.3f) CHECK(std::strtof(shortest_real(value).c_str(), nullptr) == value);
}

TEST_CASE("lists, functions and several values") {
  const Formatter modern(Dialect::kModern, [](std::uint32_t index) { return index == 3 ? std::string("f") : std::string(); });
  List list{{2}, {Value(1), Value(2)}, true, EPY_INT};
  CHECK(modern.text(list) == "[1, 2]");
  CHECK(modern.text(List{{0}, {}, true, EPY_INT}) == "[]");
  const List matrix{{2, 2}, {Value(1), Value(2), Value(3), Value(4)}, true, EPY_INT};
  CHECK(modern.text(matrix) == "[[1, 2], [3, 4]]");
  const List mixed{{4}, {Value(std::string("it's")), Value(std::string("x")), Value(None{}), Value(list)}, false, 0};
  CHECK(modern.text(mixed) == "[\"it's\", 'x', None, [1, 2]]");
  CHECK(modern.text(Value(Function{3})) == "<function f>");
  CHECK(modern.text(Value(Function{4})) == "<function 4>");
  CHECK(modern.line({Value(std::string("a")), Value(1), Value(2.5f)}) == "a 1 2.5");
  CHECK(modern.line({}) == "");
}

TEST_CASE("input is typed by its content") {
  CHECK(typed_by_content("12") == Value(12));
  CHECK(typed_by_content(" -3 ") == Value(-3));
  CHECK(typed_by_content("+7") == Value(7));
  CHECK(typed_by_content("2147483647") == Value(2147483647));
  CHECK(typed_by_content("2147483648") == Value(2147483648.0f));
  CHECK(typed_by_content("1.5") == Value(1.5f));
  CHECK(typed_by_content("-1e3") == Value(-1000.0f));
  CHECK(typed_by_content("1e999") == Value(std::numeric_limits<float>::infinity()));
  CHECK(typed_by_content("1.2.3") == Value(std::string("1.2.3")));
  CHECK(typed_by_content("nan") == Value(std::string("nan")));
  CHECK(typed_by_content("+-3") == Value(std::string("+-3")));
  CHECK(typed_by_content("") == Value(std::string()));
  CHECK(typed_by_content("e") == Value(std::string("e")));
  CHECK(typed_by_content("hello 3") == Value(std::string("hello 3")));
}

TEST_CASE("float() of a text") {
  CHECK(parse_real(" 2.5 ") == 2.5f);
  CHECK(parse_real("-inf") == -std::numeric_limits<float>::infinity());
  CHECK(parse_real("3") == 3.0f);
  CHECK_FALSE(parse_real("3x"));
  CHECK_FALSE(parse_real(""));
}
