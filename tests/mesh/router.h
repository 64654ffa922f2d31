#pragma once
// A cycle-level mesh of routers, the independent reference for the calendars: input queues of four packets, one round-robin
// arbiter per output, a packet moves only where there is room, one cycle per hop. Slow and plain on purpose.

#include <array>
#include <deque>
#include <vector>

#include "sim/core/types.h"
#include "sim/mesh/interconnect.h"

namespace epysim::mesh::test {

struct Packet {
  Node from;
  Node to;
  Cycle created = 0;
  Cycle delivered = 0;
};

class RouterMesh {
 public:
  RouterMesh(int rows, int columns) : rows_(rows), columns_(columns), routers_(static_cast<std::size_t>(rows * columns)) {}

  /// Fills in `delivered`. `packets` are ordered by creation.
  void run(std::vector<Packet>& packets) {
    std::vector<std::deque<std::size_t>> sources(routers_.size());
    for (std::size_t i = 0; i < packets.size(); ++i) sources[index(packets[i].from)].push_back(i);
    std::size_t left = packets.size();
    for (Cycle now = 0; left > 0; ++now) {
      for (std::size_t node = 0; node < routers_.size(); ++node) {
        auto& waiting = sources[node];
        if (waiting.empty() || packets[waiting.front()].created > now) continue;
        auto& queue = routers_[node].inputs[kLocal];
        if (queue.size() == kDepth) continue;
        queue.push_back({waiting.front(), now});
        waiting.pop_front();
      }
      left -= step(packets, now);
    }
  }

 private:
  enum Port : unsigned { kNorth, kEast, kSouth, kWest, kLocal, kPorts };
  static constexpr std::size_t kDepth = 4;

  struct Entry {
    std::size_t packet;
    Cycle ready;
  };
  struct Router {
    std::array<std::deque<Entry>, kPorts> inputs;
    std::array<unsigned, kPorts> next{};  // round robin, per output
  };

  std::size_t index(Node node) const { return static_cast<std::size_t>(node.row * columns_ + node.column); }

  static Port wanted(Node here, Node to) {
    if (to.column != here.column) return to.column > here.column ? kEast : kWest;
    if (to.row != here.row) return to.row > here.row ? kSouth : kNorth;
    return kLocal;
  }

  std::size_t step(std::vector<Packet>& packets, Cycle now) {
    // Room is judged by the queues as they were when the cycle began, so that the order of the routers does not matter.
    std::vector<std::array<std::size_t, kPorts>> length(routers_.size());
    for (std::size_t i = 0; i < routers_.size(); ++i)
      for (unsigned port = 0; port < kPorts; ++port) length[i][port] = routers_[i].inputs[port].size();

    struct Move {
      std::size_t router;
      Port input;
      Entry entry;
    };
    std::vector<Move> moves;
    std::size_t delivered = 0;
    for (int row = 0; row < rows_; ++row)
      for (int column = 0; column < columns_; ++column) {
        const Node here{row, column};
        Router& router = routers_[index(here)];
        std::array<bool, kPorts> moved{};
        for (unsigned output = 0; output < kPorts; ++output) {
          for (unsigned turn = 0; turn < kPorts; ++turn) {
            const unsigned input = (router.next[output] + turn) % kPorts;
            auto& queue = router.inputs[input];
            if (moved[input] || queue.empty() || queue.front().ready > now) continue;
            Packet& packet = packets[queue.front().packet];
            if (wanted(here, packet.to) != output) continue;
            if (output == kLocal) {
              packet.delivered = now;
              ++delivered;
            } else {
              Node there = here;
              there.row += output == kSouth ? 1 : output == kNorth ? -1 : 0;
              there.column += output == kEast ? 1 : output == kWest ? -1 : 0;
              const auto entrance = static_cast<Port>((output + 2) % 4);
              if (length[index(there)][entrance] == kDepth) continue;
              moves.push_back({index(there), entrance, {queue.front().packet, now + 1}});
            }
            queue.pop_front();
            moved[input] = true;
            router.next[output] = (input + 1) % kPorts;
            break;
          }
        }
      }
    for (const Move& move : moves) routers_[move.router].inputs[move.input].push_back(move.entry);
    return delivered;
  }

  int rows_;
  int columns_;
  std::vector<Router> routers_;
};

}  // namespace epysim::mesh::test
