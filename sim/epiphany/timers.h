#pragma once
// CTIMER0 and CTIMER1: counters that go down by one per event and stop at zero, raising an interrupt once. Nothing ticks: a timer remembers
// its value and the event count of that moment, and every event is counted somewhere anyway.
//
//   value = max(0, value set - (events now - events then))

#include <cstdint>

#include "sim/core/types.h"

namespace epysim::epiphany {

/// Event codes of CONFIG[7:4] and CONFIG[11:8].
namespace event {
inline constexpr unsigned kOff = 0, kClock = 1, kIdle = 2, kIalu = 4, kFpu = 5, kDualIssue = 6, kLoadStall = 7, kRegisterStall = 8,
                          kFetchStall = 10, kBankConflict = 11, kExternalFetch = 12, kExternalLoad = 13, kMesh0 = 14, kMesh1 = 15;
}

class EventTimer {
 public:
  unsigned event() const { return event_; }
  bool running() const { return event_ != event::kOff && value_ != 0; }

  std::uint32_t value(std::uint64_t events) const {
    const std::uint64_t passed = events - events_then_;
    return !running() ? value_ : passed >= value_ ? 0 : static_cast<std::uint32_t>(value_ - passed);
  }
  void set_value(std::uint32_t value, std::uint64_t events) {
    value_ = value;
    events_then_ = events;
  }
  /// `before` counts the event selected so far, `after` the new one.
  void select(unsigned event, std::uint64_t before, std::uint64_t after) {
    value_ = value(before);
    event_ = event;
    events_then_ = after;
  }
  /// True once, when it has counted to zero.
  bool expire(std::uint64_t events) {
    if (!running() || value(events) != 0) return false;
    value_ = 0;
    return true;
  }
  void reset() { *this = EventTimer(); }

 private:
  unsigned event_ = event::kOff;
  std::uint32_t value_ = 0;
  std::uint64_t events_then_ = 0;
};

}  // namespace epysim::epiphany
