#pragma once
// What is under way between cores, in the order in which it happens: by (time, source, sequence). The heap holds small keys; the events
// themselves stay where they are.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/core/types.h"

namespace epysim::epiphany {

/// `Event` has `at` and `source` (not negative).
template <typename Event>
class EventQueue {
 public:
  static constexpr int kEverybody = -1;

  /// `concerns`: the only core whose private work could notice the event.
  void push(const Event& event, int concerns) {
    std::uint32_t slot = static_cast<std::uint32_t>(events_.size());
    if (free_.empty()) {
      events_.push_back(event);
    } else {
      slot = free_.back();
      free_.pop_back();
      events_[slot] = event;
    }
    keys_.push_back({event.at, static_cast<std::uint64_t>(event.source) << kSequenceBits | sequence_++, slot, concerns});
    std::push_heap(keys_.begin(), keys_.end());
  }
  /// When the first one happens.
  Cycle next() const { return keys_.empty() ? kNever : keys_.front().at; }
  /// When the first one happens that concerns `core`.
  Cycle next_for(int core) const {
    Cycle first = kNever;
    for (const Key& key : keys_) {
      if (key.at < first && (key.concerns == core || key.concerns == kEverybody)) first = key.at;
    }
    return first;
  }
  /// Takes the first one out and lets `happen` have it.
  template <typename Happen>
  void pop(const Happen& happen) {
    const std::uint32_t slot = keys_.front().slot;
    std::pop_heap(keys_.begin(), keys_.end());
    keys_.pop_back();
    happen(events_[slot]);
    free_.push_back(slot);
  }

 private:
  static constexpr unsigned kSequenceBits = 50;
  struct Key {
    Cycle at;
    std::uint64_t order;
    std::uint32_t slot;
    int concerns;

    /// For a heap with the earliest on top.
    friend bool operator<(const Key& a, const Key& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };
  std::vector<Key> keys_;
  std::deque<Event> events_;  // never move while one of them happens
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace epysim::epiphany
