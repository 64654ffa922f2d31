#include "sim/zynq/axi_timer.h"

#include <algorithm>

namespace epysim::zynq {
namespace {

constexpr Address kControl = 0x0, kLoadValue = 0x4, kCount = 0x8;
constexpr Cycle kRange = Cycle{1} << 32;

/// The register of which counter an offset names.
Address register_of(Address offset) { return offset & 0xcu; }
std::size_t counter_of(Address offset) { return offset >> 4 & 1u; }

}  // namespace

void AxiTimer::Counter::advance(Cycle at) {
  Cycle passed = at - since;
  since = at;
  if ((control & kEnable) == 0 || (control & kLoad) != 0 || passed == 0) return;
  const bool down = (control & kDown) != 0, reload = (control & kReload) != 0;
  const auto leave_end = [&] {
    if (!reload || passed == 0) return;
    --passed;
    count = load;
    past_end = false;
  };
  if (past_end) leave_end();
  const Cycle to_end = down ? Cycle{count} + 1 : kRange - count;
  if (!past_end && passed >= to_end) {
    control |= kExpired;
    count = down ? UINT32_MAX : 0;
    past_end = true;
    passed = (passed - to_end) % (down ? Cycle{load} + 2 : kRange - load + 1);
    leave_end();
  }
  if (past_end) return;
  const auto steps = static_cast<std::uint32_t>(passed);
  count = down ? count - steps : count + steps;
}

Cycle AxiTimer::Counter::next_end() const {
  if ((control & kEnable) == 0 || (control & kLoad) != 0 || (past_end && (control & kReload) == 0)) return kNever;
  const std::uint32_t from = past_end ? load : count;
  return since + (past_end ? 1 : 0) + ((control & kDown) != 0 ? Cycle{from} + 1 : kRange - from);
}

bool AxiTimer::interrupt(Cycle at) {
  constexpr std::uint32_t kBoth = kInterrupt | kExpired;
  bool line = false;
  for (Counter& each : counters_) {
    each.advance(at);
    line = line || (each.control & kBoth) == kBoth;
  }
  return line;
}

Cycle AxiTimer::next_interrupt() const {
  Cycle next = kNever;
  for (const Counter& each : counters_) {
    if ((each.control & (kInterrupt | kExpired)) == kInterrupt) next = std::min(next, each.next_end());
  }
  return next;
}

std::uint32_t AxiTimer::read(Address offset, Cycle at) {
  Counter& counter = counters_[counter_of(offset)];
  counter.advance(at);
  switch (register_of(offset)) {
    case kControl:
      return counter.control;
    case kLoadValue:
      return counter.load;
    case kCount:
      return counter.count;
    default:
      return 0;
  }
}

void AxiTimer::write(Address offset, std::uint32_t value, Cycle at) {
  for (Counter& each : counters_) each.advance(at);
  Counter& counter = counters_[counter_of(offset)];
  if (register_of(offset) == kLoadValue) {
    counter.load = value;
  } else if (register_of(offset) == kControl) {
    counter.control = (value & ~kExpired) | (counter.control & ~value & kExpired);
    counter.past_end = counter.past_end && (value & kLoad) == 0;
    for (Counter& each : counters_) {
      if ((value & kEnableAll) != 0) each.control |= kEnable | kEnableAll;
    }
  }
  for (Counter& each : counters_) {
    if ((each.control & kLoad) != 0) each.count = each.load;
  }
}

}  // namespace epysim::zynq
