#pragma once
// Stores on their way to one core's local memory, in the order in which they get there. They become bytes when somebody looks: nobody can
// tell when that was, as long as each is there before the next access that comes after it in time.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/core/types.h"
#include "sim/epiphany/last_stores.h"

namespace epysim::epiphany {

struct Arrival {
  Cycle at = 0;  // no two to the same memory bank have the same
  StoreRecord store;
};

class Arrivals {
 public:
  bool empty() const { return under_way_.size() == kFence; }
  /// When the first one gets there; kNever when none is on its way.
  Cycle first() const { return empty() ? kNever : under_way_[kFence].at; }
  /// The last one; some must be on their way.
  Cycle last() const { return under_way_.back().at; }
  /// Whether one is on its way to any of these bytes.
  bool reach(Address from, Address end) const {
    return std::any_of(under_way_.begin() + kFence, under_way_.end(), [=](const Arrival& arrival) {
      return arrival.store.address < end && arrival.store.address + arrival.store.bytes > from;
    });
  }
  /// Whether it is time to take some out.
  bool many() const { return under_way_.size() >= kMany; }

  void add(const Arrival& arrival) {
    under_way_.push_back(arrival);
    for (auto place = under_way_.end() - 1; place[-1].at > arrival.at; --place) std::swap(place[-1], place[0]);
  }
  /// Takes those out that are there by `at`, one after the other.
  template <typename Take>
  void take_until(Cycle at, const Take& take) {
    auto end = under_way_.begin() + kFence;
    for (; end != under_way_.end() && end->at <= at; ++end) take(*end);
    under_way_.erase(under_way_.begin() + kFence, end);
  }

 private:
  static constexpr std::size_t kFence = 1;  // an entry before everything
  static constexpr std::size_t kMany = 128;

  std::vector<Arrival> under_way_{kFence};
};

}  // namespace epysim::epiphany
