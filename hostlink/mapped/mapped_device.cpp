#include "hostlink/mapped/mapped_device.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "hostlink/memory.h"
#include "sim/core/core_type.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

// Polling is what a host can do. It looks again at once while there is much to do, and less often when there is not.
constexpr std::chrono::microseconds kPoll(50);
constexpr std::chrono::microseconds kBusy(200), kStateCheck(20000);
constexpr std::chrono::microseconds kFirstVirtualPoll(1), kLongestVirtualPoll(64);

}  // namespace

MappedDevice::MappedDevice(std::unique_ptr<MappedMemory> memory, const core::CoreType& cores)
    : memory_(std::move(memory)), cores_(cores), begin_(memory_->seconds()) {}

MappedDevice::~MappedDevice() = default;

void MappedDevice::load(int core, const std::filesystem::path& elf) {
  if (!image_ || image_->file() != elf) image_ = std::make_unique<core::ElfImage>(elf);
  if (image_->machine() != cores_.elf_machine) {
    throw UsageError(elf.string() + ": this ELF is for " + core::machine_name(image_->machine()) + ", the board has " +
                     std::string(cores_.title) + " cores");
  }
  reset(core);
  const Address window = description().windows[static_cast<std::size_t>(core)];
  for (const core::ElfImage::Segment& segment : image_->segments()) memory_->write(global_address(segment.address, window), segment.bytes);
}

void MappedDevice::start(int core) {
  for (Bell& bell : bells_)
    if (bell.core == core) bell.last = memory_->read_word(bell.word);  // as the loader has left it
  release(core);
}

void MappedDevice::watch(std::span<const Doorbells> doorbells) {
  bells_.clear();
  watched_.clear();
  for (std::size_t core = 0; core < doorbells.size(); ++core) {
    if (doorbells[core].request == 0) continue;
    watched_.push_back(static_cast<int>(core));
    bells_.push_back({static_cast<int>(core), true, doorbells[core].channel, 0});
    bells_.push_back({static_cast<int>(core), false, doorbells[core].request, 0});
  }
}

std::optional<MappedDevice::Bell> MappedDevice::rung() {
  for (std::size_t i = 0; i < bells_.size(); ++i) {
    const std::size_t place = (next_ + i) % bells_.size();
    Bell& bell = bells_[place];
    const std::uint32_t value = memory_->read_word(bell.word);
    if (value == bell.last) continue;
    bell.last = value;
    next_ = place + 1;
    ++requests_;
    return bell;
  }
  return std::nullopt;
}

double MappedDevice::acknowledge(const Answer& answer) {
  const double now = seconds();
  if (!std::isinf(answer.not_before)) held_up_.push_back(answer);
  deliver(now);
  return now;
}

// In the order in which they were given, as the link keeps it.
void MappedDevice::deliver(double now) {
  for (; !held_up_.empty() && held_up_.front().not_before <= now; held_up_.pop_front())
    memory_->write_word(held_up_.front().word, held_up_.front().value);
}

Notice MappedDevice::wait(double seconds) {
  using Clock = std::chrono::steady_clock;
  const double deadline = this->seconds() + seconds;
  const bool is_virtual = memory_->control() != nullptr && memory_->control()->is_virtual();
  const auto begin = Clock::now(), busy = begin + kBusy;
  auto look = begin + kStateCheck;
  auto step = kFirstVirtualPoll;
  while (true) {
    if (interrupted_.exchange(false)) return {Wake::Interrupted, -1, this->seconds()};
    const double now = this->seconds();
    deliver(now);
    bool stopped = false;
    if (is_virtual || Clock::now() >= look) {  // before the bells, so that what a core asked for before it stopped is seen first
      look = Clock::now() + kStateCheck;
      if (memory_->control() != nullptr) memory_->control()->check();
      stopped = all_stopped(watched_);
    }
    if (const std::optional<Bell> bell = rung()) return {Wake::Doorbell, bell->core, this->seconds(), bell->channel};
    if (stopped) return {Wake::AllStopped, -1, this->seconds()};
    if (now >= deadline) return {Wake::TimeOut, -1, this->seconds()};
    if (is_virtual) {
      memory_->pass(step);
      step = std::min(2 * step, kLongestVirtualPoll);
    } else if (Clock::now() > busy) {
      memory_->pass(kPoll);
    }
  }
}

nlohmann::ordered_json MappedDevice::statistics() const {
  nlohmann::ordered_json cores = nlohmann::ordered_json::array();
  for (int core = 0; core < description().core_count; ++core) {
    nlohmann::ordered_json entry{{"id", core}};
    entry.update(show(core));
    cores.push_back(std::move(entry));
  }
  return {{"board", description().board},
          {"clock_hz", description().clock_hz},
          {"seconds", seconds()},
          {"requests", requests_},
          {"cores", std::move(cores)}};
}

}  // namespace epysim::hostlink
