#include "sim/board/memory_map.h"

#include <algorithm>
#include <cstdio>

namespace epysim::board {

std::string hex(Address address) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", static_cast<unsigned>(address));
  return text;
}

bool MemoryMap::Range::covers(Address address, std::uint64_t length) const {
  return address >= base && std::uint64_t{address} + length <= std::uint64_t{base} + bytes;
}

std::string MemoryMap::Range::text() const { return hex(base) + " to " + hex(base + (bytes - 1)) + " (" + name + ")"; }

bool MemoryMap::covers(Address address, std::uint64_t length) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) { return range.covers(address, length); });
}

std::string MemoryMap::text() const {
  std::string text;
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    // Sixteen lines of one kind tell no more than the first and the last.
    const auto alike = [&](std::size_t j) {
      return j < ranges_.size() && ranges_[j].bytes == ranges_[i].bytes && ranges_[j].name.starts_with("local memory") &&
             ranges_[i].name.starts_with("local memory");
    };
    std::size_t last = i;
    while (alike(last + 1)) ++last;
    text += (text.empty() ? "" : ", ") + ranges_[i].text();
    if (last > i + 1) text += " ...";
    if (last > i) text += ", " + ranges_[last].text();
    i = last;
  }
  return text;
}

}  // namespace epysim::board
