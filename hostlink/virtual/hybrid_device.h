#pragma once
// A board with virtual cores beside its own: cores of the same VM (its posix port) that run on the host, with numbers from
// first_virtual on. They take part in messages like any other; where a board's cores take part as well, what both sides write lies in the
// board's memory.
//
// Time: a virtual core's time is the number of byte code instructions it has executed times `instruction`, and `poll` for each look at
// something it waits for (its requests to the host are served at such a look). The core that is furthest behind goes next; it runs ahead of
// the board and the others for at most kTurn through what is its own, and reaches for the board's memory exactly at its time.

#include <atomic>
#include <deque>
#include <exception>
#include <memory>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/virtual/arena.h"
#include "sim/core/types.h"
#include "vm/device/posix/virtual_core.h"

namespace epysim::hostlink {

class HybridDevice final : public Device {
 public:
  /// `board` is not owned and outlives the device. `cycle_limit` counts cycles of the board's clock.
  HybridDevice(Device& board, int first_virtual, int virtual_cores, const host::CoreSpeed& speed, Cycle cycle_limit);
  ~HybridDevice() override;

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
  nlohmann::ordered_json statistics() const override;

 private:
  struct VirtualCore {
    int id = 0;
    std::unique_ptr<epy_virtual_core, void (*)(epy_virtual_core*)> fiber{nullptr, epy_virtual_core_delete};
    bool running = false;
    bool asking = false;  // its request is not acknowledged yet
    Address boot = 0;     // where the loader wrote its epy_boot
    Doorbells doorbells;
    std::uint32_t rung = 0, transfers = 0;  // their values when they rang last
    std::uint64_t at = 0;                   // its time, ns
    std::uint64_t begin = 0;                // when it was started, ns
    std::uint64_t instructions = 0;
  };

  /// The board's memory, for virtual cores. No exception may pass their C code: the first is kept until the core's turn is over.
  struct Outside {
    Device& board;
    std::exception_ptr failure;
    static std::uint32_t load(void* self, std::uint32_t address);
    static void store(void* self, std::uint32_t address, std::uint32_t word);
  };

  VirtualCore* virtual_core(int core);
  const VirtualCore* virtual_core(int core) const;
  VirtualCore* next();
  void run(VirtualCore& core);
  std::uint64_t now() const;
  bool run_board(std::uint64_t until, Notice& notice);

  Device& board_;
  int first_virtual_;
  host::CoreSpeed speed_;
  std::uint64_t limit_;  // ns
  DeviceDescription description_;
  Arena arena_;
  std::vector<VirtualCore> cores_;
  Outside outside_;
  std::uint64_t passed_ = 0;    // ns; the board's own time stands still when none of its cores run
  bool board_stopped_ = false;  // until a core of the board is started
  std::deque<Notice> rings_;
  std::atomic<bool> interrupted_{false};
};

}  // namespace epysim::hostlink
