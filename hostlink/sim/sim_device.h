#pragma once
// A simulated board as a Device. Simulated time passes only inside wait() and charge().
//
// A request: the board stops at the ring, wait() tells the caller, the caller serves it in no simulated time, and acknowledge()
// asks the host model when a real host would have been done; the reply becomes visible to the core in that cycle.

#include <atomic>
#include <deque>
#include <memory>
#include <optional>

#include "hostlink/device.h"
#include "sim/core/types.h"

namespace epysim::board {
class Board;
}

namespace epysim::core {
class ElfImage;
class TraceSink;
}  // namespace epysim::core

namespace epysim::hostlink {

class SimDevice final : public Device {
 public:
  /// None of the arguments is owned; all must outlive the device. `trace` may be null.
  SimDevice(board::Board& board, host::HostModel& host, core::TraceSink* trace = nullptr);
  ~SimDevice() override;

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
  double seconds() const override;
  void interrupt() override;
  CoreStatus status(int core) const override;
  std::optional<core::CauseAccount> account(int core) const override;
  bool observe(const std::vector<Address>& places, DeviceObserver& observer) override;
  nlohmann::ordered_json statistics() const override;

 private:
  struct Ring {
    int core;
    Cycle at;
    bool channel;
  };
  struct Reply {  // on its way to the core
    Cycle at;
    int core;
    Address word;
  };
  struct Bells {  // of a core
    Doorbells words;
    std::uint32_t transfers = 0;     // the channel's doorbell when it rang last
    bool asking = false;             // a request has not been answered yet
    std::optional<Address> awaited;  // the core waits for an answer in this word
    Cycle waits_since = 0;
  };

  double to_seconds(Cycle cycles) const;
  void collect_rings();
  void ring_channel(int core, Cycle at);
  void begin_host_wait(int core);
  void end_host_wait(int core);
  void end_host_waits();
  Cycle next_reply() const;

  board::Board& board_;
  host::HostModel& host_;
  core::TraceSink* trace_;
  DeviceObserver* observer_ = nullptr;
  DeviceDescription description_;
  std::unique_ptr<core::ElfImage> image_;  // the last one loaded: usually all cores get the same
  std::vector<Bells> bells_;               // by core
  std::deque<Ring> rings_;                 // not yet told to the caller, in time order
  std::vector<Reply> replies_;
  std::uint64_t flow_ = 0;
  std::atomic<bool> interrupted_{false};
};

}  // namespace epysim::hostlink
