#pragma once
// What a model tells whoever draws a timeline. A sink never influences simulated time.

#include <string_view>

#include "sim/core/types.h"

namespace epysim::core {

/// Receives timeline events. Times are in core cycles. Tracks are named, e.g. "core 3", "elink", "host".
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  /// Something that lasted from `begin` to `end` on a track (slices of one track may nest, not cross).
  virtual void slice(std::string_view track, std::string_view name, Cycle begin, Cycle end) = 0;
  /// Something that happened at one moment.
  virtual void instant(std::string_view track, std::string_view name, Cycle at) = 0;
  /// An arrow from one track to another; `id` is the same at both ends.
  virtual void flow(std::string_view from_track, Cycle from, std::string_view to_track, Cycle to, std::uint64_t id) = 0;
  /// A value over time.
  virtual void counter(std::string_view track, std::string_view name, Cycle at, double value) = 0;
};

}  // namespace epysim::core
