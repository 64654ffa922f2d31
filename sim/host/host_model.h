#pragma once
// The host CPU as the device sees it: when it notices a request, how long it takes over it.
//
//   noticed  = the first poll at or after the ring (polls come every poll_interval, first-come first-served)
//   finished = max(noticed, host free again) + service + bytes / copy_rate, times a seeded jitter
//
// The host serves one request at a time. Parameters and the published figure each was set from: configs/*.json, "host".

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
  std::uint64_t bytes_read = 0;     // copied from device memory
  std::uint64_t bytes_written = 0;  // copied to device memory
};

class HostModel {
 public:
  HostModel(const core::Config& config, std::uint64_t seed);
  ~HostModel();

  struct Service {
    Cycle noticed;
    Cycle finished;  // the reply's last word is visible to the device
  };
  Service serve(Cycle rung, const ServiceCost& cost);
  /// Cycles to copy a block between host and device memory outside of a request (loading an image, an explicit copy).
  Cycle copy(std::uint64_t bytes) const;

  /// The `host` part of the statistics document: requests, busy cycles, bytes, minimum/mean/maximum service cycles.
  nlohmann::ordered_json statistics() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::host
