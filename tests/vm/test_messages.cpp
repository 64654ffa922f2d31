// Messages and collectives between virtual cores.
#include <catch2/catch.hpp>

#include "tests/vm/virtual_board.h"

using epysim::compiler::Dialect;
using epysim::test::BoardOptions;
using epysim::test::Result;
using epysim::test::run;

namespace {
Result on(uint32_t cores, const std::string& source) {
  BoardOptions options;
  options.cores = cores;
  return run("from parallel import *\n" + source, Dialect::kModern, options);
}
using Lines = std::vector<std::string>;
}  // namespace

TEST_CASE("send and receive") {
  const auto result = on(2,
                         "if coreid()==0:\n  for i in range(50):\n    send(i*0.5, 1)\n  print(recv(1))\n"
                         "else:\n  s=0\n  for i in range(50):\n    s+=recv(0)\n  send(s, 0)\n");
  CHECK(result.lines[0] == Lines{"612.5"});
}

TEST_CASE("non-blocking send, probe, test and wait") {
  const auto result = on(2,
                         "if coreid()==0:\n  nonblocking_send(1, 1)\n  nonblocking_send(2, 1)\n  wait_sent(1)\n  print(test_sent(1))\n"
                         "else:\n  while not probe(0):\n    pass\n  print(recv(0), recv(0), probe(0))\n");
  CHECK(result.lines[0] == Lines{"True"});
  CHECK(result.lines[1] == Lines{"1 2 False"});
}

TEST_CASE("a ring of exchanges") {
  const auto result = on(8, "me=coreid()\nn=numcores()\npartner=me+1\nif me%2==1:\n  partner=me-1\nprint(sendrecv(me*10, partner))\n");
  for (uint32_t i = 0; i < 8; ++i) CHECK(result.lines[i] == Lines{std::to_string((i ^ 1) * 10)});
}

TEST_CASE("broadcast from every root") {
  for (uint32_t cores : {1u, 2u, 3u, 5u, 16u}) {
    const auto result = on(cores, "for root in range(numcores()):\n  print(bcast(coreid()*100, root))\n");
    Lines expected;
    for (uint32_t root = 0; root < cores; ++root) expected.push_back(std::to_string(root * 100));
    for (uint32_t i = 0; i < cores; ++i) CHECK(result.lines[i] == expected);
  }
}

TEST_CASE("reductions") {
  for (uint32_t cores : {1u, 2u, 7u, 16u}) {
    const auto result =
        on(cores, "x=coreid()+1\nprint(reduce(x,'sum'), reduce(x,'min'), reduce(x,'max'), reduce(2,'prod'), reduce(x*0.5,'max'))\n");
    const uint32_t n = cores;
    std::string half = n % 2 ? std::to_string(n / 2) + ".5" : std::to_string(n / 2) + ".0";
    const std::string line = std::to_string(n * (n + 1) / 2) + " 1 " + std::to_string(n) + " " + std::to_string(1u << n) + " " + half;
    for (uint32_t i = 0; i < cores; ++i) CHECK(result.lines[i] == Lines{line});
  }
}

TEST_CASE("a sum of reals has the same bits on every core: those of adding in the order of ranks") {
  const auto result = on(16, "x=1.0/(coreid()+1)\nprint(reduce(x,'sum'))\n");
  float sum = 0;
  for (int i = 0; i < 16; ++i) sum = i ? sum + 1.0f / static_cast<float>(i + 1) : 1.0f;
  CHECK(std::stof(result.lines[0].at(0)) == sum);
  for (const auto& lines : result.lines) CHECK(lines == result.lines[0]);
}

TEST_CASE("a barrier separates what lies before it from what lies behind") {
  for (uint32_t cores : {2u, 3u, 13u}) {
    // Each core sends to its right neighbour before the barrier; afterwards every message must have arrived.
    const auto result = on(cores,
                           "n=numcores()\nme=coreid()\nbad=0\nfor i in range(20):\n  nonblocking_send(i,(me+1)%n)\n  sync()\n"
                           "  if not probe((me+n-1)%n):\n    bad+=1\n  if recv((me+n-1)%n)!=i:\n    bad+=1\nprint(bad)\n");
    for (uint32_t i = 0; i < cores; ++i) CHECK(result.lines[i] == Lines{"0"});
  }
}

TEST_CASE("what cannot be sent, and to whom") {
  const auto code = [](const std::string& source) {
    const auto result = on(2, "if coreid()==0:\n  " + source + "\n");
    return result.failures[0].empty() ? 0u : result.failures[0][0].code;
  };
  CHECK(code("send('text', 1)") == 0x0b);
  CHECK(code("send(1, 99)") == 0x0c);
  CHECK(code("send(1, 5)") == 0x0d);
  CHECK(code("send(1, 0)") == 0x0d);
  CHECK(code("recv(99)") == 0x0e);
  CHECK(code("recv(5)") == 0x0f);
  CHECK(code("sendrecv(1, 99)") == 0x10);
}

TEST_CASE("an error on one core releases the others") {
  const auto result = on(3, "if coreid()==1:\n  x=[1]\n  print(x[3])\nelse:\n  recv(1)\n");
  CHECK(result.failures[1].size() == 1);
  for (uint32_t activity : result.activity) CHECK(activity == EPY_ENDED);
}

TEST_CASE("every core has its own random numbers") {
  const auto result = on(4, "import random\nprint(random.randint(0,1000000000))\n");
  CHECK(result.lines[0] != result.lines[1]);
  CHECK(result.lines[1] != result.lines[2]);
}
