#pragma once
// One link of the interconnect: its calendar, and what passed over it.

#include "sim/mesh/calendar.h"
#include "sim/mesh/traffic.h"

namespace epysim::mesh {

class Link {
 public:
  Calendar::Grant carry(Cycle arrival, unsigned cycles, unsigned bytes) {
    traffic_.add(cycles, bytes);
    return calendar_.reserve(arrival, cycles);
  }
  /// For one cycle.
  Cycle carry(Cycle arrival, unsigned bytes) {
    traffic_.add(1, bytes);
    return calendar_.reserve(arrival);
  }
  const Traffic& traffic() const { return traffic_; }
  void reset() { *this = Link(); }

 private:
  Calendar calendar_;
  Traffic traffic_;
};

}  // namespace epysim::mesh
