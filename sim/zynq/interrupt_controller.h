#pragma once
// The interrupt controller beside each soft core (PYNQ base overlay 2.3; registers: PG099 "AXI Interrupt Controller", with the defaults of
// its parameters): inputs that count by their level, no fast mode, no software interrupts, no vectors.
//
//   offset  0x00 status: inputs that were active, until they are acknowledged      0x10 a 1 enables that input
//           0x04 pending: of these, the enabled ones                              0x14 a 1 disables it
//           0x08 enabled inputs                                                   0x18 the lowest pending input, or all ones
//           0x0c a 1 acknowledges that input                                      0x1c bit 0 enables the output, bit 1 the inputs, for good
//
// Until bit 1 of the last is set, status is what a program writes to it: for tests of handlers.

#include <cstdint>

#include "sim/core/types.h"

namespace epysim::zynq {

class InterruptController {
 public:
  static constexpr Address kStatus = 0x00, kPending = 0x04, kEnabled = 0x08, kAcknowledge = 0x0c, kEnable = 0x10, kDisable = 0x14;
  static constexpr Address kVector = 0x18, kMaster = 0x1c;
  static constexpr std::uint32_t kOutput = 1u << 0, kInputs = 1u << 1;  // of kMaster

  explicit InterruptController(unsigned inputs) : all_((1u << inputs) - 1) {}

  /// The inputs' levels, at any access and whenever one has risen.
  void sense(std::uint32_t levels) {
    if ((master_ & kInputs) != 0) status_ |= levels & all_;
  }
  std::uint32_t read(Address offset) const;
  void write(Address offset, std::uint32_t value);
  /// The interrupt line.
  bool output() const { return (master_ & kOutput) != 0 && (status_ & enabled_) != 0; }

 private:
  std::uint32_t all_;
  std::uint32_t status_ = 0;
  std::uint32_t enabled_ = 0;
  std::uint32_t master_ = 0;
};

}  // namespace epysim::zynq
