#pragma once
// A cycle-level mesh of routers, the independent reference for the calendars (the eMesh as the "Epiphany Architecture Reference" describes
// it): a queue of two transactions per input, one round-robin arbiter per output, which lets one transaction through per clock cycle,
// east-west before north-south, one and a half cycles from router to router. A transaction moves only where there is room. Sources offer
// one transaction every two cycles at most and wait while their router's queue is full. Slow and plain on purpose; it shares no code with
// the model.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/core/types.h"
#include "sim/mesh/interconnect.h"

namespace epysim::mesh::test {

struct Packet {
  Node from;
  Node to;
  Cycle created = 0;
  Cycle delivered = 0;  // kNever: not within the time given
};

class RouterMesh {
 public:
  RouterMesh(int rows, int columns) : rows_(rows), columns_(columns), routers_(static_cast<std::size_t>(rows * columns)) {}

  /// Fills in `delivered`, up to cycle `until`. `packets` are ordered by creation.
  void run(std::vector<Packet>& packets, Cycle until = kNever) {
    std::vector<std::deque<std::size_t>> sources(routers_.size());
    std::vector<Tick> next(routers_.size(), 0);
    for (std::size_t i = 0; i < packets.size(); ++i) {
      packets[i].delivered = kNever;
      sources[index(packets[i].from)].push_back(i);
    }
    std::size_t left = packets.size();
    std::size_t entered = 0;
    for (Tick now = 0; left > 0 && now / kCycle < until; ++now) {
      if (entered + left == packets.size()) {  // nothing is under way: nothing happens before the next one is created
        Cycle next_created = kNever;
        for (const auto& waiting : sources) {
          if (!waiting.empty()) next_created = std::min(next_created, packets[waiting.front()].created);
        }
        now = std::max(now, next_created * kCycle);
      }
      for (std::size_t node = 0; node < routers_.size(); ++node) {
        auto& waiting = sources[node];
        if (waiting.empty() || packets[waiting.front()].created * kCycle > now || next[node] > now) continue;
        Queue& queue = routers_[node].inputs[kLocal];
        if (queue.taken == kDepth) continue;
        ++queue.taken;
        queue.entries.push_back({waiting.front(), now + kCycle});
        next[node] = now + kGap;
        waiting.pop_front();
        ++entered;
      }
      left -= step(packets, now);
    }
  }

 private:
  using Tick = std::uint64_t;  // half a cycle
  static constexpr Tick kCycle = 2;
  static constexpr Tick kHop = 3;
  static constexpr Tick kGap = 4;
  enum Port : unsigned { kNorth, kEast, kSouth, kWest, kLocal, kPorts };
  static constexpr std::size_t kDepth = 2;

  struct Entry {
    std::size_t packet;
    Tick ready;
  };
  struct Queue {
    std::deque<Entry> entries;
    Tick next = 0;          // gives its next one then
    std::size_t taken = 0;  // places, those of transactions on their way here included
  };
  struct Router {
    std::array<Queue, kPorts> inputs;
    std::array<unsigned, kPorts> next{};  // round robin, per output
    std::array<Tick, kPorts> free{};      // per output
  };

  std::size_t index(Node node) const { return static_cast<std::size_t>(node.row * columns_ + node.column); }

  static Port wanted(Node here, Node to) {
    if (to.column != here.column) return to.column > here.column ? kEast : kWest;
    if (to.row != here.row) return to.row > here.row ? kSouth : kNorth;
    return kLocal;
  }

  std::size_t step(std::vector<Packet>& packets, Tick now) {
    // Room is judged by the queues as they were when the step began, so that the order of the routers does not matter.
    std::vector<std::array<std::size_t, kPorts>> taken(routers_.size());
    for (std::size_t i = 0; i < routers_.size(); ++i)
      for (unsigned port = 0; port < kPorts; ++port) taken[i][port] = routers_[i].inputs[port].taken;

    std::size_t delivered = 0;
    for (int row = 0; row < rows_; ++row)
      for (int column = 0; column < columns_; ++column) {
        const Node here{row, column};
        Router& router = routers_[index(here)];
        for (unsigned output = 0; output < kPorts; ++output) {
          if (router.free[output] > now) continue;
          for (unsigned turn = 0; turn < kPorts; ++turn) {
            const unsigned input = (router.next[output] + turn) % kPorts;
            Queue& queue = router.inputs[input];
            if (queue.next > now || queue.entries.empty() || queue.entries.front().ready > now) continue;
            const std::size_t number = queue.entries.front().packet;
            if (wanted(here, packets[number].to) != output) continue;
            if (output == kLocal) {
              packets[number].delivered = (now + 1) / kCycle;
              ++delivered;
            } else {
              Node there = here;
              there.row += output == kSouth ? 1 : output == kNorth ? -1 : 0;
              there.column += output == kEast ? 1 : output == kWest ? -1 : 0;
              const unsigned entrance = (output + 2) % 4;
              if (taken[index(there)][entrance] == kDepth) continue;
              Queue& target = routers_[index(there)].inputs[entrance];
              ++target.taken;
              target.entries.push_back({number, now + kHop});
            }
            queue.entries.pop_front();
            --queue.taken;
            queue.next = (now / kCycle + 1) * kCycle;
            router.free[output] = (now / kCycle + 1) * kCycle;
            router.next[output] = (input + 1) % kPorts;
            break;
          }
        }
      }
    return delivered;
  }

  int rows_;
  int columns_;
  std::vector<Router> routers_;
};

}  // namespace epysim::mesh::test
