#pragma once
// What is under way between cores, in the order in which it happens: by (time, source, sequence).

#include <cstdint>
#include <deque>

#include "sim/core/types.h"
#include "sim/epiphany/timetable.h"

namespace epysim::epiphany {

/// `Event` has `at` and `source` (not negative).
template <typename Event>
class EventQueue {
 public:
  static constexpr int kEverybody = -1;

  /// `concerns`: the only core whose private work could notice the event.
  void push(const Event& event, int concerns) {
    if (free_ == nullptr) free_ = &places_.emplace_back();
    Pending& place = *free_;
    free_ = static_cast<Pending*>(place.next);
    place.at = event.at;
    place.order = static_cast<std::uint64_t>(event.source) << kSequenceBits | sequence_++;
    place.event = event;
    place.concerns = concerns;
    pending_.insert(place);
  }
  /// When the first one happens.
  Cycle next() const { return pending_.first().at; }
  /// When the first one happens that concerns `core`, but `until` at the latest.
  Cycle next_for(int core, Cycle until) const {
    for (const Timetable::Entry* entry = &pending_.first(); entry->at < until; entry = entry->next) {
      const int concerns = static_cast<const Pending*>(entry)->concerns;
      if (concerns == core || concerns == kEverybody) return entry->at;
    }
    return until;
  }
  /// Takes the first one out and lets `happen` have it.
  template <typename Happen>
  void pop(const Happen& happen) {
    Pending& place = static_cast<Pending&>(pending_.first());
    Timetable::remove(place);
    happen(place.event);
    place.next = free_;
    free_ = &place;
  }

 private:
  static constexpr unsigned kSequenceBits = 50;
  struct Pending : Timetable::Entry {
    Event event;
    int concerns = kEverybody;
  };
  Timetable pending_;
  std::deque<Pending> places_;  // never move
  Pending* free_ = nullptr;     // those that are not taken, linked
  std::uint64_t sequence_ = 0;
};

}  // namespace epysim::epiphany
