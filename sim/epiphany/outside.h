#pragma once
// What a core needs from the chip around it. A core calls it only for what leaves the core, and only when its turn in global time has
// come (Core::run); answers come back through Core's complete_... functions at a later moment.

#include <cstdint>
#include <string>

#include "sim/core/cause.h"
#include "sim/core/misuse.h"
#include "sim/core/types.h"
#include "sim/epiphany/syscalls.h"

namespace epysim::epiphany {

class Core;

class Outside {
 public:
  virtual ~Outside() = default;

  /// A posted store to the memory of a core of the chip: it need not wait for the core's turn. Returns the cycle from which the core may go
  /// on; kNever: it has to wait, for store(), and nothing has happened.
  virtual Cycle post(Core& core, Address address, unsigned bytes, std::uint64_t data, Cycle at) = 0;
  /// Any posted store; returns the cycle from which the core may go on; kNever: when Core::complete_store says so.
  virtual Cycle store(Core& core, Address address, unsigned bytes, std::uint64_t data, Cycle at) = 0;
  /// A blocking load, answered by Core::complete_load; returns what the core is to call the waiting.
  virtual core::Cause load(Core& core, Address address, unsigned bytes, Cycle at) = 0;
  /// TESTSET, answered by Core::complete_load with the old value.
  virtual core::Cause testset(Core& core, Address address, std::uint32_t value, Cycle at) = 0;
  /// One 8-byte instruction line, answered by Core::complete_fetch.
  virtual void fetch(Core& core, Address line, Cycle at) = 0;

  virtual void sync(Core& core, Cycle at) = 0;            // SYNC: interrupt 0 everywhere
  virtual void wand(Core& core, Cycle at) = 0;            // WAND: this core has arrived
  virtual void breakpoint_all(Core& core, Cycle at) = 0;  // MBKPT
  virtual TrapOutcome trap(Core& core, unsigned number) = 0;
  /// DMAxCONFIG was written: starts or stops the channel.
  virtual void configure_dma(Core& core, unsigned channel, Cycle at) = 0;
  /// DMAxAUTO0 or, `high`, DMAxAUTO1 was written.
  virtual void dma_slave_data(Core& core, unsigned channel, bool high, Cycle at) = 0;
  /// CONFIG says whether both channels hold still.
  virtual void pause_dma(Core& core, bool paused) = 0;
  /// Stores to the core's memory that get there by `at` have to be there now.
  virtual void land(Core& core, Cycle at) = 0;
  /// From now on others can notice when a store to the core's memory gets there.
  virtual void watch_arrivals(Core& core) = 0;
  /// A store into the core's own memory, at a line that others use too.
  virtual void stored_at_home(Core& core, Address offset, unsigned bytes, std::uint64_t data, Cycle at) = 0;
  /// What a monitor of the core's router has counted so far (codes of MESHCFG).
  virtual std::uint64_t mesh_events(const Core& core, unsigned code) = 0;
  /// It fell asleep, woke up, halted ...
  virtual void changed(const Core& core) = 0;
  virtual void diagnose(const Core& core, core::Misuse kind, Address pc, Cycle at, const std::string& text) = 0;
};

}  // namespace epysim::epiphany
