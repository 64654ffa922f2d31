#pragma once
// What is under way between cores, in the order in which it happens: by (time, source, sequence).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/core/timetable.h"
#include "sim/core/types.h"

namespace epysim::epiphany {

/// Whom an event concerns, if not one core.
inline constexpr int kEverybody = -1;
inline constexpr int kNobody = -2;
inline constexpr int kAttentive = -3;  // everybody but cores that others have left alone for long

/// `Event` has `at` and `source` (not negative).
template <typename Event>
class EventQueue {
 public:
  explicit EventQueue(std::size_t cores) : concerning_(cores + 1) {}

  /// `concerns`: the only core whose private work could notice the event, or one of the above.
  void push(const Event& event, int concerns) {
    if (free_ == nullptr) free_ = &places_.emplace_back();
    Pending& place = *free_;
    free_ = static_cast<Pending*>(place.next);
    place.at = event.at;
    place.order = static_cast<std::uint64_t>(event.source) << kSequenceBits | sequence_++;
    place.event = event;
    pending_.insert(place);
    place.concern.at = place.at;
    place.concern.order = place.order;
    place.concerns = concerns;
    if (concerns == kAttentive) {
      attentive_.insert(place.concern);
    } else if (concerns != kNobody) {
      concerning_[static_cast<std::size_t>(concerns) + 1].insert(place.concern);
    }
  }
  /// When the first one happens.
  Cycle next() const { return pending_.first().at; }
  /// When the first one happens that concerns `core`.
  Cycle next_for(int core, bool attentive) const {
    const Cycle next = std::min(concerning_[0].first().at, concerning_[static_cast<std::size_t>(core) + 1].first().at);
    return attentive ? std::min(next, attentive_.first().at) : next;
  }
  /// Takes the first one out and lets `happen` have it.
  template <typename Happen>
  void pop(const Happen& happen) {
    Pending& place = static_cast<Pending&>(pending_.first());
    core::Timetable::remove(place);
    if (place.concerns != kNobody) core::Timetable::remove(place.concern);
    happen(place.event);
    place.next = free_;
    free_ = &place;
  }

 private:
  static constexpr unsigned kSequenceBits = 50;
  struct Pending : core::Timetable::Entry {
    core::Timetable::Entry concern;
    int concerns = kNobody;
    Event event;
  };
  core::Timetable pending_;
  std::vector<core::Timetable> concerning_;  // the same ones: those that concern everybody, and by core
  core::Timetable attentive_;
  std::deque<Pending> places_;  // never move
  Pending* free_ = nullptr;     // those that are not taken, linked
  std::uint64_t sequence_ = 0;
};

}  // namespace epysim::epiphany
