#pragma once
// Copies over the link to a board that can be relied on: what is read is read twice, what is written is read back, until both agree. A
// block that never does is a LinkError. The host pays for it: the time of these copies is added to that of the next answer or copy.

#include <memory>

#include "hostlink/forwarding_device.h"
#include "sim/core/error.h"

namespace epysim::core {
class FaultLog;
}

namespace epysim::hostlink {

/// The link to the board carries nothing reliably: there is no point in going on.
class LinkError : public ProgramError {
 public:
  using ProgramError::ProgramError;
};

class CheckedDevice final : public ForwardingDevice {
 public:
  /// `log` is not owned.
  CheckedDevice(std::unique_ptr<Device> inner, core::FaultLog& log) : ForwardingDevice(std::move(inner)), log_(log) {}

  void read(Address from, std::span<std::byte> to) override;
  void write(Address to, std::span<const std::byte> from) override;
  void load(int core, const std::filesystem::path& elf) override;
  double acknowledge(const Answer& answer) override;
  void charge(const host::ServiceCost& cost) override;

 private:
  void again(const char* what, Address at, std::size_t bytes, int tries);
  host::ServiceCost with_checks(host::ServiceCost cost);

  core::FaultLog& log_;
  host::ServiceCost checks_;  // not paid yet
};

}  // namespace epysim::hostlink
