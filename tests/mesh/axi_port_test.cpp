#include "sim/mesh/axi_port.h"

#include <array>
#include <catch2/catch.hpp>

using epysim::Cycle;
using epysim::kNever;
using epysim::mesh::AxiPort;

TEST_CASE("an access alone takes the latency", "[axi]") {
  AxiPort port(2, {});
  CHECK(port.next_turn() == kNever);
  port.request(1, false, 4, 100);
  CHECK(port.next_turn() == 109);
  const AxiPort::Grant read = port.grant(109);
  CHECK(read.master == 1);
  CHECK(read.memory == 125);
  CHECK(read.returned == 130);
  CHECK(port.next_turn() == kNever);
  port.request(1, true, 4, 200);
  CHECK(port.grant(209).returned == 226);
  CHECK(port.traffic().transactions == 2);
  CHECK(port.traffic().bytes == 8);
  CHECK(port.traffic().busy == 8);
}

TEST_CASE("those who wait take turns, one per interval", "[axi]") {
  AxiPort port(4, {});
  for (const std::size_t master : {2u, 0u, 3u}) port.request(master, false, 4, 10);
  std::array<std::size_t, 3> order{};
  std::array<Cycle, 3> at{};
  for (std::size_t i = 0; i < 3; ++i) {
    at[i] = port.next_turn();
    order[i] = port.grant(at[i]).master;
  }
  CHECK(order == std::array<std::size_t, 3>{2, 3, 0});  // after master 0, who counts as the last one
  CHECK(at == std::array<Cycle, 3>{19, 23, 27});
}

TEST_CASE("a rate that is no whole number of cycles is kept in a busy row", "[axi]") {
  AxiPort::Timing timing;
  timing.interval = 3048;
  AxiPort port(2, timing);
  Cycle at = 0;
  for (int i = 0; i < 1000; ++i) {
    port.request(0, false, 4, 0);
    port.request(1, false, 4, 0);
    at = port.next_turn();
    port.grant(at);
  }
  CHECK(at == 9 + 3045);  // 999 intervals of 3.048
}
