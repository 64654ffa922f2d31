#pragma once
// Soft cores in the programmable logic of a Zynq-7020: each with its own block RAM, all sharing one AXI path to the board's DDR memory,
// controlled by the ARM. Any type of soft core; no SystemC.
//
// As a core sees it:          0x00000000          its own block RAM
//                             0x40010000 ...      what stands beside it (sim/zynq/peripherals.h)
//                             DDR window          through the AXI port (sim/mesh/axi_port.h)
// As the ARM sees it:         window(core)        a core's block RAM, through its second port
//                             chip.requests       interrupt requests: bit of each core
//                             chip.lines          lines to the cores: bits 0.. hold a core, and what stands beside it, in reset; bits 16..
//                                                 acknowledge its request
// Device addresses are those of the ARM for block RAM and lines, those of the cores for DDR. (PYNQ base overlay, release 2.3; the lines of
// cores beyond its three are an assumption.)
//
// The core with the smallest local time runs (tie: the lower number), ahead through its private work for at most `quantum` cycles; accesses
// that others can notice happen in exact time order.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/agenda.h"
#include "sim/core/config.h"
#include "sim/core/core_phases.h"
#include "sim/core/guest_services.h"
#include "sim/core/multicore.h"
#include "sim/core/types.h"
#include "sim/mesh/axi_port.h"
#include "sim/zynq/peripherals.h"
#include "sim/zynq/soft_core.h"

namespace epysim::zynq {

class Cluster : public core::Multicore, private Surroundings {
 public:
  /// Makes core `id` with so many bytes of block RAM.
  using Make = std::function<std::unique_ptr<SoftCore>(int id, std::uint32_t local_bytes, Surroundings& surroundings)>;

  /// Reads the sections "chip" and "axi" of the configuration. Throws UsageError when it is wrong. `off_chip` is not owned.
  Cluster(const core::Config& config, core::OffChip& off_chip, core::MulticoreOptions options, const Make& make);
  ~Cluster() override;

  SoftCore& core(int id) { return *cores_[static_cast<std::size_t>(id)]; }

  int core_count() const override { return static_cast<int>(cores_.size()); }
  double clock_hz() const override { return shape_.clock_hz; }
  bool big_endian() const override { return cores_.front()->big_endian(); }
  Address window(int id) const override;
  std::uint32_t local_bytes() const override { return shape_.local_bytes; }
  bool cores_reach_each_other() const override { return false; }
  Address local_end() const override;
  bool debug_read(Address address, std::span<std::byte> to, int as) const override;
  bool debug_write(Address address, std::span<const std::byte> from, int as) override;
  void memory_changed(int id, Address offset, std::uint32_t bytes) override;
  std::vector<core::HostRegister> host_registers() const override;
  void reset(int id) override;
  void start(int id, std::optional<Address> entry) override;
  void halt(int id) override;
  void stop_for_good(int id) override;
  Cycle now() const override { return now_; }
  core::RunStop run(Cycle deadline) override;
  void request_stop() override { stop_requested_.store(true, std::memory_order_relaxed); }
  void watch(std::span<const Address> words) override;
  std::vector<core::Ring> take_rings() override;
  void write_at(Cycle at, Address address, unsigned bytes, std::uint64_t value) override;
  void host_store(Cycle at, Address address, unsigned bytes, std::uint64_t value) override;
  void host_wait_begins(int id) override;
  void host_wait_ends(int id) override;
  void observe(const core::ObservedCode& code) override;
  core::CoreSnapshot snapshot(int id) override;
  nlohmann::ordered_json links() const override;
  void finish_trace() override;

 private:
  struct Shape {
    int cores;
    std::uint32_t local_bytes;
    Address windows, window_stride, requests, lines;  // of the ARM
    double clock_hz;
    Cycle quantum;
    Cycle peripheral_read;
    Cycle peripheral_write;
  };
  static Shape read_shape(const core::Config& config);
  static mesh::AxiPort::Timing read_timing(const core::Config& config, double clock_hz);

  /// A core's access to the outside, from when it asked for it: for `at`, then or later.
  struct Access {
    Cycle at = 0;
    Address address = 0;
    unsigned bytes = 0;
    bool write = false;
    std::uint32_t value = 0;
    Address pc = 0;
    unsigned life = 0;
    Cycle returned = 0;  // once it is known
  };
  struct HostStore {
    Cycle at;
    std::uint64_t sequence;
    Address address;
    unsigned bytes;
    std::uint64_t value;
  };
  /// A piece of memory that is all in one place: a core's block RAM, or (core < 0) elsewhere.
  struct Place {
    int core = -1;
    Address offset = 0;
  };

  // Surroundings, for the cores
  void load(SoftCore& core, Address address, unsigned bytes, Cycle at) override;
  void store(SoftCore& core, Address address, unsigned bytes, std::uint32_t value, Cycle at) override;
  core::GuestServices::Reply system_call(SoftCore& core, core::GuestCall call, std::span<const std::uint32_t, 3> arguments) override;
  void changed(const SoftCore& core) override;
  void diagnose(const SoftCore& core, core::Misuse kind, Address pc, Cycle at, const std::string& text) override;

  Place place_of(Address address, int as) const;
  void ask(SoftCore& core, const Access& access, Cycle at);
  void grant(Cycle at);
  void perform(int id);
  /// The access to a register beside the core, if its address is one.
  bool perform_beside(int id, const Access& access, Cycle at, std::uint32_t& loaded);
  void signal();
  void perform_host_store();
  void put(Place place, Address address, unsigned bytes, std::uint64_t value, Cycle at, int writer);
  std::optional<std::uint32_t> line_register(Address address) const;
  void set_lines(std::uint32_t value);
  void reset_core(int id);
  void look_up_signal();
  void look_up_event();
  void happen();
  void touch(int id);
  void retrace(int id);

  class Guest;

  Shape shape_;
  core::OffChip& off_chip_;
  core::MulticoreOptions options_;
  mesh::AxiPort port_;
  std::vector<std::unique_ptr<SoftCore>> cores_;
  core::Agenda agenda_;           // by SoftCore::next_time() of each
  std::vector<Access> accesses_;  // by core
  std::vector<Cycle> moments_;    // when each is made, once that is known; otherwise, or without one, kNever
  Cycle event_ = kNever;          // the next signal, grant, access, or store of the host
  std::vector<Peripherals> beside_;
  Cycle signal_ = kNever;  // the next event of these
  std::vector<std::unique_ptr<core::GuestServices>> services_;
  std::vector<HostStore> host_stores_;  // a heap, the earliest on top
  std::uint64_t sequence_ = 0;
  Cycle now_ = 0;
  std::atomic<bool> stop_requested_{false};
  std::vector<Address> watched_;  // sorted
  std::vector<core::Ring> rings_;
  core::CorePhases phases_;
  std::uint32_t lines_ = 0;  // from the ARM
};

}  // namespace epysim::zynq
