#pragma once
// The Epiphany-III chip as a SystemC module: a grid of cores, run by one process and ordered by the chip's own scheduler
// (scheduler.h), with a TLM-2.0 socket at each edge that leads somewhere.
//
// How a board drives it (all calls from outside SystemC processes, i.e. from sc_main's thread):
//
//   1. Build the interconnect, the off-chip memory and the chip; bind `elink` to the memory. `host` may stay unbound, it is
//      a target of those who model the host as a SystemC module too.
//   2. sc_start(SC_ZERO_TIME) once: elaborates, so that the sockets carry (debug) transport from then on.
//   3. debug_write() the image, reset(), start(), halt(), watch(), write_at() act at the chip's present time now().
//   4. run(deadline) advances time: it notifies the process, calls sc_start(), and comes back when a stop condition holds. The process
//      runs cores and events up to that moment, waits for the elapsed SystemC time, and pauses the kernel; SystemC time is then now().
//
// In somebody else's platform nobody calls run(): with ChipOptions::autonomous the process advances by itself, in steps of `chip.step`
// cycles, between which other modules may use the `host` socket.
//
// Unit of time: cycles of the core clock, see sim/core/types.h.

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <systemc>
#include <tlm>
#include <vector>

#include "sim/core/types.h"
#include "sim/epiphany/chip_types.h"

namespace epysim::core {
class Config;
}

namespace epysim::mesh {
class Interconnect;
}

namespace epysim::epiphany {

class Chip : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Chip> elink;       // to off-chip memory; absolute device addresses
  tlm_utils::simple_target_socket_optional<Chip> host;  // accesses from outside, by device address; optional

  /// Reads the section "chip" of the configuration (grid, clock, local memory, quantum). The interconnect is not owned.
  Chip(const sc_core::sc_module_name& name, const core::Config& config, mesh::Interconnect& interconnect, ChipOptions options);
  ~Chip() override;

  // -- shape
  int core_count() const;
  Address window(int core) const;  // global base address of a core's 1 MB
  std::uint32_t local_bytes() const;
  double clock_hz() const;

  // -- debug access: no time, no side effects but dropping decoded instructions (and a register's write effect when a
  //    memory-mapped register is written). False when nobody answers at some address of the range.
  //    `as`: addresses below 1 MB are that core's own memory, also where a RAM window hides its global address.
  bool debug_read(Address address, std::span<std::byte> to, int as = -1) const;
  bool debug_write(Address address, std::span<const std::byte> from, int as = -1);

  // -- control, at now()
  void reset(int core);  // registers as after the SDK's soft reset, scratchpad zero
  /// Without `entry`: latches interrupt 0, which a sleeping core takes to vector 0. With it: clears interrupt state, execution begins
  /// there.
  void start(int core, std::optional<Address> entry = std::nullopt);
  void halt(int core);

  // -- time
  Cycle now() const;
  /// Runs until a watched word is written, nothing can run any more, `deadline` is reached, or request_stop() was called.
  ChipStop run(Cycle deadline);
  void request_stop();  // safe from signal handlers and other threads; makes the present or next run() return Interrupted
  /// Words of off-chip memory; replaces the former list.
  void watch(std::span<const Address> words);
  std::vector<Ring> take_rings();
  void write_at(Cycle at, Address address, std::uint32_t value);

  // -- attribution: the cycles of `core` between the two calls count as Cause::HostWait
  void host_wait_begins(int core);
  void host_wait_ends(int core);

  // -- what happened. Cores that sleep, wait or are halted are charged up to now() first.
  CoreSnapshot snapshot(int core) const;
  /// Closes the open slices of the timeline (call it before the trace is written).
  void finish_trace();

 private:
  struct Impl;
  void process();
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last);

  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::epiphany
