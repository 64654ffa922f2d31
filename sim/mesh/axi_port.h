#pragma once
// The way from the cores in programmable logic to DDR memory: an AXI interconnect with one port into the processing system, as *times*. No
// data passes through here.
//
//   arrives  = at + request_cycles                        the access stands before the port
//   granted  = when the port is free and its turn comes   round robin among those that stand there; one grant per `interval`
//   memory   = granted + latency - request_cycles - return_cycles      the memory is read or written
//   returned = granted + latency - request_cycles         the core goes on; uncontended that is at + latency
//
// Accesses are single beats of at most 4 bytes; each core has at most one under way. Grants in the order of time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/types.h"
#include "sim/mesh/traffic.h"

namespace epysim::mesh {

class AxiPort {
 public:
  struct Timing {
    Cycle read_latency = 30;
    Cycle write_latency = 26;
    Cycle request_cycles = 9;
    Cycle return_cycles = 5;
    std::uint64_t interval = 4000;  // thousandths of cycles between grants
  };
  struct Grant {
    std::size_t master;
    Cycle memory;
    Cycle returned;
  };

  AxiPort(std::size_t masters, const Timing& timing) : timing_(timing), arrives_(masters, kNever), waiting_(masters) {}

  /// May be made ahead of `at`.
  void request(std::size_t master, bool write, unsigned bytes, Cycle at) {
    waiting_[master] = {write, bytes};
    set_arrival(master, at + timing_.request_cycles);
  }
  /// Whether one stands before the port, or is on its way there.
  bool waits(std::size_t master) const { return arrives_[master] != kNever; }
  /// It is not made after all.
  void withdraw(std::size_t master) { set_arrival(master, kNever); }

  /// When an access is granted next; kNever while none waits. Changes with every request.
  Cycle next_turn() const { return first_ == kNever ? kNever : std::max(first_, (free_ + 999) / 1000); }

  /// The access that is granted at `now`, which is next_turn().
  Grant grant(Cycle now) {
    std::size_t master = last_;
    do {
      master = master + 1 == waiting_.size() ? 0 : master + 1;
    } while (arrives_[master] > now);
    const Access access = waiting_[master];
    set_arrival(master, kNever);
    last_ = master;
    // In a busy row the fraction of a cycle that a grant had to wait for is not lost.
    free_ = (free_ + 1000 > now * 1000 ? free_ : now * 1000) + timing_.interval;
    traffic_.add(timing_.interval / 1000, access.bytes);
    const Cycle returned = now + (access.write ? timing_.write_latency : timing_.read_latency) - timing_.request_cycles;
    return {master, returned - timing_.return_cycles, returned};
  }

  const Traffic& traffic() const { return traffic_; }

 private:
  struct Access {
    bool write = false;
    unsigned bytes = 0;
  };

  void set_arrival(std::size_t master, Cycle at) {
    arrives_[master] = at;
    first_ = *std::min_element(arrives_.begin(), arrives_.end());
  }

  Timing timing_;
  std::vector<Cycle> arrives_;   // by master, before the port; kNever: nothing waits
  std::vector<Access> waiting_;  // by master
  Cycle first_ = kNever;         // of arrives_
  std::size_t last_ = 0;
  std::uint64_t free_ = 0;  // thousandths of cycles
  Traffic traffic_;
};

}  // namespace epysim::mesh
