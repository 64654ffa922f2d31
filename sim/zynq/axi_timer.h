#pragma once
// The AXI timer beside each soft core (PYNQ base overlay 2.3; registers: PG079 "AXI Timer"): two counters of 32 bits that count cycles.
// What programs on soft cores measure time with, as the cores themselves count nothing.
//
//   offset  0x00 0x10   control and status of counter 0 and 1: the bits below
//           0x04 0x14   load value
//           0x08 0x18   the counter
//
// While kLoad is set, the counter holds the load value. Otherwise, enabled, it counts until it passes its end; then kExpired is set (a 1
// clears it), and it stays there or, with kReload, takes the load value in the next cycle: a period is load value + 2 cycles downwards.
// The interrupt line is active while a counter has kExpired and kInterrupt. Generate mode only: no capture, no pulse width modulation, no
// cascade.

#include <array>
#include <cstdint>

#include "sim/core/types.h"

namespace epysim::zynq {

class AxiTimer {
 public:
  static constexpr std::uint32_t kDown = 1u << 1, kReload = 1u << 4, kLoad = 1u << 5, kInterrupt = 1u << 6, kEnable = 1u << 7,
                                 kExpired = 1u << 8;
  static constexpr std::uint32_t kEnableAll = 1u << 10;

  /// Calls in the order of time. Offsets in between read 0 and ignore stores, as the load value's of the other mode would.
  std::uint32_t read(Address offset, Cycle at);
  void write(Address offset, std::uint32_t value, Cycle at);
  /// The interrupt line.
  bool interrupt(Cycle at);
  /// When a counter that is to interrupt passes its end next; kNever: none will, by itself. Changes with every write, and when one has.
  Cycle next_interrupt() const;

 private:
  struct Counter {
    std::uint32_t control = 0;
    std::uint32_t load = 0;
    std::uint32_t count = 0;
    bool past_end = false;  // there it stays, or takes the load value next
    Cycle since = 0;        // when `count` was that

    void advance(Cycle at);
    /// When it passes its end next.
    Cycle next_end() const;
  };

  std::array<Counter, 2> counters_;
};

}  // namespace epysim::zynq
