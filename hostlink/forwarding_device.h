#pragma once
// A device around another one, which it owns: whoever changes something on the way overrides that, all else goes through.

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "hostlink/device.h"

namespace epysim::hostlink {

class ForwardingDevice : public Device {
 public:
  explicit ForwardingDevice(std::unique_ptr<Device> inner) : inner_(std::move(inner)) {}

  const DeviceDescription& description() const override { return inner_->description(); }
  void read(Address from, std::span<std::byte> to) override { inner_->read(from, to); }
  void write(Address to, std::span<const std::byte> from) override { inner_->write(to, from); }
  void load(int core, const std::filesystem::path& elf) override { inner_->load(core, elf); }
  void start(int core) override { inner_->start(core); }
  void halt(int core) override { inner_->halt(core); }
  void watch(std::span<const Doorbells> doorbells) override { inner_->watch(doorbells); }
  Notice wait(double seconds) override { return inner_->wait(seconds); }
  double acknowledge(const Answer& answer) override { return inner_->acknowledge(answer); }
  void charge(const host::ServiceCost& cost) override { inner_->charge(cost); }
  double seconds() const override { return inner_->seconds(); }
  void interrupt() override { inner_->interrupt(); }
  CoreStatus status(int core) const override { return inner_->status(core); }
  std::optional<core::CauseAccount> account(int core) const override { return inner_->account(core); }
  bool observe(const std::vector<Address>& places, DeviceObserver& observer) override { return inner_->observe(places, observer); }
  nlohmann::ordered_json statistics() const override { return inner_->statistics(); }

 private:
  std::unique_ptr<Device> inner_;
};

}  // namespace epysim::hostlink
