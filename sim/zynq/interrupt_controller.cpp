#include "sim/zynq/interrupt_controller.h"

#include <bit>

namespace epysim::zynq {

std::uint32_t InterruptController::read(Address offset) const {
  const std::uint32_t pending = status_ & enabled_;
  switch (offset) {
    case kStatus:
      return status_;
    case kPending:
      return pending;
    case kEnabled:
      return enabled_;
    case kVector:
      return pending == 0 ? UINT32_MAX : static_cast<std::uint32_t>(std::countr_zero(pending));
    case kMaster:
      return master_;
    default:
      return 0;
  }
}

void InterruptController::write(Address offset, std::uint32_t value) {
  switch (offset) {
    case kStatus:
      if ((master_ & kInputs) == 0) status_ = value & all_;
      break;
    case kEnabled:
      enabled_ = value & all_;
      break;
    case kAcknowledge:
      status_ &= ~value;
      break;
    case kEnable:
      enabled_ |= value & all_;
      break;
    case kDisable:
      enabled_ &= ~value;
      break;
    case kMaster:
      master_ = (value & (kOutput | kInputs)) | (master_ & kInputs);
      break;
    default:
      break;
  }
}

}  // namespace epysim::zynq
