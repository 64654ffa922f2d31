#include "sim/zynq/peripherals.h"

namespace epysim::zynq {
namespace {

constexpr Address kRequest = 0x40010000, kController = 0x41200000, kTimer = 0x41c00000;
constexpr Address kBytes = 0x10000;  // of each of the last two

bool in(Address address, Address base) { return address - base < kBytes; }

}  // namespace

void Peripherals::sense(Cycle at) {
  controller_.sense(timer_.interrupt(at) ? kTimerInput : 0);
  expires_ = timer_.next_interrupt();
  if (controller_.output() == output_) return;
  output_ = controller_.output();
  arrives_ = at + kSynchronised;
}

std::optional<std::uint32_t> Peripherals::read(Address address, Cycle at) {
  if (address == kRequest) return asks_ ? 1 : 0;
  if (in(address, kController)) return controller_.read(address - kController);
  if (in(address, kTimer)) return timer_.read(address - kTimer, at);
  return std::nullopt;
}

bool Peripherals::write(Address address, std::uint32_t value, Cycle at) {
  if (address == kRequest) {
    asks_ = (value & 1u) != 0;
    acknowledge(acknowledge_);
  } else if (in(address, kController)) {
    controller_.write(address - kController, value);
  } else if (in(address, kTimer)) {
    timer_.write(address - kTimer, value, at);
  } else {
    return false;
  }
  sense(at);
  return true;
}

void Peripherals::happen(Cycle at) {
  if (arrives_ <= at) {
    line_ = output_;
    arrives_ = kNever;
  }
  sense(at);
}

void Peripherals::acknowledge(bool line) {
  acknowledge_ = line;
  request_ = !line && (request_ || asks_);
}

void Peripherals::reset() {
  timer_ = {};
  controller_ = InterruptController{3};
  expires_ = arrives_ = kNever;
  output_ = line_ = asks_ = false;
}

}  // namespace epysim::zynq
