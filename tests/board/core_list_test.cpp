// What --cores means.

#include "sim/board/core_list.h"

#include <catch2/catch.hpp>

#include "sim/core/error.h"

using epysim::UsageError;
using epysim::board::parse_cores;
using Cores = std::vector<int>;

TEST_CASE("a lone number is a count", "[cores]") {
  CHECK(parse_cores("4", 16) == Cores{0, 1, 2, 3});
  CHECK(parse_cores("1", 16) == Cores{0});
  CHECK(parse_cores("16", 16).size() == 16);
  CHECK(parse_cores("0", 16) == Cores{0});
}

TEST_CASE("a list names cores and ranges, in any order", "[cores]") {
  CHECK(parse_cores("0,1,5-9", 16) == Cores{0, 1, 5, 6, 7, 8, 9});
  CHECK(parse_cores("9,3", 16) == Cores{3, 9});
  CHECK(parse_cores("15-15", 16) == Cores{15});
  CHECK(parse_cores("3,", 16) == Cores{3});
  CHECK(parse_cores("all", 4) == Cores{0, 1, 2, 3});
}

TEST_CASE("errors quote the text and say what is there", "[cores]") {
  CHECK_THROWS_WITH(parse_cores("17", 16), Catch::Contains("--cores 17") && Catch::Contains("cores 0 to 15"));
  CHECK_THROWS_WITH(parse_cores("0,16", 16), Catch::Contains("no core 16"));
  CHECK_THROWS_WITH(parse_cores("5-2", 16), Catch::Contains("backwards"));
  CHECK_THROWS_WITH(parse_cores("1,2,1", 16), Catch::Contains("core 1 is named twice"));
  for (const char* bad : {"", "-", ",", "-1", "1,,2", "a", "4x", "1-", "1-2-3", " 4", "+4", "0x4", "99999999999", "1,99999999999", "ALL"})
    CHECK_THROWS_AS(parse_cores(bad, 16), UsageError);
}
