#include "sim/board/hardware_faults.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "sim/core/config.h"
#include "sim/core/hex.h"
#include "sim/core/multicore.h"

namespace epysim::board {
namespace {

constexpr std::int64_t kMost = 1'000'000;
constexpr std::int64_t kLatest = 1'000'000'000'000;  // longer than a run lasts

}  // namespace

HardwareFaults::HardwareFaults(const core::Config& config, core::Multicore& cores, Address dram, std::uint32_t dram_bytes,
                               std::function<void(const std::string&)> tell)
    : cores_(cores),
      log_(std::move(tell)),
      stops_(static_cast<int>(config.integer("faults.core.stop", -1, cores.core_count() - 1))),
      stops_at_(static_cast<Cycle>(config.integer("faults.core.at", 0, kLatest))) {
  Flips local = flips(config, "faults.local", "address", cores.local_bytes());
  const auto core = static_cast<int>(config.integer("faults.local.core", -1, cores.core_count() - 1));
  for (int id = 0; id < cores.core_count(); ++id)
    if (core == -1 || core == id) local.memories.push_back(cores.window(id));
  flips_.push_back(std::move(local));
  flips_.push_back(flips(config, "faults.dram", "offset", dram_bytes));
  flips_.back().memories = {dram};
}

HardwareFaults::Flips HardwareFaults::flips(const core::Config& config, const std::string& section, const std::string& place,
                                            std::uint32_t memory_bytes) const {
  Flips flips{.kind = section.substr(section.find('.') + 1) + ".flips",
              .left = static_cast<std::uint64_t>(config.integer(section + ".flips", 0, kMost)),
              .next = static_cast<Cycle>(config.integer(section + ".at", 0, kLatest)),
              .every = static_cast<Cycle>(config.integer(section + ".every", 1, kLatest)),
              .memories = {},
              .first = static_cast<Address>(config.integer(section + "." + place, 0, std::int64_t{memory_bytes} - 1)),
              .bytes = 0,
              .dice = core::Dice(static_cast<std::uint64_t>(config.integer("faults.seed", 0, INT64_MAX)))};
  const std::uint32_t rest = memory_bytes - flips.first;
  flips.bytes = static_cast<std::uint32_t>(config.integer(section + ".bytes", 0, rest));
  if (flips.bytes == 0) flips.bytes = rest;
  if (flips.left == 0) flips.next = kNever;
  return flips;
}

Cycle HardwareFaults::next() const {
  Cycle next = stops_ >= 0 && !stopped_ ? stops_at_ : kNever;
  for (const Flips& flips : flips_) next = std::min(next, flips.next);
  return next;
}

void HardwareFaults::happen(Cycle now) {
  if (stops_ >= 0 && stops_at_ <= now && !stopped_) {
    log_.happened(now, "core.stop", "core " + std::to_string(stops_) + " stops for good");
    stopped_ = true;
    cores_.stop_for_good(stops_);
  }
  for (Flips& flips : flips_) {
    while (flips.next <= now) {
      flip(flips);
      flips.next = --flips.left == 0 ? kNever : flips.next + flips.every;
    }
  }
}

void HardwareFaults::flip(Flips& flips) {
  const std::uint64_t memory = flips.dice.below(flips.memories.size());
  const Address address = flips.memories[memory] + flips.first + static_cast<Address>(flips.dice.below(flips.bytes));
  const auto bit = static_cast<unsigned>(flips.dice.below(8));
  std::array<std::byte, 1> byte{};
  cores_.debug_read(address, byte, -1);
  byte[0] ^= std::byte{1} << bit;
  cores_.debug_write(address, byte, -1);
  log_.happened(flips.next, flips.kind, "bit " + std::to_string(bit) + " of the byte at " + core::hex(address) + " flips");
}

}  // namespace epysim::board
