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

using namespace epysim;
using mesh::Interconnect;
using mesh::Node;

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
  std::vector<Cycle> at(4, 0);
  constexpr int kStores = 500;
  Cycle last = 0;
  for (int n = 0; n < kStores; ++n)
    for (int column = 0; column < 4; ++column) {
      const Interconnect::Write write = net.write({0, column}, {3, 3}, 8, at[column]);
      at[column] = write.accepted;
      last = std::max(last, write.arrival);
    }
  CHECK(last >= 4 * kStores);
  CHECK(last <= 4 * kStores + 20);
}

TEST_CASE("fifteen cores writing to one share its port", "[mesh]") {
  Interconnect net(parallella());
  std::vector<Cycle> at(16, 0);
  Cycle last = 0;
  for (int n = 0; n < 200; ++n)
    for (int core = 1; core < 16; ++core) {
      const Interconnect::Write write = net.write({core / 4, core % 4}, {0, 0}, 8, at[core]);
      at[core] = write.accepted;
      last = std::max(last, write.arrival);
    }
  CHECK(last >= 15 * 200);
  CHECK(last <= 15 * 200 + 100);
  // The senders are held back: none is further ahead of the sink than the buffers on its way allow.
  CHECK(*std::min_element(at.begin() + 1, at.end()) > 15 * 200 - 15 * 16);
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
    net.write({2, 1}, {2, 2}, 8, 100 + t);
    net.write({2, 3}, {2, 2}, 8, 100 + t);
  }
  CHECK(net.mesh_events({2, 2}, 15) == 40);
  CHECK(net.mesh_events({2, 2}, 2) == net.mesh_events({2, 2}, 6) + net.mesh_events({2, 2}, 7));
  CHECK(net.mesh_events({2, 2}, 7) > 0);
  // A load's request and its answer both pass.
  net.read({0, 0}, {0, 1}, 4, false, 1000);
  CHECK(net.mesh_events({0, 1}, 12) == 1);
  CHECK(net.mesh_events({0, 0}, 13) == 1);
}

TEST_CASE("impossible values name their key", "[mesh]") {
  CHECK_THROWS_WITH(Interconnect(parallella({"mesh.hop_cycles=1.3"})), Catch::Contains("mesh.hop_cycles"));
  CHECK_THROWS_AS(Interconnect(parallella({"mesh.injection_gap=0"})), UsageError);
  CHECK_THROWS_WITH(Interconnect(parallella({"elink.transaction_slots=-1"})), Catch::Contains("elink.transaction_slots"));
}
