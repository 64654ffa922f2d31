#pragma once
// What stands beside one soft core, on an interconnect of its own (PYNQ base overlay 2.3):
//
//   0x40010000   the request to the ARM: bit 0 sets a flip-flop, which the ARM's acknowledge line clears
//   0x41200000   its interrupt controller, whose input 2 is the timer (0 and 1 are buses that are not modelled)
//   0x41c00000   its timer
//
// The controller's output reaches the core kSynchronised cycles later.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim/core/types.h"
#include "sim/zynq/axi_timer.h"
#include "sim/zynq/interrupt_controller.h"

namespace epysim::zynq {

class Peripherals {
 public:
  /// Two registers in the core's clock (assumption).
  static constexpr Cycle kSynchronised = 2;

  // -- the core's side; calls in the order of time, an event before an access
  /// What a register reads, or nothing: nobody answers at this address.
  std::optional<std::uint32_t> read(Address address, Cycle at);
  /// False: nobody answers.
  bool write(Address address, std::uint32_t value, Cycle at);
  /// When happen() has to be called next; kNever: not before an access. Changes with every write.
  Cycle next_event() const { return std::min(expires_, arrives_); }
  void happen(Cycle at);
  /// The core's interrupt line.
  bool interrupt() const { return line_; }

  // -- the ARM's side
  bool requests() const { return request_; }
  void acknowledge(bool line);
  /// The core is held in reset, and so is what stands beside it; a request stays.
  void reset();

 private:
  static constexpr std::uint32_t kTimerInput = 1u << 2;

  void sense(Cycle at);

  AxiTimer timer_;
  InterruptController controller_{3};
  Cycle expires_ = kNever;  // the timer's next interrupt
  bool output_ = false;     // of the controller,
  bool line_ = false;       // and what the core sees of it
  Cycle arrives_ = kNever;  // when that becomes the same
  bool asks_ = false;       // bit 0 of the request
  bool request_ = false;    // the flip-flop
  bool acknowledge_ = false;
};

}  // namespace epysim::zynq
