#pragma once
// What boards have in common whose memory and registers are mapped, hardware or what stands in for it: a host copies, looks at the words in
// which cores ask for something, over and over, and answers. How a core is held, started and looked at is the business of each.
//
// Time is the host's own; before an exported board it is the board's, which in virtual time passes while the host waits.

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/mapped/mapped_memory.h"

namespace epysim::core {
class ElfImage;
struct CoreType;
}  // namespace epysim::core

namespace epysim::hostlink {

class MappedDevice : public Device {
 public:
  ~MappedDevice() override;

  const DeviceDescription& description() const override { return memory_->description(); }
  void read(Address from, std::span<std::byte> to) override { memory_->read(from, to); }
  void write(Address to, std::span<const std::byte> from) override { memory_->write(to, from); }
  void load(int core, const std::filesystem::path& elf) override;
  void start(int core) override;
  void watch(std::span<const Doorbells> doorbells) override;
  Notice wait(double seconds) override;
  double acknowledge(const Answer& answer) override;
  void charge(const host::ServiceCost&) override {}  // it has taken the time it took
  double seconds() const override { return memory_->seconds() - begin_; }
  void interrupt() override { interrupted_ = true; }
  /// board, seconds, requests, cores[] with state: a real board counts no cycles by cause.
  nlohmann::ordered_json statistics() const override;

 protected:
  /// `cores`: of this type.
  MappedDevice(std::unique_ptr<MappedMemory> memory, const core::CoreType& cores);

  MappedMemory& memory() const { return *memory_; }
  /// What was loaded last; may be null.
  const core::ElfImage* image() const { return image_.get(); }

  /// The core executes nothing, and its memory is zero.
  virtual void reset(int core) = 0;
  virtual void release(int core) = 0;
  /// No core that is watched can run any more, if the board shows that.
  virtual bool all_stopped(const std::vector<int>& watched) const = 0;
  /// "running", "halted" ... and what else is known of it.
  virtual nlohmann::ordered_json show(int core) const = 0;

 private:
  struct Bell {
    int core = 0;
    bool channel = false;
    Address word = 0;
    std::uint32_t last = 0;
  };

  std::optional<Bell> rung();
  void deliver(double now);

  std::unique_ptr<MappedMemory> memory_;
  const core::CoreType& cores_;
  std::unique_ptr<core::ElfImage> image_;
  std::vector<int> watched_;
  std::vector<Bell> bells_;  // of each core that takes part the channel's, then that of requests
  std::size_t next_ = 0;     // whose turn it is to be looked at first
  std::deque<Answer> held_up_;
  double begin_;
  std::uint64_t requests_ = 0;
  std::atomic<bool> interrupted_{false};
};

}  // namespace epysim::hostlink
