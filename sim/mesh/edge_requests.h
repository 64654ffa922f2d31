#pragma once
// Read requests at the chip's east edge, from all nodes, for the path that takes one at a time.
//
//   taken(k) = max(a request is at the edge, request k - 1 is done)      who: EdgeArbiter
//
// Nobody has to wait for room: a core has one load under way, a DMA engine as many as its window. A request's time depends on what others
// send later, so it is known when its turn comes, not when it is sent: `next()` is that moment, and the owner asks for the winner
// with take(). Everything must be told in the order of time.

#include <algorithm>
#include <deque>
#include <vector>

#include "sim/core/types.h"
#include "sim/mesh/edge_arbiter.h"
#include "sim/mesh/off_chip_access.h"

namespace epysim::mesh {

class EdgeRequests {
 public:
  EdgeRequests(int rows, int columns)
      : columns_(columns), arbiter_(rows, columns), waiting_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)) {}

  /// Sent; `access.ready` says when it is at the edge.
  void enter(Node from, const OffChipAccess& access) {
    std::deque<OffChipAccess>& waiting = waiting_[from.number(columns_)];
    waiting.push_back(access);
    if (waiting.size() == 1) next_ = std::min(next_, std::max(access.ready, free_));
  }

  /// When the path takes one more; kNever while nobody waits.
  Cycle next() const { return next_; }

  struct Taken {
    Node from;
    OffChipAccess access;
    Cycle at;
  };
  /// At next(), once. done() has to follow.
  Taken take() {
    const Cycle now = next_;
    const Node from = arbiter_.choose([&](Node node) {
      const std::deque<OffChipAccess>& waiting = waiting_[node.number(columns_)];
      return !waiting.empty() && waiting.front().ready <= now;
    });
    std::deque<OffChipAccess>& waiting = waiting_[from.number(columns_)];
    const Taken taken{from, waiting.front(), now};
    waiting.pop_front();
    return taken;
  }
  /// The path is done with what it took at `end`.
  void done(Cycle end) {
    free_ = end;
    next_ = kNever;
    for (const std::deque<OffChipAccess>& each : waiting_) {
      if (!each.empty()) next_ = std::min(next_, each.front().ready);
    }
    if (next_ != kNever) next_ = std::max(next_, free_);
  }

  void reset() {
    arbiter_.reset();
    for (std::deque<OffChipAccess>& each : waiting_) each.clear();
    free_ = 0;
    next_ = kNever;
  }

 private:
  int columns_;
  EdgeArbiter arbiter_;
  std::vector<std::deque<OffChipAccess>> waiting_;  // under way to the edge, or there
  Cycle free_ = 0;
  Cycle next_ = kNever;
};

}  // namespace epysim::mesh
