#pragma once
// The way to one resource at the chip's east edge (the outgoing link, or the path that takes read requests), shared by all nodes.
//
//   taken(k) = max(a transaction is at the edge, transaction k - `ahead` is done)      who: EdgeArbiter
//   a node may send its n-th transaction once its (n - `window`)-th is done, + `release`, and while fewer of its own have not been taken
//   yet than there are routers on the way to the edge, each with one stage of buffers
//
// A transaction's time depends on what others send later, so it is known when its turn comes, not when it is sent: `next()` is that
// moment, and the owner asks for the winner with take(). Everything must be told in the order of time.

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/types.h"
#include "sim/mesh/edge_arbiter.h"
#include "sim/mesh/send_window.h"

namespace epysim::mesh {

/// One load, store or instruction fetch that leaves the chip.
struct OffChipAccess {
  std::uint32_t ticket = 0;  // the caller's name for it
  Address address = 0;
  std::uint8_t bytes = 0;
  bool by_dma = false;
  bool fetch = false;
  bool half_late = false;  // it is at the edge half a cycle after `ready`
  Cycle ready = 0;         // at the edge
};

class EdgePort {
 public:
  struct Limits {
    unsigned ahead = 1;   // transactions that the resource takes before they are done
    unsigned window = 0;  // transactions of one node under way; 0: any number
    Cycle release = 0;    // until a node notices that a place is free
  };

  EdgePort(int rows, int columns, const Limits& limits)
      : columns_(columns),
        limits_(limits),
        arbiter_(rows, columns),
        done_(limits.ahead),
        senders_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), Sender(limits.window)) {}

  /// The first cycle at or after `at` in which `from` may send one more; kNever: that depends on others.
  Cycle room(Node from, Cycle at) {
    const Sender& sender = sender_of(from);
    if (limits_.window == 0) return at;
    return sender.held.empty() && sender.waiting.size() < places(from) ? std::max(at, window(sender)) : kNever;
  }
  /// For which there was no room: it stays in its sender.
  void hold(Node from, const OffChipAccess& access) { sender_of(from).held.push_back(access); }
  /// Sent; `access.ready` says when it is at the edge.
  void enter(Node from, const OffChipAccess& access) {
    Sender& sender = sender_of(from);
    sender.waiting.push_back(access);
    if (sender.waiting.size() == 1) next_ = std::min(next_, std::max(access.ready, done_.earliest(limits_.ahead)));
  }

  /// When the resource takes one more; kNever while nobody waits.
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
      const Sender& sender = sender_of(node);
      return !sender.waiting.empty() && sender.waiting.front().ready <= now;
    });
    Sender& sender = sender_of(from);
    const Taken taken{from, sender.waiting.front(), now};
    sender.waiting.pop_front();
    return taken;
  }

  struct Freed {
    OffChipAccess access;
    Cycle at;  // may be sent now
  };
  /// The resource is done with what it took at `end`. Returns a transaction of that node that had been held.
  std::optional<Freed> done(const Taken& taken, Cycle end) {
    done_.sent(end);
    Sender& sender = sender_of(taken.from);
    std::optional<Freed> freed;
    if (limits_.window != 0) {
      sender.done.sent(end + limits_.release);
      if (!sender.held.empty()) {
        freed = Freed{sender.held.front(), std::max(taken.at, window(sender))};
        sender.held.pop_front();
      }
    }
    next_ = kNever;
    for (const Sender& each : senders_) {
      if (!each.waiting.empty()) next_ = std::min(next_, each.waiting.front().ready);
    }
    if (next_ != kNever) next_ = std::max(next_, done_.earliest(limits_.ahead));
    return freed;
  }

  void reset() {
    arbiter_.reset();
    done_.reset();
    for (Sender& sender : senders_) sender = Sender(limits_.window);
    next_ = kNever;
  }

 private:
  struct Sender {
    explicit Sender(unsigned window) : done(std::max(window, 1u)) {}
    std::deque<OffChipAccess> waiting;  // under way to the edge, or there
    std::deque<OffChipAccess> held;
    SendWindow done;
  };

  Sender& sender_of(Node node) { return senders_[node.number(columns_)]; }
  std::size_t places(Node node) const { return std::min(static_cast<unsigned>(columns_ - node.column), limits_.window); }
  Cycle window(const Sender& sender) const { return sender.done.earliest(limits_.window - static_cast<unsigned>(sender.waiting.size())); }

  int columns_;
  Limits limits_;
  EdgeArbiter arbiter_;
  SendWindow done_;
  std::vector<Sender> senders_;
  Cycle next_ = kNever;
};

}  // namespace epysim::mesh
