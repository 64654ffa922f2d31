// Latencies, rates and back-pressure of the Parallella's interconnect, against the measurements its configuration was set from.

#include "sim/mesh/interconnect.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/mesh/mesh.h"
#include "tests/mesh/loops.h"

using namespace epysim;
using mesh::Interconnect;
using mesh::Node;
using mesh::test::Loop;

namespace {

constexpr Address kDram = 0x8e000000;

core::Config parallella(const std::vector<std::string>& overrides = {}) {
  return core::Config::load(EPYSIM_SOURCE_DIR "/configs/parallella.json", overrides);
}

}  // namespace

TEST_CASE("a load from another core takes 15 + 3 d cycles to its use", "[mesh]") {
  for (int row = 0; row < 4; ++row)
    for (int column = 0; column < 4; ++column) {
      Interconnect net(parallella());
      const Node from{1, 2};
      const Node to{row, column};
      const unsigned d = mesh::hops(from, to);
      CHECK(net.read(from, to, 4, false, 1000).returned == 1000 + (d == 0 ? 16 : 15 + 3 * d));
      CHECK(net.read(from, to, 8, true, 2000).returned == 2000 + 14 + 3 * d);
      CHECK(net.testset(from, to, 3000).returned == 3000 + (d == 0 ? 16 : 15 + 3 * d));
      CHECK(net.fetch(from, to, 4000).returned == 4000 + (d == 0 ? 21 : 20 + 3 * d));
    }
}

TEST_CASE("the target of a load is read on the way", "[mesh]") {
  Interconnect net(parallella());
  const Interconnect::Read read = net.read({0, 0}, {3, 3}, 4, false, 0);
  CHECK(read.at_target == 7 + 9);
  CHECK(read.returned == 33);
}

TEST_CASE("a store travels 1.5 cycles per hop", "[mesh]") {
  Interconnect net(parallella());
  CHECK(net.write({0, 0}, {0, 0}, 4, 0).arrival == 1);
  CHECK(net.write({1, 0}, {1, 1}, 4, 0).arrival == 3);    // 1 + 1.5
  CHECK(net.write({2, 0}, {2, 2}, 4, 0).arrival == 4);    // 1 + 3
  CHECK(net.write({0, 3}, {3, 0}, 4, 10).arrival == 20);  // 10 + 1 + 9
  CHECK(net.write({0, 2}, {0, 3}, 4, 100).accepted == 101);
}

TEST_CASE("one core's stores enter the mesh every second cycle", "[mesh]") {
  Interconnect net(parallella());
  Cycle at = 0;
  for (int n = 0; n < 1000; ++n) at = net.write({0, 0}, {3, 3}, 8, at).accepted;
  CHECK(at == 2 * 999 + 1);
}

TEST_CASE("a link carries one transaction per cycle", "[mesh]") {
  // Four cores of row 0 write to (3,3): all cross the links of column 3.
  Interconnect net(parallella());
  std::vector<Loop> loops;
  for (int column = 0; column < 4; ++column)
    loops.push_back({.from = {0, column}, .kind = Loop::Kind::Send, .to = {3, 3}, .count = 500, .turn = 0});
  run(net, loops);
  Cycle last = 0;
  for (const Loop& loop : loops) last = std::max(last, loop.stored);
  CHECK(last >= 4 * 500);
  CHECK(last <= 4 * 500 + 20);
}

TEST_CASE("fifteen cores writing to one share its port", "[mesh]") {
  Interconnect net(parallella());
  std::vector<Loop> loops;
  for (int core = 1; core < 16; ++core)
    loops.push_back({.from = {core / 4, core % 4}, .kind = Loop::Kind::Send, .to = {0, 0}, .count = 200, .turn = 0});
  run(net, loops);
  Cycle last = 0;
  for (const Loop& loop : loops) last = std::max(last, loop.stored);
  CHECK(last >= 15 * 200);
  CHECK(last <= 15 * 200 + 20);
  // The routers give core 1, next to the sink, half of what comes from the east; its sender is done first.
  CHECK(loops[0].done.back() < loops[1].done.back());
  CHECK(loops[1].done.back() < loops[2].done.back());
}

TEST_CASE("flows that share a link get what round robin gives them", "[mesh]") {
  // The myParallella bandwidth experiment: 0 to F, 1 to B, 2 to 7 and 3 to B, 512 double words each, one every 3 cycles; the links 2 to 3
  // and 3 to 7 are shared. The cores at the shared link are not slowed down; those behind them are.
  Interconnect net(parallella());
  std::vector<Loop> loops{{.from = {0, 0}, .kind = Loop::Kind::Send, .to = {3, 3}, .count = 512, .turn = 2},
                          {.from = {0, 1}, .kind = Loop::Kind::Send, .to = {2, 3}, .count = 512, .turn = 2},
                          {.from = {0, 2}, .kind = Loop::Kind::Send, .to = {1, 3}, .count = 512, .turn = 2},
                          {.from = {0, 3}, .kind = Loop::Kind::Send, .to = {2, 3}, .count = 512, .turn = 2}};
  run(net, loops);
  CHECK(loops[3].done.back() < 1536 + 32);
  CHECK(loops[2].done.back() < 1536 + 32);
  // The others share what is left, a third of a double word per cycle, until cycle 1536; then one every 3 cycles each: 1536 + 3 * 256.
  for (const std::size_t behind : {0u, 1u}) {
    CHECK(loops[behind].stored > 2304 * 98 / 100);
    CHECK(loops[behind].stored < 2304 * 102 / 100);
  }
}

TEST_CASE("a far core does not delay a near one that gets to the link first", "[mesh]") {
  Interconnect net(parallella());
  const Interconnect::Write far = net.write({0, 0}, {0, 3}, 4, 0);   // crosses (0,2)-(0,3) at cycle 4
  const Interconnect::Write near = net.write({0, 2}, {0, 3}, 4, 0);  // called later, needs it at cycle 1
  CHECK(far.arrival == 6);
  CHECK(near.arrival == 3);
}

TEST_CASE("read requests and writes do not disturb each other", "[mesh]") {
  Interconnect net(parallella());
  for (Cycle t = 0; t < 200; t += 2) net.write({0, 0}, {0, 3}, 8, t);
  CHECK(net.read({0, 1}, {0, 3}, 4, false, 50).returned == 50 + 15 + 6);
}

TEST_CASE("links report what they carried", "[mesh]") {
  Interconnect net(parallella());
  CHECK(net.links().empty());
  net.write({0, 0}, {0, 1}, 8, 0);
  net.write_off_chip({0, 3}, kDram, 4, false, 10, 0);
  net.advance(100);
  std::map<std::string, nlohmann::ordered_json> by_name;
  for (const auto& link : net.links()) by_name[link["name"]] = link;
  CHECK(by_name.at("cmesh 0,0 east")["bytes"] == 8);
  CHECK(by_name.at("cmesh 0,0 from core")["busy_cycles"] == 2);
  CHECK(by_name.at("cmesh 0,1 to core")["transactions"] == 1);
  CHECK(by_name.at("xmesh 0,3 east")["bytes"] == 4);
  CHECK(by_name.at("elink east write")["busy_cycles"] == 32);
  CHECK(by_name.at("elink east write")["network"] == "elink");
  CHECK(by_name.size() == 6);
  net.reset();
  CHECK(net.links().empty());
}

TEST_CASE("a multicast spreads over the chip like a write to each node", "[mesh]") {
  std::vector<Node> all;
  for (int core = 0; core < 16; ++core) all.push_back({core / 4, core % 4});
  const Node from{1, 2};
  Interconnect net(parallella());
  std::vector<Cycle> arrivals(16);
  CHECK(net.multicast(from, all, 8, 50, arrivals) == 51);
  for (std::size_t core = 0; core < 16; ++core) {
    Interconnect single(parallella());
    CHECK(arrivals[core] == single.write(from, all[core], 8, 50).arrival);
  }
  // One transaction on each of the 15 links that join the 16 routers, whoever takes it.
  int between = 0;
  for (const auto& link : net.links()) {
    const std::string name = link["name"];
    CHECK(link["transactions"] == 1);
    if (name.find("core") == std::string::npos) ++between;
  }
  CHECK(between == 15);
  const std::array<Node, 2> two{Node{0, 0}, Node{3, 3}};
  std::array<Cycle, 2> later{};
  CHECK(net.multicast(from, two, 8, 100, later) == 101);
  CHECK(later == std::array<Cycle, 2>{106, 106});  // 101 + 4.5
}

TEST_CASE("mesh monitors count what comes into a router", "[mesh]") {
  Interconnect net(parallella());
  for (Cycle t = 0; t < 20; t += 2) net.write({1, 0}, {1, 2}, 8, t);
  CHECK(net.mesh_events({1, 0}, 14) == 10);  // from its core
  CHECK(net.mesh_events({1, 0}, 15) == 10);
  CHECK(net.mesh_events({1, 1}, 12) == 10);  // from the west
  CHECK(net.mesh_events({1, 1}, 13) == 0);
  CHECK(net.mesh_events({1, 2}, 15) == 10);
  CHECK(net.mesh_events({1, 2}, 2) == 0);  // nothing waited
  // Two flows into one core: those that come from the east find its port taken.
  for (Cycle t = 0; t < 20; ++t) {
    net.write({2, 1}, {2, 2}, 8, 100 + 2 * t);
    net.write({2, 3}, {2, 2}, 8, 100 + 2 * t);
  }
  CHECK(net.mesh_events({2, 2}, 15) == 40);
  CHECK(net.mesh_events({2, 2}, 2) == net.mesh_events({2, 2}, 6) + net.mesh_events({2, 2}, 7));
  CHECK(net.mesh_events({2, 2}, 7) > 0);
  // A load's request and its answer both pass.
  net.read({0, 0}, {0, 1}, 4, false, 1000);
  CHECK(net.mesh_events({0, 1}, 12) == 1);
  CHECK(net.mesh_events({0, 0}, 13) == 1);
}

TEST_CASE("the host's stores come in by the east edge", "[mesh]") {
  // 100 cycles to the edge, then 1.5 per hop, the one into the chip among them.
  CHECK(Interconnect(parallella()).host_write({1, 3}, 4, 1000) == 1102);
  CHECK(Interconnect(parallella()).host_write({2, 0}, 4, 1000) == 1106);
}

TEST_CASE("every code of a mesh monitor counts its own sides", "[mesh]") {
  Interconnect net(parallella());
  constexpr Node kHere{1, 1};
  const struct {
    Node from;
    int times;
  } sides[] = {{{0, 1}, 1}, {{1, 2}, 2}, {{2, 1}, 4}, {{1, 0}, 8}, {kHere, 16}};  // north, east, south, west, core
  Cycle at = 0;
  // Both want to enter the core in the same cycle; who asks second waits for one cycle. A neighbour is a cycle further away.
  const auto send = [&](Node from) { net.write(from, kHere, 8, from == kHere ? at + 1 : at); };
  for (const auto& side : sides)
    for (int n = 0; n < side.times; ++n, at += 10) {
      send(side.from == Node{1, 0} ? kHere : Node{1, 0});
      send(side.from);
    }
  std::array<std::uint64_t, 16> counted{};
  for (unsigned code = 0; code < counted.size(); ++code) counted[code] = net.mesh_events(kHere, code);
  const std::uint64_t west = 8 + 1 + 2 + 4 + 16;
  const std::uint64_t core = 16 + 8;
  CHECK(counted == std::array<std::uint64_t, 16>{0, 0, 31, 16, 4, 1, 8, 2, 2 + 4, 1 + 8, 4, 1, west, 2, core, 1 + 2 + 4 + west + core});
  // At the corners there is nobody beyond the edge.
  net.write({0, 0}, {0, 0}, 8, at);
  net.write({3, 3}, {3, 3}, 8, at);
  CHECK(net.mesh_events({0, 0}, 15) == 1);
  CHECK(net.mesh_events({3, 3}, 15) == 1);
}

TEST_CASE("impossible values name their key", "[mesh]") {
  CHECK_THROWS_WITH(Interconnect(parallella({"mesh.hop_cycles=1.3"})), Catch::Contains("mesh.hop_cycles"));
  CHECK_THROWS_AS(Interconnect(parallella({"mesh.injection_gap=0"})), UsageError);
  CHECK_THROWS_WITH(Interconnect(parallella({"elink.transaction_slots=-1"})), Catch::Contains("elink.transaction_slots"));
}
