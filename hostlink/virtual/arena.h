#pragma once
// Memory of the host in which virtual cores live: below 4 GB, because a core's addresses have 32 bits, and always at the same place, so
// that runs are the same.

#include <cstddef>
#include <span>

#include "hostlink/device.h"

namespace epysim::hostlink {

class Arena {
 public:
  /// Zeros. Throws UsageError when the system has no such memory.
  explicit Arena(std::uint32_t bytes);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  Address begin() const { return begin_; }
  Address end() const { return begin_ + bytes_; }
  bool contains(Address address) const { return address - begin_ < bytes_; }

  /// Throw UsageError for what does not lie within.
  void read(Address from, std::span<std::byte> to) const;
  void write(Address to, std::span<const std::byte> from);

 private:
  std::byte* at(Address address, std::size_t bytes) const;

  Address begin_ = 0;
  std::uint32_t bytes_;
};

}  // namespace epysim::hostlink
