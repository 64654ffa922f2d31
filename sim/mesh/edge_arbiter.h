#pragma once
// Who goes next over the chip's east edge, when several nodes want to.
//
//   at the router of column c the eastward output alternates between the local core and the traffic from the west while both wait;
//   the rows take turns, one transaction each.
//
// So while every core of a 4 x 4 chip sends, one of column 3 gets 1/8 of the link, of column 2 1/16, of columns 1 and 0 1/32 each: what the
// EBSP 2015 measurements show of 16 cores that write at once. The choice is made for the whole tree at the moment at which the link takes
// a transaction. Ignored: what waits between two routers has passed the first one's choice already.

#include <cstdint>
#include <vector>

#include "sim/mesh/node.h"

namespace epysim::mesh {

class EdgeArbiter {
 public:
  EdgeArbiter(int rows, int columns)
      : rows_(rows), columns_(columns), local_next_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), true) {}

  /// Chooses among the nodes for which `wants(node)` holds; at least one must.
  template <typename Wants>
  Node choose(const Wants& wants) {
    for (int turn = 1; turn <= rows_; ++turn) {
      const int row = (last_row_ + turn) % rows_;
      std::uint64_t waiting = 0;
      for (int column = 0; column < columns_; ++column) waiting |= std::uint64_t{wants(Node{row, column})} << column;
      if (waiting == 0) continue;
      last_row_ = row;
      return {row, choose_column(row, waiting)};
    }
    return {};
  }

  void reset() { *this = EdgeArbiter(rows_, columns_); }

 private:
  int choose_column(int row, std::uint64_t waiting) {
    for (int column = columns_ - 1;; --column) {
      const bool local = (waiting >> column & 1u) != 0;
      const bool west = (waiting & ((std::uint64_t{1} << column) - 1)) != 0;
      auto local_next = local_next_[Node{row, column}.number(columns_)];
      const bool take_local = local && (!west || local_next);
      local_next = !take_local;
      if (take_local) return column;
    }
  }

  int rows_;
  int columns_;
  std::vector<bool> local_next_;  // per router: the local core's turn if both wait
  int last_row_ = -1;
};

}  // namespace epysim::mesh
