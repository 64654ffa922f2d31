#pragma once
// What drives the cores of a chip, whatever their instruction set: memory and control from outside, time, and what happened. Each core type
// implements it (sim/epiphany/scheduler.h); it knows no SystemC, and sim/board/chip.h makes a SystemC module of it.
//
// Unit of time: cycles of the core clock.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/cause.h"
#include "sim/core/core_state.h"
#include "sim/core/memory_provider.h"
#include "sim/core/misuse.h"
#include "sim/core/types.h"

namespace epysim::core {

class ObservedCode;
class TraceSink;

/// Memory outside the chip.
class OffChip {
 public:
  virtual ~OffChip() = default;
  /// False when nobody answers there. `at` is the time of the access.
  virtual bool read(Address address, std::span<std::byte> to, Cycle at) = 0;
  virtual bool write(Address address, std::span<const std::byte> from, Cycle at) = 0;
  /// Without time.
  virtual bool debug_read(Address address, std::span<std::byte> to) const = 0;
  virtual bool debug_write(Address address, std::span<const std::byte> from) = 0;
};

/// One misuse of the machine by the program, reported once per kind and program counter of a core.
struct Diagnostic {
  int core = 0;
  Misuse kind = Misuse::Unaligned;
  Address pc = 0;
  Cycle cycle = 0;
  std::string text;  // "unaligned load of 4 bytes at 0x00001002"
};

/// Plain memory without wait states, over whatever else answers at those addresses (except the cores' own memory).
struct RamWindow {
  Address base = 0;
  std::uint32_t bytes = 0;
};

struct MulticoreOptions {
  std::vector<RamWindow> ram;
  TraceSink* trace = nullptr;                          // not owned; may be null
  std::function<void(const Diagnostic&)> diagnostics;  // may be empty
  std::vector<std::string> arguments;                  // argv of a native program, for its system calls
  bool services = true;                                // whether system calls but exit are served; else they halt the core, as on a board
  MemoryProvider memory;                               // of the cores' own memories, each Scratchpad::kSlack larger; empty = their own
};

/// A store by a core into a watched word of off-chip memory.
struct Ring {
  Address address = 0;
  int core = -1;
  Cycle at = 0;
};

/// A register that a host maps, at its own address.
struct HostRegister {
  Address address = 0;
  Address shows = 0;         // the register whose value is read there: mostly itself
  std::uint32_t mask = ~0u;  // bits of that value; 0: what was stored last is read
};

/// Why Multicore::run came back.
enum class RunStop { Doorbell, AllStopped, Deadline, Interrupted };

/// Instructions by the unit that they take; a type of cores that only knows which were floating has all others as integer. `fused` of the
/// floating ones did two operations.
struct IssuedByUnit {
  std::uint64_t integer = 0;
  std::uint64_t floating = 0;
  std::uint64_t load_store = 0;
  std::uint64_t control = 0;
  std::uint64_t fused = 0;
};

/// One core as a report shows it.
struct CoreSnapshot {
  CoreState state = CoreState::Reset;
  Address pc = 0;
  Cycle cycle = 0;  // local time; causes sum to it
  std::uint64_t instructions = 0;
  std::uint64_t dual_issues = 0;
  std::optional<IssuedByUnit> issued;
  std::uint64_t diagnostics = 0;  // misuses, including repeated ones
  std::optional<int> exit_code;   // of an exited core
  CauseAccount causes;
};

class Multicore {
 public:
  virtual ~Multicore() = default;

  // -- shape
  virtual int core_count() const = 0;
  virtual double clock_hz() const = 0;
  /// Where others see a core's memory.
  virtual Address window(int id) const = 0;
  /// Whether the cores take the byte at the lowest address for the highest of a word.
  virtual bool big_endian() const { return false; }
  /// Of each core's own memory.
  virtual std::uint32_t local_bytes() const = 0;
  /// Whether a core can store into another one's memory.
  virtual bool cores_reach_each_other() const = 0;
  /// Addresses below this mean a core's own memory and registers to that core.
  virtual Address local_end() const = 0;

  // -- debug access: no time, no side effects but dropping decoded instructions (and a register's write effect when a memory-mapped
  //    register is written). False when nobody answers at some address of the range.
  //    `as`: a core whose own addresses are meant, also where a RAM window hides their global ones; -1: nobody's.
  virtual bool debug_read(Address address, std::span<std::byte> to, int as) const = 0;
  virtual bool debug_write(Address address, std::span<const std::byte> from, int as) = 0;

  /// Bytes of a core's own memory were changed beside all this (by a host that maps them): what was decoded of them is dropped.
  virtual void memory_changed(int id, Address offset, std::uint32_t bytes) = 0;
  /// The chip's registers as a host maps them, with ascending addresses.
  virtual std::vector<HostRegister> host_registers() const = 0;

  // -- control, at now()
  /// Registers as after the board's reset, memory zero.
  virtual void reset(int id) = 0;
  /// As the host starts a core: at its reset vector. With `entry`: execution begins there, the stack pointer at the end of local memory.
  virtual void start(int id, std::optional<Address> entry) = 0;
  virtual void halt(int id) = 0;
  /// It is broken: neither a start nor a reset makes it run again.
  virtual void stop_for_good(int id) = 0;

  // -- time
  virtual Cycle now() const = 0;
  /// Runs until a watched word is written, nothing can run any more, `deadline` is reached, or request_stop() was called.
  virtual RunStop run(Cycle deadline) = 0;
  /// Safe from signal handlers and other threads; makes the present or next run() return Interrupted.
  virtual void request_stop() = 0;
  /// Words of off-chip memory; replaces the former list.
  virtual void watch(std::span<const Address> words) = 0;
  virtual std::vector<Ring> take_rings() = 0;
  /// A store by the host that arrives at `at`.
  virtual void write_at(Cycle at, Address address, unsigned bytes, std::uint64_t value) = 0;
  /// A store by the host that leaves it at `at`.
  virtual void host_store(Cycle at, Address address, unsigned bytes, std::uint64_t value) = 0;

  // -- attribution: the cycles of a core between the two calls count as Cause::HostWait
  virtual void host_wait_begins(int id) = 0;
  virtual void host_wait_ends(int id) = 0;

  /// Whose observer learns when a core comes to these instructions; replaces the former ones. Not owned. Not while run() is at work.
  virtual void observe(const ObservedCode& code) = 0;

  // -- what happened. Cores that sleep, wait or are halted are charged up to now() first.
  virtual CoreSnapshot snapshot(int id) = 0;
  /// The "links" of the statistics document.
  virtual nlohmann::ordered_json links() const = 0;
  /// Closes the open slices of the timeline (call it before the trace is written).
  virtual void finish_trace() = 0;
};

}  // namespace epysim::core
