#pragma once
// The host CPU as the device sees it: when it notices a request, how long it takes over it.
//
//   noticed  = the first poll at or after max(ring, host free again); polls come every poll_interval
//   finished = noticed + (service + data bytes / handling_rate + copies) times a seeded jitter, times faults.host.slow
//   copies   = sum over the four kinds of copy of bytes / rate
//
// The host serves one request at a time. `handling_rate` is what the host's software needs for data behind a reference beside copying
// it. Ignored: the host's caches and whatever else runs there. Parameters and the published figure each was set from: configs/*.json,
// "host".

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "sim/core/types.h"

namespace epysim::core {
class Config;
}

namespace epysim::host {

/// What serving one request made the host do.
struct ServiceCost {
  std::uint64_t bytes_read = 0;           // copied from memory that host and cores share
  std::uint64_t bytes_written = 0;        // copied to it
  std::uint64_t local_bytes_read = 0;     // copied from the cores' local memories
  std::uint64_t local_bytes_written = 0;  // copied to them
  std::uint64_t data_bytes = 0;           // of those, data of the program that the host looked up by reference and handled itself
};

/// How fast the host runs virtual cores, in nanoseconds.
struct CoreSpeed {
  std::uint64_t instruction = 0;  // one byte code instruction
  std::uint64_t poll = 0;         // from one look at an awaited word to the next
};

class HostModel {
 public:
  /// Reads the section "host" and chip.clock_hz. Throws UsageError naming a bad key.
  HostModel(const core::Config& config, std::uint64_t seed);
  ~HostModel();

  struct Service {
    Cycle noticed;
    Cycle finished;  // the reply's last word is visible to the device
  };
  /// One request. Call it in the order of ringing: the host has no memory of being free earlier.
  Service serve(Cycle rung, const ServiceCost& cost);
  /// Cycles to copy blocks between host and device memory outside of a request (loading an image, an explicit copy). Exact: no jitter.
  Cycle copy(const ServiceCost& cost) const;
  /// The same for one block from the host to shared memory.
  Cycle copy(std::uint64_t bytes) const { return copy(ServiceCost{.bytes_written = bytes}); }

  CoreSpeed core_speed() const;

  /// The `host` part of the statistics document: requests, busy cycles, bytes, and minimum, mean and maximum of the cycles
  /// from ring to reply.
  nlohmann::ordered_json statistics() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::host
