#include "sim/host/host_model.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/core/config.h"
#include "sim/host/jitter.h"

namespace epysim::host {
namespace {

constexpr std::int64_t kMostRate = 1'000'000'000'000;    // bytes per second
constexpr std::int64_t kMostCycles = 1'000'000'000'000;  // longer than a run lasts
constexpr std::uint64_t kNanoseconds = 1'000'000'000;    // of a second
constexpr std::int64_t kMostNanoseconds = 1'000'000;
constexpr std::int64_t kMostTimes = 1'000'000;
constexpr std::int64_t kMostClock = 10'000'000'000;  // Hz

// Cycles for a number of bytes at a rate, rounded up.
class Rate {
 public:
  Rate(const core::Config& config, const std::string& key, std::uint64_t clock_hz)
      : bytes_per_second_(static_cast<std::uint64_t>(config.integer(key, 1, kMostRate))), clock_hz_(clock_hz) {}
  Cycle cycles(std::uint64_t bytes) const {
    // In two parts, so that neither product overflows.
    return bytes / bytes_per_second_ * clock_hz_ + (bytes % bytes_per_second_ * clock_hz_ + bytes_per_second_ - 1) / bytes_per_second_;
  }

 private:
  std::uint64_t bytes_per_second_;
  std::uint64_t clock_hz_;
};

}  // namespace

struct HostModel::Impl {
  Impl(const core::Config& config, std::uint64_t seed)
      : clock_hz(static_cast<std::uint64_t>(config.integer("chip.clock_hz", 1, kMostClock))),
        poll_interval(static_cast<Cycle>(config.integer("host.poll_interval", 1, kMostCycles))),
        service_cycles(static_cast<Cycle>(config.integer("host.service_cycles", 0, kMostCycles))),
        handling(config, "host.handling_rate", clock_hz),
        shared_write(config, "host.shared_write_rate", clock_hz),
        shared_read(config, "host.shared_read_rate", clock_hz),
        local_write(config, "host.local_write_rate", clock_hz),
        local_read(config, "host.local_read_rate", clock_hz),
        jitter(config.real("host.jitter", 0, 1), seed),
        slow(static_cast<Cycle>(config.integer("faults.host.slow", 1, kMostTimes))),
        speed{static_cast<std::uint64_t>(config.integer("host.core_instruction", 1, kMostNanoseconds)),
              static_cast<std::uint64_t>(config.integer("host.core_poll", 1, kMostNanoseconds))} {}

  Cycle copies(const ServiceCost& cost) const {
    return shared_write.cycles(cost.bytes_written) + shared_read.cycles(cost.bytes_read) + local_write.cycles(cost.local_bytes_written) +
           local_read.cycles(cost.local_bytes_read);
  }

  std::uint64_t clock_hz;
  Cycle poll_interval;
  Cycle service_cycles;
  Rate handling;
  Rate shared_write;
  Rate shared_read;
  Rate local_write;
  Rate local_read;
  Jitter jitter;
  Cycle slow;  // how many times as long as it should
  CoreSpeed speed;

  Cycle free_again = 0;
  std::uint64_t requests = 0;
  Cycle busy = 0;
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  Cycle shortest = 0;
  Cycle longest = 0;
  Cycle total = 0;
};

HostModel::HostModel(const core::Config& config, std::uint64_t seed) : impl_(std::make_unique<Impl>(config, seed)) {}
HostModel::~HostModel() = default;

CoreSpeed HostModel::core_speed() const { return impl_->speed; }

HostModel::Service HostModel::serve(Cycle rung, const ServiceCost& cost) {
  Impl& host = *impl_;
  // While it serves somebody the host does not poll; its rounds resume in the old rhythm.
  const Cycle looks_from = std::max(rung, host.free_again);
  const Cycle noticed = (looks_from + host.poll_interval - 1) / host.poll_interval * host.poll_interval;
  const Cycle service = host.slow * host.jitter.next(host.service_cycles + host.handling.cycles(cost.data_bytes) + host.copies(cost));
  const Cycle finished = noticed + service;

  const Cycle waited = finished - rung;
  host.shortest = host.requests == 0 ? waited : std::min(host.shortest, waited);
  host.longest = std::max(host.longest, waited);
  host.total += waited;
  ++host.requests;
  host.busy += service;
  host.read += cost.bytes_read + cost.local_bytes_read;
  host.written += cost.bytes_written + cost.local_bytes_written;
  host.free_again = finished;
  return {noticed, finished};
}

Cycle HostModel::copy(const ServiceCost& cost) const { return impl_->copies(cost); }

nlohmann::ordered_json HostModel::statistics() const {
  const Impl& host = *impl_;
  return {{"requests", host.requests},
          {"busy_cycles", host.busy},
          {"busy_ns", host.busy / host.clock_hz * kNanoseconds + host.busy % host.clock_hz * kNanoseconds / host.clock_hz},
          {"bytes_read", host.read},
          {"bytes_written", host.written},
          {"answer_cycles",
           {{"minimum", host.shortest}, {"mean", host.requests == 0 ? 0 : host.total / host.requests}, {"maximum", host.longest}}}};
}

}  // namespace epysim::host
