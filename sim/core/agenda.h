#pragma once
// Whose turn it is among cores that each have a time of their own: the one that is furthest behind goes on; of those with the same time,
// the one with the lowest number.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/timetable.h"
#include "sim/core/types.h"

namespace epysim::core {

class Agenda {
 public:
  struct Turn {
    int id;
    Cycle at;       // kNever: nobody wants to go on by itself
    Cycle behind;   // when the next one wants to
    Cycle horizon;  // from here on that one may act before this one
  };

  /// With this many of them, none of which wants anything. Once, before anything else.
  void resize(std::size_t count) {
    wishes_.resize(count);
    for (std::size_t id = 0; id < count; ++id) wishes_[id].order = id;
  }
  /// When `id` wants to go on; kNever: not by itself.
  void set(int id, Cycle at) {
    Timetable::Entry& wish = wishes_[static_cast<std::size_t>(id)];
    if (at == wish.at) return;
    if (wish.at != kNever) Timetable::remove(wish);
    wish.at = at;
    if (at != kNever) table_.insert(wish);
  }
  Turn next() const {
    const Timetable::Entry& first = table_.first();
    const Timetable::Entry& behind = *first.next;
    const bool yields = behind.at == kNever || behind.order < first.order;  // to the one behind, at the same time
    return {static_cast<int>(first.order), first.at, behind.at, yields ? behind.at : behind.at + 1};
  }

 private:
  std::vector<Timetable::Entry> wishes_;
  Timetable table_;
};

}  // namespace epysim::core
