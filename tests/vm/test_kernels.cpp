// Kernel launches, and data that stays outside the core.
#include <catch2/catch.hpp>
#include <cstring>
#include <numeric>

#include "tests/vm/virtual_board.h"

using epysim::test::KernelArgument;
using epysim::test::Launch;
using epysim::test::run_kernels;

namespace {
KernelArgument external(uint32_t data, bool addressed = false, bool read_only = false) {
  return {EPY_EXTERNAL, 0, data, addressed, read_only, 0, 0, 0};
}
KernelArgument integer(uint32_t word) { return {EPY_INT, word, 0, false, false, 0, 0, 0}; }
std::vector<uint32_t> counting(uint32_t n) {
  std::vector<uint32_t> words(n);
  std::iota(words.begin(), words.end(), 1);
  return words;
}
}  // namespace

TEST_CASE("kernels run one after the other and give back their values") {
  std::vector<std::vector<uint32_t>> data;
  const std::string source = "n=0\ndef f(a, b=5):\n  return a*b\ndef g():\n  global n\n  n+=1\n  return n\ndef h():\n  pass\n";
  const auto result = run_kernels(source, {{"f", {integer(3), integer(4)}}, {"f", {integer(3)}}, {"g", {}}, {"g", {}}, {"h", {}}}, data);
  CHECK(result.returned == std::vector<std::string>{"12", "15", "1", "2", "None"});
  CHECK(result.failures[0].empty());
}

TEST_CASE("externals: elements on demand through the channel, or directly") {
  const std::string source =
      "def total(a):\n  s=0\n  for x in a:\n    s+=x\n  return s\n"
      "def double(a):\n  for i in range(len(a)):\n    a[i]=a[i]*2\n  return a[-1]\n"
      "def copy(a):\n  b=a[100:500]\n  b[0]=0\n  return sum(b)\n";
  for (bool addressed : {false, true}) {
    std::vector<std::vector<uint32_t>> data{counting(1000)};
    const auto result = run_kernels(
        source, {{"total", {external(0, addressed)}}, {"copy", {external(0, addressed)}}, {"double", {external(0, addressed)}}}, data);
    CHECK(result.returned == std::vector<std::string>{"500500", "120099", "2000"});
    CHECK(data[0][0] == 2);
    CHECK(data[0][999] == 2000);
  }
}

TEST_CASE("externals of reals convert what is stored; read-only ones refuse") {
  std::vector<std::vector<uint32_t>> data{std::vector<uint32_t>(4)};
  const std::string source = "def f(a):\n  a[1]=3\n  a[2]=0.5\n  return a[1]+a[2]\n";
  const auto result = run_kernels(source, {{"f", {external(0)}}}, data, EPY_REAL);
  CHECK(result.returned == std::vector<std::string>{"3.5"});
  float stored;
  std::memcpy(&stored, &data[0][1], 4);
  CHECK(stored == 3.0f);
  const auto refused = run_kernels(source, {{"f", {external(0, false, true)}}}, data, EPY_REAL);
  REQUIRE(refused.failures[0].size() == 1);
  CHECK(refused.failures[0][0].code == 0x47);
  CHECK(refused.failures[0][0].line == 2);
}

TEST_CASE("an index outside an external is an error on the core") {
  std::vector<std::vector<uint32_t>> data{counting(3)};
  const auto result = run_kernels("def f(a, i):\n  return a[i]\n", {{"f", {external(0), integer(3)}}}, data);
  REQUIRE(result.failures[0].size() == 1);
  CHECK(result.failures[0][0].code == 0x05);
}
