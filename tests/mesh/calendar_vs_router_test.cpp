// The calendars against a cycle-level router (router.h), with senders that issue one store after the other and stall as a core does.
// Synthetic traffic up to 79 % of saturation and traffic recorded from ePython programs: mean latency within 6 %, 95th percentile within
// 15 %; throughput of saturated senders within 6 %.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/config.h"
#include "sim/mesh/interconnect.h"
#include "tests/mesh/router.h"

using namespace epysim;
using mesh::Interconnect;
using mesh::Node;
using mesh::test::Packet;
using mesh::test::RouterMesh;

namespace {

constexpr int kSide = 4;
constexpr std::size_t kNodes = kSide * kSide;

Node node_of(unsigned number) { return {static_cast<int>(number / kSide % kSide), static_cast<int>(number % kSide)}; }
std::size_t number_of(Node node) { return static_cast<std::size_t>(node.row * kSide + node.column); }

struct Pattern {
  const char* name;
  Node (*target)(Node from, unsigned random);
  double capacity;  // transactions per node and cycle that the network can carry for ever
};

// A source sends at most one transaction in two cycles; uniform traffic goes to the sender itself once in 16. One core takes
// one transaction per cycle from the 15 others.
const Pattern kUniform{"uniform", [](Node, unsigned random) { return node_of(random); }, 0.5};
const Pattern kComplement{"bit complement", [](Node from, unsigned) { return Node{kSide - 1 - from.row, kSide - 1 - from.column}; }, 0.5};
const Pattern kHotSpot{"hot spot", [](Node, unsigned) { return Node{1, 1}; }, 1.0 / 15};
const Pattern kWarmSpot{"a quarter to one",
                        [](Node, unsigned random) {
                          return random / 256 % 4 == 0 ? Node{1, 1} : node_of(random);
                        },
                        1.0 / (15 * (0.25 + 0.75 / 16))};
const Pattern kNeighbour{"neighbour", [](Node from, unsigned) { return Node{from.row, from.column ^ 1}; }, 0.5};

/// What each node wants to send: independent of the others, with probability `rate` in every cycle.
std::vector<Packet> traffic(const Pattern& pattern, double rate, Cycle cycles) {
  std::uint64_t state = 12345;
  const auto random = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>(state >> 33);
  };
  std::vector<Packet> packets;
  for (Cycle now = 0; now < cycles; ++now)
    for (unsigned node = 0; node < kNodes; ++node) {
      if (random() % 1000000 >= rate * 1000000) continue;
      const Node to = pattern.target(node_of(node), random());
      if (!(to == node_of(node))) packets.push_back({node_of(node), to, now, kNever});
    }
  return packets;
}

/// The calendars' answer to what RouterMesh::run answers: each node issues its next store when it has one and the last was accepted.
void run_calendars(std::vector<Packet>& packets, Cycle until = kNever) {
  Interconnect net(core::Config::load(EPYSIM_SOURCE_DIR "/configs/parallella.json"));
  std::vector<std::vector<Packet*>> queue(kNodes);
  for (Packet& packet : packets) queue[number_of(packet.from)].push_back(&packet);
  std::vector<std::size_t> sent(kNodes, 0);
  std::vector<Cycle> accepted(kNodes, 0);  // kNever while the node waits
  for (;;) {
    std::size_t chosen = kNodes;
    Cycle at = until;
    for (std::size_t node = 0; node < kNodes; ++node) {
      if (sent[node] == queue[node].size()) continue;
      const Cycle next = std::max(accepted[node], queue[node][sent[node]]->created);
      if (next < at) {
        at = next;
        chosen = node;
      }
    }
    const Cycle turn = net.next_turn();
    if (turn <= at && turn < until) {
      for (const Interconnect::Notice& notice : net.advance(turn)) {
        Packet& packet = packets[notice.ticket];
        if (notice.kind == Interconnect::Notice::Kind::Room) accepted[number_of(packet.from)] = notice.at;
        if (notice.kind == Interconnect::Notice::Kind::Write) packet.delivered = notice.at;
      }
      continue;
    }
    if (chosen == kNodes) return;
    Packet& packet = *queue[chosen][sent[chosen]++];
    const Interconnect::Write write = net.write(packet.from, packet.to, 8, at);
    packet.delivered = write.arrival;
    accepted[chosen] = write.accepted;
    if (write.accepted == kNever)
      accepted[chosen] = net.hold(packet.from, packet.to, 8, at, static_cast<Interconnect::Ticket>(&packet - packets.data()));
  }
}

struct Latency {
  double mean = 0;
  double percentile95 = 0;
};

Latency latency_of(const std::vector<Packet>& packets) {
  std::vector<double> each;
  double sum = 0;
  for (const Packet& packet : packets) {
    each.push_back(static_cast<double>(packet.delivered - packet.created));
    sum += each.back();
  }
  std::sort(each.begin(), each.end());
  return {sum / static_cast<double>(each.size()), each[each.size() * 95 / 100]};
}

void compare_latency(std::vector<Packet> packets) {
  std::vector<Packet> by_calendar = packets;
  RouterMesh(kSide, kSide).run(packets);
  run_calendars(by_calendar);
  const Latency reference = latency_of(packets);
  const Latency model = latency_of(by_calendar);
  CAPTURE(packets.size(), reference.mean, model.mean, reference.percentile95, model.percentile95);
  CHECK(std::abs(model.mean - reference.mean) <= 0.06 * reference.mean);
  CHECK(std::abs(model.percentile95 - reference.percentile95) <= 0.15 * reference.percentile95);
}

/// Deliveries per node and cycle while every node always has something to send.
double throughput(const std::vector<Packet>& packets, Cycle begin, Cycle end) {
  const auto within = [&](const Packet& packet) { return packet.delivered >= begin && packet.delivered < end; };
  return static_cast<double>(std::count_if(packets.begin(), packets.end(), within)) / static_cast<double>((end - begin) * kNodes);
}

/// A recording: lines of "cycle sender receiver", cores numbered row by row, in the order of the times.
std::vector<Packet> recorded(const std::string& name) {
  std::ifstream file(EPYSIM_SOURCE_DIR "/traces/mesh/" + name + ".txt");
  REQUIRE(file);
  std::vector<Packet> packets;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    Cycle at = 0;
    unsigned from = 0;
    unsigned to = 0;
    REQUIRE(fields >> at >> from >> to);
    if (from != to) packets.push_back({node_of(from), node_of(to), at, kNever});
  }
  return packets;
}

}  // namespace

TEST_CASE("calendars follow the routers below saturation", "[mesh][reference]") {
  const Pattern& pattern = GENERATE(kUniform, kComplement, kHotSpot, kWarmSpot, kNeighbour);
  const double load = GENERATE(0.05, 0.2, 0.4, 0.6, 0.79);
  CAPTURE(pattern.name, load);
  compare_latency(traffic(pattern, load * pattern.capacity, 20000));
}

TEST_CASE("calendars saturate where the routers do", "[mesh][reference]") {
  const Pattern& pattern = GENERATE(kUniform, kComplement, kHotSpot, kWarmSpot, kNeighbour);
  constexpr Cycle kWarm = 2000;
  constexpr Cycle kEnd = 8000;
  std::vector<Packet> packets = traffic(pattern, 1, kEnd);
  std::vector<Packet> by_calendar = packets;
  RouterMesh(kSide, kSide).run(packets, kEnd);
  run_calendars(by_calendar, kEnd);
  const double reference = throughput(packets, kWarm, kEnd);
  const double model = throughput(by_calendar, kWarm, kEnd);
  CAPTURE(pattern.name, reference, model);
  CHECK(std::abs(model - reference) <= 0.06 * reference);
}

TEST_CASE("calendars share a saturated link as the routers do", "[mesh][reference]") {
  struct Flows {
    const char* name;
    std::vector<std::pair<unsigned, unsigned>> cores;  // sender and receiver
    Cycle gap;
  };
  Flows all_to_one{"all to core 0", {}, 2};
  for (unsigned core = 1; core < kNodes; ++core) all_to_one.cores.emplace_back(core, 0);
  const Flows flows = GENERATE_COPY(Flows{"a row to a corner", {{0, 15}, {1, 15}, {2, 15}, {3, 15}}, 2},
                                    Flows{"the myParallella experiment", {{0, 15}, {1, 11}, {2, 7}, {3, 11}}, 3}, all_to_one);
  std::vector<Packet> packets;
  for (Cycle n = 0; n < 400; ++n)
    for (const auto& [from, to] : flows.cores) packets.push_back({node_of(from), node_of(to), n * flows.gap, kNever});
  std::vector<Packet> by_calendar = packets;
  RouterMesh(kSide, kSide).run(packets);
  run_calendars(by_calendar);
  for (const auto& [from, to] : flows.cores) {
    const auto end = [sender = node_of(from)](const std::vector<Packet>& all) {
      Cycle last = 0;
      for (const Packet& packet : all)
        if (packet.from == sender) last = std::max(last, packet.delivered);
      return static_cast<double>(last);
    };
    CAPTURE(flows.name, from, end(packets), end(by_calendar));
    CHECK(std::abs(end(by_calendar) - end(packets)) <= 0.03 * end(packets));
  }
}

TEST_CASE("calendars follow the routers on recorded traffic", "[mesh][reference]") {
  const std::string name = GENERATE(as<std::string>(), "jacobi", "reduce", "broadcast", "mandelbrot");
  CAPTURE(name);
  compare_latency(recorded(name));
}
