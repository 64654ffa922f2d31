#include "hostlink/faults/frame_faults.h"

#include <iostream>
#include <thread>

#include "sim/core/config.h"

namespace epysim::hostlink {
namespace {

constexpr std::int64_t kMost = 1'000'000'000;
constexpr std::int64_t kLatest = 86'400'000;  // ms
constexpr std::uint64_t kStreams = 1000;      // away from the generators of the other link

void tell(const char* kind, std::size_t bytes, const char* what) {
  std::cerr << "epysim: fault frames." << kind << ": a message of " << bytes << " bytes " << what << std::endl;
}

}  // namespace

FrameFaults::FrameFaults(const core::Config& config)
    : FrameFaults(config, static_cast<std::uint64_t>(config.integer("faults.most", 0, kMost)),
                  static_cast<std::uint64_t>(config.integer("faults.seed", 0, INT64_MAX))) {}

FrameFaults::FrameFaults(const core::Config& config, std::uint64_t most, std::uint64_t seed)
    : spared_(static_cast<std::uint64_t>(config.integer("faults.frames.spared", 0, kMost))),
      drop_(config.real("faults.frames.drop", 0, 1), most, core::Dice(seed + kStreams).next()),
      delay_(config.real("faults.frames.delay", 0, 1), most, core::Dice(seed + kStreams + 1).next()),
      truncate_(config.real("faults.frames.truncate", 0, 1), most, core::Dice(seed + kStreams + 2).next()),
      corrupt_(config.real("faults.frames.corrupt", 0, 1), most, core::Dice(seed + kStreams + 3).next()),
      late_(config.integer("faults.frames.delay_ms", 1, kLatest)) {}

bool FrameFaults::possible() const { return drop_.possible() || delay_.possible() || truncate_.possible() || corrupt_.possible(); }

void FrameFaults::carry(std::vector<std::byte>& message) {
  if (spared_ > 0) {
    --spared_;
    return;
  }
  const std::size_t bytes = message.size();
  if (delay_.strikes()) {
    tell("delay", bytes, "comes late");
    std::this_thread::sleep_for(late_);
  }
  if (corrupt_.strikes()) {
    const std::uint64_t bit = corrupt_.dice().below(std::uint64_t{bytes} * 8);
    message[bit / 8] ^= std::byte{1} << static_cast<unsigned>(bit % 8);
    tell("corrupt", bytes, "has a bit flipped");
  }
  if (truncate_.strikes()) {
    message.resize(truncate_.dice().below(bytes));
    tell("truncate", bytes, "is cut short");
  }
  if (drop_.strikes()) {
    message.clear();
    tell("drop", bytes, "gets lost");
  }
}

}  // namespace epysim::hostlink
