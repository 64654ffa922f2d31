#pragma once
// One link of the interconnect: its calendar, and what passed over it.

#include <cstdint>
#include <string>

#include "sim/mesh/calendar.h"

namespace epysim::mesh {

class Link {
 public:
  Calendar::Grant carry(Cycle arrival, unsigned cycles, unsigned bytes) {
    ++transactions_;
    busy_ += cycles;
    bytes_ += bytes;
    return calendar_.reserve(arrival, cycles);
  }
  std::uint64_t transactions() const { return transactions_; }
  Cycle busy_cycles() const { return busy_; }
  std::uint64_t bytes() const { return bytes_; }
  void reset() { *this = Link(); }

 private:
  Calendar calendar_;
  std::uint64_t transactions_ = 0;
  Cycle busy_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace epysim::mesh
