#pragma once
// Who or what is next: entries in the order of their times, those of the same time by their `order`.
//
// A list in which a new entry looks for its place from the end: what was added last is mostly what happens last, be it a core that has just
// run ahead of the others or a store that has just left.

#include <cstdint>

#include "sim/core/types.h"

namespace epysim::core {

class Timetable {
 public:
  struct Entry {
    Cycle at = kNever;
    std::uint64_t order = 0;
    Entry* next = nullptr;
    Entry* previous = nullptr;
  };

  Timetable() {
    begin_.at = 0;
    begin_.next = end_.next = &end_;
    end_.previous = begin_.previous = &begin_;
  }
  Timetable(const Timetable&) = delete;
  Timetable& operator=(const Timetable&) = delete;

  /// The first one; its time is kNever when there is none, and what follows it then is itself.
  Entry& first() const { return *begin_.next; }

  /// `entry` stays where it is in memory until it is removed.
  void insert(Entry& entry) {
    Entry* before = end_.previous;
    while (before->at > entry.at || (before->at == entry.at && before->order > entry.order)) before = before->previous;
    entry.previous = before;
    entry.next = before->next;
    before->next->previous = &entry;
    before->next = &entry;
  }
  static void remove(Entry& entry) {
    entry.previous->next = entry.next;
    entry.next->previous = entry.previous;
  }

 private:
  Entry begin_;  // before everything
  Entry end_;    // after everything
};

}  // namespace epysim::core
