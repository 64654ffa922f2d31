#include "hostlink/faults/faulty_device.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "hostlink/memory.h"
#include "sim/core/config.h"
#include "sim/core/elf_image.h"
#include "sim/core/fault_log.h"
#include "sim/core/hex.h"

namespace epysim::hostlink {
namespace {

constexpr std::int64_t kMost = 1'000'000'000;
constexpr std::int64_t kLatest = 1'000'000'000'000;  // cycles; longer than a run lasts

}  // namespace

FaultyDevice::FaultyDevice(std::unique_ptr<Device> inner, const core::Config& config, core::FaultLog& log)
    : ForwardingDevice(std::move(inner)),
      log_(log),
      chances_(chances(config)),
      begin_(static_cast<Cycle>(config.integer("faults.begin", 0, kLatest))),
      dead_from_(static_cast<Cycle>(config.integer("faults.host.dead_from", -1, kLatest))),
      delay_(static_cast<double>(config.integer("faults.answers.delay_cycles", 1, kLatest)) / description().clock_hz) {}

FaultyDevice::Chances FaultyDevice::chances(const core::Config& config) {
  const auto most = static_cast<std::uint64_t>(config.integer("faults.most", 0, kMost));
  auto seed = static_cast<std::uint64_t>(config.integer("faults.seed", 0, INT64_MAX));
  const auto chance = [&](const char* key) { return core::Chance(config.real(key, 0, 1), most, core::Dice(seed++).next()); };
  core::Chance drop = chance("faults.answers.drop"), delay = chance("faults.answers.delay"), corrupt = chance("faults.answers.corrupt"),
               copy = chance("faults.copies.corrupt");
  return {drop, delay, corrupt, copy};
}

bool FaultyDevice::spared() const { return to_cycle(*this, seconds()) < begin_; }

void FaultyDevice::happened(const char* kind, const std::string& what) { log_.happened(to_cycle(*this, seconds()), kind, what); }

void FaultyDevice::damage(std::span<std::byte> block, Address at, const char* on_the_way) {
  if (block.empty() || spared() || !chances_.copy.strikes()) return;
  const std::uint64_t place = chances_.copy.dice().below(block.size());
  const auto bit = static_cast<unsigned>(chances_.copy.dice().below(8));
  block[place] ^= std::byte{1} << bit;
  happened("copies.corrupt", "bit " + std::to_string(bit) + " of the byte at " + core::hex(at + static_cast<Address>(place)) +
                                 " flips on its way " + on_the_way);
}

void FaultyDevice::read(Address from, std::span<std::byte> to) {
  ForwardingDevice::read(from, to);
  damage(to, from, "to the host");
}

void FaultyDevice::write(Address to, std::span<const std::byte> from) {
  if (!chances_.copy.possible()) return ForwardingDevice::write(to, from);
  std::vector<std::byte> block(from.begin(), from.end());
  damage(block, to, "to the board");
  ForwardingDevice::write(to, block);
}

// A block for each segment.
void FaultyDevice::load(int core, const std::filesystem::path& elf) {
  ForwardingDevice::load(core, elf);
  if (!chances_.copy.possible()) return;
  const Address window = description().windows.at(static_cast<std::size_t>(core));
  const core::ElfImage image(elf);
  for (const core::ElfImage::Segment& segment : image.segments()) write(global_address(segment.address, window), segment.bytes);
}

double FaultyDevice::acknowledge(const Answer& answer) {
  Answer carried = answer;
  if (to_cycle(*this, std::max(answer.rung, seconds())) >= dead_from_) {
    carried.not_before = std::numeric_limits<double>::infinity();
    return ForwardingDevice::acknowledge(carried);
  }
  const std::string to = " to core " + std::to_string(answer.core);
  if (!spared()) {
    if (chances_.drop.strikes()) {
      carried.not_before = std::numeric_limits<double>::infinity();
      happened("answers.drop", "the answer" + to + " gets lost");
    }
    if (chances_.corrupt.strikes()) {
      const std::uint64_t bit = chances_.corrupt.dice().below(32);
      carried.value ^= 1u << bit;
      happened("answers.corrupt", "bit " + std::to_string(bit) + " of the answer" + to + " flips");
    }
    if (chances_.delay.strikes()) {
      held_up_ = std::max(held_up_, std::max(answer.rung, seconds()) + delay_);
      happened("answers.delay", "the answer" + to + " is held up until cycle " + std::to_string(to_cycle(*this, held_up_)));
    }
  }
  carried.not_before = std::max(carried.not_before, held_up_);
  return ForwardingDevice::acknowledge(carried);
}

}  // namespace epysim::hostlink
