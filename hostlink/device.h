#pragma once
// The one interface to a device. Everything above it (monitor, kinds, kernel launches) is the same code for a
// simulated and for a real board; one folder per implementation (sim/ today).

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/cause.h"
#include "sim/core/observer.h"
#include "sim/core/types.h"
#include "sim/host/host_model.h"

namespace epysim::hostlink {

using Address = std::uint32_t;

/// What kind of board it is and where its memories are.
struct DeviceDescription {
  std::string board;  // "parallella"
  int core_count = 0;
  std::vector<Address> windows;        // base of each core's local memory in the address space of all cores
  std::uint32_t local_bytes = 0;       // of each core
  bool cores_reach_each_other = true;  // whether a core can store into another one's local memory
  Address shared_base = 0;             // memory that host and cores share
  std::uint32_t shared_bytes = 0;
  double clock_hz = 0;

  // Cores of the host itself (hostlink/virtual): those from this number on.
  int first_virtual = std::numeric_limits<int>::max();
  Address virtual_memory = 0;  // of the host, where they live

  bool is_virtual(int core) const { return core >= first_virtual; }
};

/// Why Device::wait came back.
enum class Wake {
  Doorbell,    // a watched word changed: `core` says whose
  AllStopped,  // no core can run any more
  TimeOut,     // the time asked for has passed without a doorbell
  CycleLimit,  // the user's limit on simulated time was reached (never on a real board)
  Interrupted  // stop was asked for (Ctrl-C, a client that went away)
};

struct Notice {
  Wake wake = Wake::TimeOut;
  int core = -1;         // of a doorbell
  double seconds = 0;    // device time of the event
  bool channel = false;  // it was the channel's doorbell
};

/// The words with which a core asks for something (vm/format/control_block.h); 0 for one that does not count.
struct Doorbells {
  Address request = 0;  // any change is a request, and the core waits for the answer
  Address channel = 0;  // any change is a transfer
  Address awaited = 0;  // where the core looks for the answer that it waits for
};

/// What the host answers with.
struct Answer {
  int core = 0;
  double rung = 0;  // when the core asked, in device time
  Address word = 0;
  std::uint32_t value = 0;  // to be stored there
  host::ServiceCost cost;
  bool transfer = false;  // the core does not wait for it, unless it says so
  double not_before = 0;  // device time until which the link holds it up; infinite: it gets lost (docs/faults.md)
};

/// One core seen from outside, for reports.
struct CoreStatus {
  bool stopped = false;  // it will not run again by itself: halted, exited, crashed
  std::string where;     // "execute+0x12 (interpreter.c:120)" when symbols are known, else "pc 0x1234"
};

/// Whoever wants to see what the cores of a simulated board do.
class DeviceObserver : public core::Observer {
 public:
  /// A core has waited so long for the answer to a transfer, in this word.
  virtual void waited(int core, Address word, Cycle cycles) = 0;
};

class Device {
 public:
  virtual ~Device() = default;
  virtual const DeviceDescription& description() const = 0;

  /// Copies between host and device memory. Throws UsageError for an address nobody answers.
  virtual void read(Address from, std::span<std::byte> to) = 0;
  virtual void write(Address to, std::span<const std::byte> from) = 0;

  /// Loads an ELF into one core (resetting it first); returns nothing to run until start().
  virtual void load(int core, const std::filesystem::path& elf) = 0;
  virtual void start(int core) = 0;
  virtual void halt(int core) = 0;

  /// The words to watch; index = core.
  virtual void watch(std::span<const Doorbells> doorbells) = 0;
  /// Waits for the next request, at most `seconds` of device time.
  virtual Notice wait(double seconds) = 0;
  /// Ends the service of a request: stores the answer's value once the host has paid its cost. A real board stores at once; a simulated one
  /// when the host model says. Answers come in the order of wait(), but for a request that is answered later than at once. Returns when it
  /// should be there, in device time.
  virtual double acknowledge(const Answer& answer) = 0;
  /// The host does something that is not a request (loading, copying) and pays for it in device time.
  virtual void charge(const host::ServiceCost& cost) = 0;
  /// Device time so far, in seconds.
  virtual double seconds() const = 0;
  /// Makes a wait() in progress, or the next, return Wake::Interrupted. Safe from a signal handler.
  virtual void interrupt() = 0;

  virtual CoreStatus status(int core) const = 0;
  /// What a core's cycles were for so far; nothing when the device does not know.
  virtual std::optional<core::CauseAccount> account(int core) const {
    (void)core;
    return std::nullopt;
  }
  /// From now on `observer` (not owned) learns when a core comes to these places of its own memory, and what else there is to see. False:
  /// nobody can see into this device.
  virtual bool observe(const std::vector<Address>& places, DeviceObserver& observer) {
    (void)places, (void)observer;
    return false;
  }
  /// The device's own part of the statistics document (on a simulated board: everything but `wall_seconds`).
  virtual nlohmann::ordered_json statistics() const = 0;
};

/// Device time as whole cycles of its clock.
inline std::uint64_t to_cycle(const Device& device, double seconds) {
  return static_cast<std::uint64_t>(std::llround(seconds * device.description().clock_hz));
}

}  // namespace epysim::hostlink
