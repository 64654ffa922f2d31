#pragma once
// The link between host and board goes wrong on purpose (docs/faults.md): answers that get lost, are held up or change, blocks that change
// on the way. Which do is decided one by one, in the order in which they come, from faults.seed. Of a host that has died no answer comes.
//
// The link keeps the order of what it carries: while one answer is held up, those behind it are, too.

#include <memory>

#include "hostlink/forwarding_device.h"
#include "sim/core/dice.h"
#include "sim/core/types.h"

namespace epysim::core {
class Config;
class FaultLog;
}  // namespace epysim::core

namespace epysim::hostlink {

class FaultyDevice final : public ForwardingDevice {
 public:
  /// Reads faults.answers, faults.copies and faults.host.dead_from. `log` is not owned.
  FaultyDevice(std::unique_ptr<Device> inner, const core::Config& config, core::FaultLog& log);

  void read(Address from, std::span<std::byte> to) override;
  void write(Address to, std::span<const std::byte> from) override;
  void load(int core, const std::filesystem::path& elf) override;
  double acknowledge(const Answer& answer) override;

 private:
  struct Chances {
    core::Chance drop, delay, corrupt, copy;
  };
  static Chances chances(const core::Config& config);
  bool spared() const;
  void happened(const char* kind, const std::string& what);
  void damage(std::span<std::byte> block, Address at, const char* on_the_way);

  core::FaultLog& log_;
  Chances chances_;
  Cycle begin_;         // what comes before is spared
  Cycle dead_from_;     // -1, the greatest of all cycles: the host lives
  double delay_;        // seconds
  double held_up_ = 0;  // until then, in device time
};

}  // namespace epysim::hostlink
