#pragma once
// A core made of programmable logic: it owns its block RAM, counts its own cycles, runs ahead through private work, and has at most one
// access to the outside under way, for which it waits. Here is what the cluster around it sees, and what such cores share whatever their
// instruction set; a type of cores adds what it executes.
//
// Life: Reset -> Running <-> Idle; Halted by a debugger, or by itself when it cannot go on; Exited by a system call.

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "sim/core/cause.h"
#include "sim/core/core_state.h"
#include "sim/core/cycle_ledger.h"
#include "sim/core/guest_services.h"
#include "sim/core/misuse.h"
#include "sim/core/multicore.h"
#include "sim/core/observer.h"
#include "sim/core/scratchpad.h"
#include "sim/core/types.h"

namespace epysim::zynq {

class SoftCore;

/// What a core asks for, when its turn in global time has come (SoftCore::turn); accesses earlier (SoftCore::turn_to_ask).
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
  /// `local_bytes` is a power of two. `surroundings` is not owned; `ledger` is a part of the derived class.
  SoftCore(int id, std::uint32_t local_bytes, Surroundings& surroundings, core::CycleLedger& ledger)
      : surroundings_(surroundings), ledger_(ledger), local_(local_bytes), id_(id) {}
  SoftCore(const SoftCore&) = delete;
  SoftCore& operator=(const SoftCore&) = delete;
  virtual ~SoftCore() = default;

  int id() const { return id_; }
  core::Scratchpad& local() { return local_; }
  const core::Scratchpad& local() const { return local_; }

  virtual bool big_endian() const { return false; }

  // -- time
  /// Its own, in cycles.
  Cycle now() const { return ledger_.now(); }
  /// When it next wants to do something by itself; kNever while only others can make it go on.
  Cycle next_time() const;
  /// It runs, waits or sleeps; otherwise only the host can make it go on.
  bool can_go_on() const { return !halted_ && (life_ == Life::Awake || life_ == Life::Asleep); }
  /// Executes until its time reaches `until`, or until before an access that others can notice at or after `horizon`, the first moment at
  /// which another core or an event may still act before it.
  void run(Cycle until, Cycle horizon);
  /// Charges sleeping, waiting and halted time up to `at`; a running core is left alone.
  void settle(Cycle at);

  // -- at a moment of global time
  /// The access that it waits for is over: `value` of a load, in its lowest bytes; it goes on at `at`. `error`: the bus said that nobody
  /// answers there.
  virtual void complete(std::uint32_t value, bool error, Cycle at) = 0;
  /// Held in reset; block RAM stays. Which registers a reset clears is the core's business.
  void reset(Cycle at);
  /// Out of reset: execution begins at the reset vector, or at `entry` with a stack pointer at the end of block RAM.
  void start(std::optional<Address> entry, Cycle at);
  void halt(Cycle at);
  /// Halts it; neither a start nor a reset lets it go on.
  void stop_for_good(Cycle at);
  /// The level of the interrupt input.
  virtual void interrupt(bool level, Cycle at) = 0;

  // -- block RAM from its other port
  /// Bytes of the block RAM have been written by somebody else: decoded instructions there are void.
  virtual void written(Address offset, std::uint32_t bytes) = 0;
  /// Somebody else will write this line: loads from it wait for their turn from now on.
  void share(Address offset) { local_.set(offset, core::Scratchpad::kShared); }

  // -- looking on
  /// Not owned; outlives it.
  void observe(const core::ObservedCode& code) {
    observed_ = &code;
    written(0, local_.bytes());
  }

  // -- what happened
  /// The program has broken a rule of the machine: reported the first time at each place of it, otherwise only counted.
  void misuse(core::Misuse kind, Address pc, const std::string& text);
  /// Counts resets: an answer to an access of an earlier life is void.
  unsigned life() const { return lives_; }
  virtual Address pc() const = 0;
  core::CoreState state() const;
  core::CoreSnapshot snapshot() const;
  core::CauseAccount causes() const { return blamed_.of(ledger_.causes()); }
  /// What is charged in between is the host's doing.
  void begin_host_wait() { blamed_.begin_wait(ledger_.causes()); }
  void end_host_wait() { blamed_.end_wait(ledger_.causes()); }
  bool waits_for_host() const { return blamed_.waits(); }

 protected:
  enum class Life : std::uint8_t { Reset, Awake, Asleep, Exited };

  // What a type of cores adds
  /// Executes instructions until limit_. False: the next one has to wait for something outside the core.
  virtual bool advance() = 0;
  /// What it waits for, if it does: the answer to an access, a stream.
  virtual std::optional<core::Cause> waits_for() const = 0;
  /// Whether it has a unit for floating point.
  virtual bool has_fpu() const { return false; }
  /// A reset: registers, and everything that is under way.
  virtual void clear() = 0;
  virtual void begin_at(Address entry) = 0;
  /// From the end of reset to the first instruction.
  virtual Cycle release_cycles() const = 0;

  // What it can use
  /// Whether somebody wants to know when the instruction there is executed,
  bool is_observed(Address pc) const { return observed_ != nullptr && observed_->holds(pc); }
  /// which it now is.
  void tell_observer(std::span<const std::uint32_t> registers) {
    if (told_ == std::pair(now(), pc())) return;  // it had to wait for its turn
    told_ = {now(), pc()};
    observed_->reached(id_, pc(), registers, [this] { return causes(); });
  }
  /// The moment of something that others can notice, once it is this core's turn; kNever (and advance() comes back) before.
  Cycle turn(Cycle at);
  /// The same for asking for an access to the outside: that may be done ahead of its turn, as nobody answers before.
  Cycle turn_to_ask(Cycle at) { return at < until_ ? at : turn(at); }
  void enter(Life life);
  /// From sleep, `cycles` after `at`.
  void wake(Cycle at, Cycle cycles);
  /// A system call as Linux has them: `calls` says what serves which number. What the program finds as its result (-errno of a call that
  /// failed); nothing when it has exited.
  struct LinuxCall {
    std::uint32_t number;
    core::GuestCall call;
  };
  std::optional<std::uint32_t> linux_call(std::span<const LinuxCall> calls, std::uint32_t number, std::array<std::uint32_t, 3> arguments);

  Surroundings& surroundings_;
  Cycle limit_ = 0;  // advance() comes back here; 0 = look up
  Life life_ = Life::Reset;
  bool halted_ = false;

 private:
  core::CycleLedger& ledger_;
  core::Scratchpad local_;
  int id_;
  bool broken_ = false;  // stays halted
  Cycle until_ = 0, horizon_ = 0;
  Cycle wanted_ = 0;  // the moment of the shared access that the core stopped before
  unsigned lives_ = 0;
  std::optional<int> exit_code_;
  core::BlamedAccount blamed_;
  std::set<std::pair<core::Misuse, Address>> reported_;
  std::uint64_t misuses_ = 0;
  const core::ObservedCode* observed_ = nullptr;
  std::pair<Cycle, Address> told_{kNever, 0};  // the observer, last
};

}  // namespace epysim::zynq
