#pragma once
// A real Parallella as a Device, or whatever else answers at its addresses (mapped_board.h). Time is the host's own.

#include <atomic>
#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/parallella/mapped_board.h"

namespace epysim::core {
class ElfImage;
}

namespace epysim::hostlink {

class ParallellaDevice final : public Device {
 public:
  explicit ParallellaDevice(std::unique_ptr<MappedBoard> board);
  ~ParallellaDevice() override;

  const DeviceDescription& description() const override { return board_->description(); }
  void read(Address from, std::span<std::byte> to) override { board_->read(from, to); }
  void write(Address to, std::span<const std::byte> from) override { board_->write(to, from); }
  void load(int core, const std::filesystem::path& elf) override;
  void start(int core) override;
  void halt(int core) override;
  void watch(std::span<const Doorbells> doorbells) override;
  Notice wait(double seconds) override;
  double acknowledge(const Answer& answer) override {
    board_->write_word(answer.word, answer.value);
    return seconds();
  }
  void charge(const host::ServiceCost&) override {}  // it has taken the time it took
  double seconds() const override;
  void interrupt() override { interrupted_ = true; }
  CoreStatus status(int core) const override;
  /// board, seconds, requests, cores[] with state and pc: a real board counts no cycles by cause.
  nlohmann::ordered_json statistics() const override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Bell {
    int core = 0;
    bool channel = false;
    Address word = 0;
    std::uint32_t last = 0;
  };

  std::optional<Bell> rung();
  bool all_stopped() const;

  std::unique_ptr<MappedBoard> board_;
  std::unique_ptr<core::ElfImage> image_;
  std::vector<Bell> bells_;  // of each core that takes part the channel's, then that of requests
  std::size_t next_ = 0;     // whose turn it is to be looked at first
  Clock::time_point begin_ = Clock::now();
  std::uint64_t requests_ = 0;
  std::atomic<bool> interrupted_{false};
};

}  // namespace epysim::hostlink
