#pragma once
// The chip as a SystemC module: cores of one type, run by one process and ordered by their own scheduler (core::Multicore), with a TLM-2.0
// socket at each edge that leads somewhere.
//
// How a board drives it (all calls from outside SystemC processes, i.e. from sc_main's thread):
//
//   1. Build the off-chip memory and the chip; bind `off_chip` to the memory. `host` may stay unbound, it is a target of those who model
//      the host as a SystemC module too.
//   2. sc_start(SC_ZERO_TIME) once: elaborates, so that the sockets carry (debug) transport from then on.
//   3. Control and debug access through cores(), at the chip's present time.
//   4. run(deadline) advances time: it notifies the process, calls sc_start(), and comes back when a stop condition holds. The process
//      runs cores and events up to that moment, waits for the elapsed SystemC time, and pauses the kernel; SystemC time is then now().
//
// In somebody else's platform nobody calls run(): an autonomous chip's process advances by itself, in steps of `chip.step` cycles, between
// which other modules may use the `host` socket.
//
// Unit of time: cycles of the core clock, see sim/core/types.h.

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "sim/core/core_type.h"
#include "sim/core/multicore.h"
#include "sim/core/observer.h"
#include "sim/core/types.h"

namespace epysim::core {
class Config;
}

namespace epysim::board {

class Chip : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Chip> off_chip;    // to off-chip memory; absolute device addresses
  tlm_utils::simple_target_socket_optional<Chip> host;  // accesses from outside, by device address; optional

  enum class Advance { WhenRun, Autonomous };

  /// Reads "chip.core", "chip.step" and what the type of cores reads. Throws UsageError when the configuration is wrong.
  Chip(const sc_core::sc_module_name& name, const core::Config& config, core::MulticoreOptions options, Advance advance = Advance::WhenRun);
  ~Chip() override;

  const core::CoreType& type() const;
  core::Multicore& cores();
  const core::Multicore& cores() const;

  /// As core::Multicore::run, with SystemC's time.
  core::RunStop run(Cycle deadline);
  /// From now on `observer` learns when a core comes to these places of its own memory, and of all accesses to off-chip memory. Not owned.
  void observe(std::vector<Address> places, core::Observer& observer);

 private:
  struct Impl;
  void process();
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last);

  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::board
