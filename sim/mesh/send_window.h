#pragma once
// Back-pressure: the closed loop that calendars lack. The path before a resource holds a limited number of a sender's transactions;
// the next one can only be sent once an earlier one has left its buffer.
//
//   earliest(n) = the time at which transaction number (now - n) left
//
// n is the number of buffers on the path that the next transaction takes.

#include <vector>

#include "sim/core/types.h"

namespace epysim::mesh {

class SendWindow {
 public:
  explicit SendWindow(unsigned most_buffers) : left_(most_buffers, 0) {}

  /// First cycle at which one of `buffers` places is free; 1 <= buffers <= most_buffers.
  Cycle earliest(unsigned buffers) const { return left_[next_ >= buffers ? next_ - buffers : next_ + left_.size() - buffers]; }
  /// One more was sent; it frees its place at `left`.
  void sent(Cycle left) {
    left_[next_] = left;
    if (++next_ == left_.size()) next_ = 0;
  }
  void reset() { left_.assign(left_.size(), 0); }

 private:
  std::vector<Cycle> left_;
  std::size_t next_ = 0;
};

}  // namespace epysim::mesh
