#pragma once
// Where a board has memory that an image can be loaded into, and the error text when it has none there.

#include <string>
#include <vector>

#include "sim/core/types.h"

namespace epysim::board {

class MemoryMap {
 public:
  struct Range {
    std::string name;  // "DRAM", "local memory of core 3"
    Address base = 0;
    std::uint32_t bytes = 0;

    bool covers(Address address, std::uint64_t length) const;
    std::string text() const;  // "0x8e000000 to 0x8fffffff DRAM"
  };

  /// Ranges added earlier hide those added later.
  void add(Range range) { ranges_.push_back(std::move(range)); }
  bool covers(Address address, std::uint64_t length) const;
  /// All ranges, one after the other; runs of like ranges ("local memory of core 0", "... core 1") are named by first and last.
  std::string text() const;

 private:
  std::vector<Range> ranges_;
};

/// "0x8e000000"
std::string hex(Address address);

}  // namespace epysim::board
