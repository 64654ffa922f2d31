#pragma once
// The way of stores to the link at the chip's east edge: rows of routers with one stage of buffers each, then the link's queue, which all
// rows share.
//
//   a stage holds a transaction until the stage to the east is free; a free stage takes from its own core and from the stage to the west,
//   in turn while both wait
//   the queue takes from the last stages of the rows, in turn: taken(k) = max(a transaction is there, transaction k - `ahead` is done)
//   a node sends its n-th transaction into its stage once its (n - `window`)-th is done, + `release`
//
// So while all cores of a 4 x 4 chip write, one of column 3 gets 1/8 of the link, of column 2 1/16, of columns 1 and 0 1/32 each: what the
// EBSP 2015 measurements show. When a transaction can go on it is in the next stage at once; how long it is under way is known before
// (`ready`). Everything must be told in the order of time.

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/types.h"
#include "sim/mesh/node.h"
#include "sim/mesh/off_chip_access.h"
#include "sim/mesh/send_window.h"

namespace epysim::mesh {

class EdgePath {
 public:
  struct Limits {
    unsigned ahead = 1;   // transactions that the queue takes before they are done
    unsigned window = 1;  // transactions of one node under way
    Cycle release = 0;    // until a node notices that one of them is done
  };

  EdgePath(int rows, int columns, const Limits& limits)
      : rows_(rows),
        columns_(columns),
        limits_(limits),
        done_(limits.ahead),
        stages_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)),
        nodes_(stages_.size(), Sender(limits.window)) {}

  /// The first cycle at or after `at` in which `from` may send one more; kNever: that depends on others.
  Cycle room(Node from, Cycle at) const {
    const Sender& sender = nodes_[number(from)];
    return sender.held.empty() && !stages_[number(from)] ? std::max(at, window(sender)) : kNever;
  }
  /// For which there was no room: it stays in its sender.
  void hold(Node from, const OffChipAccess& access) { nodes_[number(from)].held.push_back(access); }
  /// Sent; `access.ready` says when it is at the edge.
  void enter(Node from, const OffChipAccess& access) {
    ++nodes_[number(from)].in_stages;
    std::size_t at = number(from);
    stages_[at] = Transaction{from, access};
    for (int column = from.column + 1; column < columns_ && !stages_[at + 1]; ++column, ++at) stages_[at + 1].swap(stages_[at]);
    plan();
  }

  /// When the queue takes one more; kNever while nobody waits.
  Cycle next() const { return next_; }

  struct Transaction {
    Node from;
    OffChipAccess access;
  };
  /// At next(), once. done() has to follow.
  Transaction take() {
    for (;;) {
      last_row_ = (last_row_ + 1) % rows_;
      std::optional<Transaction>& last = stages_[number({last_row_, columns_ - 1})];
      if (!last || last->access.ready > next_) continue;
      const Transaction taken = *last;
      last.reset();
      return taken;
    }
  }
  /// The link is through with what was taken at `end`. released() has to follow.
  void done(const Transaction& taken, Cycle end) {
    done_.sent(end);
    Sender& sender = nodes_[number(taken.from)];
    --sender.in_stages;
    sender.done.sent(end + limits_.release);
  }

  struct Released {
    Node from;
    OffChipAccess access;
    Cycle at;
  };
  /// What had been held and may be sent now, or at Released::at; enter() has to follow, and this once more until it says that there is
  /// nothing else.
  std::optional<Released> released(Cycle now) {
    for (int row = 0; row < rows_; ++row) {
      for (int column = columns_ - 1; column >= 0; --column) {
        const std::size_t at = number({row, column});
        if (stages_[at]) continue;
        Sender& sender = nodes_[at];
        const bool west = column > 0 && stages_[at - 1].has_value();
        const bool local = !sender.held.empty() && sender.in_stages < limits_.window;
        if (local && (!west || sender.local_next)) {
          sender.local_next = false;
          const Released released{{row, column}, sender.held.front(), std::max(now, window(sender))};
          sender.held.pop_front();
          return released;
        }
        if (!west) continue;
        sender.local_next = true;
        stages_[at].swap(stages_[at - 1]);
      }
    }
    plan();
    return std::nullopt;
  }

  void reset() { *this = EdgePath(rows_, columns_, limits_); }

 private:
  struct Sender {
    explicit Sender(unsigned window) : done(window) {}
    std::deque<OffChipAccess> held;
    unsigned in_stages = 0;
    bool local_next = true;  // at its router: its turn if both wait
    SendWindow done;
  };

  std::size_t number(Node node) const { return node.number(columns_); }
  Cycle window(const Sender& sender) const {
    return sender.in_stages < limits_.window ? sender.done.earliest(limits_.window - sender.in_stages) : kNever;
  }
  void plan() {
    next_ = kNever;
    for (int row = 0; row < rows_; ++row) {
      const std::optional<Transaction>& last = stages_[number({row, columns_ - 1})];
      if (last) next_ = std::min(next_, last->access.ready);
    }
    if (next_ != kNever) next_ = std::max(next_, done_.earliest(limits_.ahead));
  }

  int rows_;
  int columns_;
  Limits limits_;
  SendWindow done_;
  std::vector<std::optional<Transaction>> stages_;  // of the routers, row by row: the output to the east
  std::vector<Sender> nodes_;
  int last_row_ = -1;
  Cycle next_ = kNever;
};

}  // namespace epysim::mesh
