#pragma once
// A core made of programmable logic, as the cluster around it sees it: it owns its block RAM, counts its own cycles, runs ahead through
// private work, and has at most one access to the outside under way, for which it waits.
//
// Life: Reset -> Running <-> Idle; Halted by a debugger or a breakpoint; Exited by a system call.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "sim/core/cause.h"
#include "sim/core/guest_services.h"
#include "sim/core/misuse.h"
#include "sim/core/multicore.h"
#include "sim/core/scratchpad.h"
#include "sim/core/types.h"

namespace epysim::zynq {

class SoftCore;

/// What a core asks for. It calls this only when its turn in global time has come (SoftCore::run).
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  /// A load or store of 1, 2 or 4 aligned bytes outside the block RAM, on the bus at `at`. SoftCore::complete answers, for a store, too.
  virtual void load(SoftCore& core, Address address, unsigned bytes, Cycle at) = 0;
  virtual void store(SoftCore& core, Address address, unsigned bytes, std::uint32_t value, Cycle at) = 0;
  /// What a program asks of the system below it; how it asks is the core's business, and so is GuestCall::Exit.
  virtual core::GuestServices::Reply system_call(SoftCore& core, core::GuestCall call, std::span<const std::uint32_t, 3> arguments) = 0;
  /// It fell asleep, woke up, halted ...
  virtual void changed(const SoftCore& core) = 0;
  virtual void diagnose(const SoftCore& core, core::Misuse kind, Address pc, Cycle at, const std::string& text) = 0;
};

class SoftCore {
 public:
  SoftCore(int id, std::uint32_t local_bytes) : local_(local_bytes), id_(id) {}
  SoftCore(const SoftCore&) = delete;
  SoftCore& operator=(const SoftCore&) = delete;
  virtual ~SoftCore() = default;

  int id() const { return id_; }
  core::Scratchpad& local() { return local_; }
  const core::Scratchpad& local() const { return local_; }

  // -- time
  /// Its own, in cycles.
  virtual Cycle now() const = 0;
  /// When it next wants to do something by itself; kNever while only others can make it go on.
  virtual Cycle next_time() const = 0;
  /// Executes until its time reaches `until`, or until before an access that others can notice at or after `horizon`, the first moment at
  /// which another core or an event may still act before it.
  virtual void run(Cycle until, Cycle horizon) = 0;
  /// While running: something may happen at `at` that it has to wait for.
  virtual void limit(Cycle at) = 0;
  /// Charges sleeping, waiting and halted time up to `at`; a running core is left alone.
  virtual void settle(Cycle at) = 0;

  // -- at a moment of global time
  /// The access that it waits for is over: `value` of a load, in its lowest bytes; it goes on at `at`. `error`: the bus said that nobody
  /// answers there.
  virtual void complete(std::uint32_t value, bool error, Cycle at) = 0;
  /// Held in reset; block RAM stays. Which registers a reset clears is the core's business.
  virtual void reset(Cycle at) = 0;
  /// Out of reset: execution begins at the reset vector, or at `entry` with a stack pointer at the end of block RAM.
  virtual void start(std::optional<Address> entry, Cycle at) = 0;
  virtual void halt(Cycle at) = 0;
  /// The level of the interrupt input.
  virtual void interrupt(bool level, Cycle at) = 0;

  // -- block RAM from its other port
  /// Bytes of the block RAM have been written by somebody else: decoded instructions there are void.
  virtual void written(Address offset, std::uint32_t bytes) = 0;
  /// Somebody else will write this line: loads from it wait for their turn from now on.
  void share(Address offset) { local_.set(offset, core::Scratchpad::kShared); }

  // -- what happened
  /// The program has broken a rule of the machine: reported the first time at each place of it, otherwise only counted.
  virtual void misuse(core::Misuse kind, Address pc, const std::string& text) = 0;
  /// Counts resets: an answer to an access of an earlier life is void.
  virtual unsigned life() const = 0;
  virtual core::CoreSnapshot snapshot() const = 0;
  virtual core::CauseAccount causes() const = 0;
  /// Everything charged since `earlier` was the host's doing.
  virtual void blame_host_since(const core::CauseAccount& earlier) = 0;

 private:
  core::Scratchpad local_;
  int id_;
};

}  // namespace epysim::zynq
