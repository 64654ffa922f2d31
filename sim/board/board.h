#pragma once
// A board: one chip of cores, its off-chip memory and the clock they share, built out of the parts that a
// configuration names. Whoever drives a device (hostlink, `epysim exec`) sees only this; ISA and mesh stay inside.
//
// Device addresses are those the cores use. Debug access (read, write) takes no simulated time and disturbs nothing.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/core_state.h"
#include "sim/core/multicore.h"
#include "sim/core/types.h"

namespace epysim::core {
class Config;
class ElfImage;
class Observer;
class TraceSink;
}  // namespace epysim::core

namespace epysim::board {

/// Why simulated time stopped advancing.
enum class Stop {
  Doorbell,    // a watched word was written; see Board::rung()
  AllStopped,  // no core can ever run again by itself: each is halted, exited, or asleep with nothing on its way
  Deadline,    // the cycle asked for was reached
  CycleLimit,  // --max-cycles was reached
  Interrupted  // request_stop() was called (Ctrl-C, a vanished client)
};

/// One core seen from outside, for reports ("where was each core?").
struct CoreView {
  int id = 0;  // 0 .. count-1, row by row
  core::CoreState state = core::CoreState::Reset;
  Address pc = 0;
  std::string symbol;  // "main+0x12", empty when unknown
  std::string source;  // "file.c:12", empty when unknown
  Cycle cycle = 0;     // the core's local time
  std::uint64_t instructions = 0;
  std::optional<int> exit_code;
};

struct Doorbell {
  Address address = 0;  // the watched word
  int core = -1;        // who wrote it
  Cycle at = 0;         // when the write reached memory
};

struct Options {
  std::vector<core::RamWindow> ram = {};  // `--ram BASE:SIZE`
  Cycle max_cycles = kNever;
  core::TraceSink* trace = nullptr;                        // not owned; may be null
  std::function<void(std::string_view)> diagnostics = {};  // one complete line per misuse, and fault; may be empty
  std::vector<std::string> silence = {};                   // kinds of misuse that are not reported (sim/core/misuse.h), or "all"
  std::vector<std::string> arguments = {};                 // argv of a native program
  bool services = true;                                    // Epiphany: false halts cores at TRAPs other than exit, as without a debugger
  core::MemoryProvider memory = {};                        // of shared memory and scratchpads; empty = the board's own
};

/// The board is elaborated once per process (SystemC's rule).
class Board {
 public:
  /// Throws UsageError when the configuration is wrong, and for a second board in a process, even when the first failed.
  Board(const core::Config& config, Options options);
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  const std::string& name() const;
  int core_count() const;
  double clock_hz() const;
  /// Where core `core`'s local memory starts in the address space of all cores, and its size in bytes.
  Address window(int core) const;
  std::uint32_t local_bytes() const;
  /// Whether a core can store into another one's memory.
  bool cores_reach_each_other() const;
  Address shared_base() const;
  std::uint32_t shared_bytes() const;

  // -- debug access, zero time. Throws UsageError for addresses nobody answers.
  void read(Address address, std::span<std::byte> to) const;
  void write(Address address, std::span<const std::byte> from);
  /// Words of a core's scratchpad were changed where Options::memory has put them.
  void memory_changed(int core, Address offset, std::uint32_t bytes);
  /// The registers that a host maps, with ascending addresses, all for read() and write().
  std::vector<core::HostRegister> host_registers() const;

  // -- control, at the board's present time
  /// Copies the segments: local addresses (< 1 MB) go to `core`, all others where they say. Throws UsageError for a
  /// segment outside memory, naming address and size, and for an ELF of another machine.
  void load(int core, const core::ElfImage& image);
  /// State after the SDK's soft reset; scratchpad zero-filled.
  void reset(int core);
  /// Starts `core`: at `entry` when one is given, or when the loaded image has no code at vector 0 (then at the ELF's entry point), with
  /// the stack pointer at the end of local memory; otherwise by the SYNC interrupt (vector 0), as the host starts a real chip.
  void start(int core, std::optional<Address> entry = std::nullopt);
  void halt(int core);

  // -- time
  Cycle now() const;
  /// Advances simulated time until something above happens, at most to `deadline`.
  Stop run(Cycle deadline = kNever);
  /// Safe from a signal handler and from other threads.
  void request_stop();
  /// Simulated time stops (Stop::Doorbell) whenever a core writes one of these words in shared memory.
  void watch(std::span<const Address> words);
  /// The doorbells rung since the last call, in time order.
  std::vector<Doorbell> rung();
  /// The host writes one word at a future cycle (its store becomes visible then).
  void write_at(Cycle at, Address address, std::uint32_t value);

  // -- attribution: all cycles of `core` between the two calls count as waiting for the host
  void host_wait_begins(int core);
  void host_wait_ends(int core);
  /// What a core's cycles were for, up to now(); one that has run ahead: up to where it is.
  core::CauseAccount account(int core) const;
  /// As Chip::observe.
  void observe(std::vector<Address> places, core::Observer& observer);

  // -- what happened
  /// How many diagnostics there were of each kind that is not silenced, e.g. {"unaligned", 2}; only kinds that there were.
  std::vector<std::pair<std::string, int>> diagnosed() const;
  CoreView view(int core) const;
  /// The board's part of the statistics document: board, clock, cycles, seconds, instructions, cores[], links[].
  nlohmann::ordered_json statistics() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::board
