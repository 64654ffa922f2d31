#pragma once
// A device that is none: what a recording's board answered, given again to a host that does the same things again. The first thing that it
// does otherwise is noted, and ends the replay.

#include <optional>
#include <string>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/output.h"
#include "hostlink/recording/track.h"

namespace epysim::hostlink {

/// What a host does in a replay, checked against the recording.
class HostCheck {
 public:
  explicit HostCheck(Track& track) : track_(track) {}

  /// The recorded entry of what the host does now. Throws ReplayOver when it is another one, or there is none.
  const Entry& expect(const Entry& action);
  /// Device time.
  double seconds();
  /// Nothing of the recording is used any more.
  void stop() { over_ = true; }
  Track& track() { return track_; }

 private:
  Track& track_;
  double seconds_ = 0;
  bool over_ = false;
};

class ReplayedDevice final : public Device {
 public:
  ReplayedDevice(DeviceDescription description, HostCheck& check) : description_(std::move(description)), check_(check) {}

  const DeviceDescription& description() const override { return description_; }
  void read(Address from, std::span<std::byte> to) override;
  void write(Address to, std::span<const std::byte> from) override;
  void load(int core, const std::filesystem::path& elf) override;
  void start(int core) override;
  void halt(int core) override;
  void watch(std::span<const Doorbells> doorbells) override;
  Notice wait(double seconds) override;
  double acknowledge(const Answer& answer) override;
  void charge(const host::ServiceCost& cost) override;
  double seconds() const override { return check_.seconds(); }
  void interrupt() override {}
  CoreStatus status(int core) const override;
  /// Board and time: nobody has counted anything else.
  nlohmann::ordered_json statistics() const override;

 private:
  void refuse_as_recorded();
  [[noreturn]] void damaged(const std::string& why);

  DeviceDescription description_;
  HostCheck& check_;
  std::vector<Doorbells> watched_;
  std::filesystem::path loaded_;
  std::vector<std::byte> loaded_name_;
};

/// What the cores' program prints must be what it printed; what it is given is what it was given.
class ReplayedOutput final : public OutputSink {
 public:
  explicit ReplayedOutput(HostCheck& check) : check_(check) {}
  void line(int core, const std::string& text) override;
  void notice(int, const std::string&) override {}

 private:
  HostCheck& check_;
};

class ReplayedInput final : public InputSource {
 public:
  explicit ReplayedInput(HostCheck& check) : check_(check) {}
  std::optional<std::string> line(int core, const std::string& prompt) override;

 private:
  HostCheck& check_;
};

}  // namespace epysim::hostlink
