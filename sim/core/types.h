#pragma once
// The two integers that every model speaks in.

#include <cstdint>

namespace epysim {

/// A point in, or a length of, simulated time, in cycles of the board's core clock. Integers only: `sc_time`
/// appears at the border of a chip and nowhere else.
using Cycle = std::uint64_t;

/// "Never": later than every reachable cycle.
inline constexpr Cycle kNever = ~Cycle{0};

/// A byte address as a device core sees it (32-bit, flat).
using Address = std::uint32_t;

}  // namespace epysim
