#pragma once
// What is going to happen, earliest first; at the same time in the order of the sources, then of the calls. The heap holds keys only:
// events are large and stay where they are.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/types.h"

namespace epysim::epiphany {

/// `Event` has the members `at` and `source` (less than 65536).
template <typename Event>
class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  /// kNever when nothing is.
  Cycle next() const { return heap_.empty() ? kNever : heap_.front().at; }

  void push(const Event& event) {
    std::uint32_t place;
    if (free_.empty()) {
      place = static_cast<std::uint32_t>(events_.size());
      events_.push_back(event);
    } else {
      place = free_.back();
      free_.pop_back();
      events_[place] = event;
    }
    heap_.push_back({event.at, static_cast<std::uint64_t>(event.source) << 48 | sequence_++, place});
    std::push_heap(heap_.begin(), heap_.end());
  }

  Event pop() {
    std::pop_heap(heap_.begin(), heap_.end());
    const std::uint32_t place = heap_.back().place;
    heap_.pop_back();
    free_.push_back(place);
    return events_[place];
  }

 private:
  struct Key {
    Cycle at;
    std::uint64_t order;  // source, sequence
    std::uint32_t place;

    /// For a heap with the earliest on top.
    friend bool operator<(const Key& a, const Key& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };

  std::vector<Key> heap_;
  std::vector<Event> events_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace epysim::epiphany
