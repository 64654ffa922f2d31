#include "hostlink/virtual/hybrid_device.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "hostlink/memory.h"
#include "hostlink/placement.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr std::uint64_t kTurn = 5000;  // ns
constexpr double kNanosecondsPerSecond = 1e9;
constexpr const char* kBootSymbol = "epython_boot";

std::uint64_t to_ns(double seconds) { return static_cast<std::uint64_t>(std::llround(seconds * kNanosecondsPerSecond)); }
double to_seconds(std::uint64_t ns) { return static_cast<double>(ns) / kNanosecondsPerSecond; }

}  // namespace

std::uint32_t HybridDevice::Outside::load(void* self, std::uint32_t address) {
  auto& outside = *static_cast<Outside*>(self);
  try {
    return read_as<std::uint32_t>(outside.board, address);
  } catch (...) {
    if (!outside.failure) outside.failure = std::current_exception();
    return 0;
  }
}

void HybridDevice::Outside::store(void* self, std::uint32_t address, std::uint32_t word) {
  auto& outside = *static_cast<Outside*>(self);
  try {
    write_as(outside.board, address, word);
  } catch (...) {
    if (!outside.failure) outside.failure = std::current_exception();
  }
}

HybridDevice::HybridDevice(Device& board, int first_virtual, int virtual_cores, const host::CoreSpeed& speed, Cycle cycle_limit)
    : board_(board),
      first_virtual_(first_virtual),
      speed_(speed),
      limit_(cycle_limit == kNever ? ~std::uint64_t{0} : to_ns(static_cast<double>(cycle_limit) / board.description().clock_hz)),
      description_(board.description()),
      arena_(virtual_arena_bytes(board.description(), virtual_cores)),
      cores_(static_cast<std::size_t>(virtual_cores)),
      outside_{board, nullptr} {
  description_.first_virtual = first_virtual;
  description_.virtual_memory = arena_.begin();
  description_.core_count = std::max(description_.core_count, first_virtual + virtual_cores);
  description_.windows.resize(static_cast<std::size_t>(description_.core_count), 0);
  int id = first_virtual;
  for (VirtualCore& core : cores_) {
    core.id = id++;
    description_.windows[static_cast<std::size_t>(core.id)] = virtual_window(description_, core.id - first_virtual);
  }
}

HybridDevice::~HybridDevice() = default;

HybridDevice::VirtualCore* HybridDevice::virtual_core(int core) {
  const auto index = static_cast<std::size_t>(core - first_virtual_);
  return core >= first_virtual_ && index < cores_.size() ? &cores_[index] : nullptr;
}
const HybridDevice::VirtualCore* HybridDevice::virtual_core(int core) const {
  const auto index = static_cast<std::size_t>(core - first_virtual_);
  return core >= first_virtual_ && index < cores_.size() ? &cores_[index] : nullptr;
}

void HybridDevice::read(Address from, std::span<std::byte> to) {
  if (arena_.contains(from)) {
    arena_.read(from, to);
  } else {
    board_.read(from, to);
  }
}

void HybridDevice::write(Address to, std::span<const std::byte> from) {
  if (arena_.contains(to)) {
    arena_.write(to, from);
  } else {
    board_.write(to, from);
  }
}

void HybridDevice::load(int core, const std::filesystem::path& elf) {
  VirtualCore* const own = virtual_core(core);
  if (own == nullptr) return board_.load(core, elf);
  own->boot = description_.windows[static_cast<std::size_t>(core)] + core::ElfImage(elf).address_of(kBootSymbol).value();
  own->running = false;
}

void HybridDevice::start(int core) {
  VirtualCore* const own = virtual_core(core);
  if (own == nullptr) {
    board_stopped_ = false;
    return board_.start(core);
  }
  const epy_outside outside{arena_.begin(), arena_.end(), Outside::load, Outside::store, &outside_};
  own->fiber.reset(epy_virtual_core_new(read_as<epy_boot>(*this, own->boot), &outside));
  if (!own->fiber) throw std::bad_alloc();
  own->running = true;
  own->asking = false;
  own->at = own->begin = now();
}

void HybridDevice::halt(int core) {
  VirtualCore* const own = virtual_core(core);
  if (own == nullptr) return board_.halt(core);
  own->running = false;
}

void HybridDevice::watch(std::span<const Doorbells> doorbells) {
  std::vector<Doorbells> of_board(static_cast<std::size_t>(board_.description().core_count));
  for (std::size_t core = 0; core < doorbells.size(); ++core) {
    if (VirtualCore* const own = virtual_core(static_cast<int>(core))) {
      own->doorbells = doorbells[core];
      own->rung = own->transfers = 0;
    } else {
      of_board[core] = doorbells[core];
    }
  }
  rings_.clear();
  board_.watch(of_board);
}

HybridDevice::VirtualCore* HybridDevice::next() {
  VirtualCore* first = nullptr;
  for (VirtualCore& core : cores_) {
    if (core.running && !core.asking && (first == nullptr || core.at < first->at)) first = &core;
  }
  return first;
}

void HybridDevice::run(VirtualCore& core) {
  std::uint32_t made = 0;
  const auto steps = static_cast<std::uint32_t>(std::max<std::uint64_t>(kTurn / speed_.instruction, 1));
  const epy_turn turn = epy_virtual_core_run(core.fiber.get(), steps, &made);
  if (outside_.failure) std::rethrow_exception(std::exchange(outside_.failure, nullptr));
  core.instructions += made;
  core.at += made * speed_.instruction;
  if (turn == EPY_TURN_PAUSED) core.at += speed_.poll;
  if (turn == EPY_TURN_ENDED) core.running = false;
  if (core.doorbells.request == 0) return;
  const auto transfers = read_as<std::uint32_t>(*this, core.doorbells.channel);
  if (transfers != core.transfers) rings_.push_back({Wake::Doorbell, core.id, to_seconds(core.at), true});
  core.transfers = transfers;
  const auto number = read_as<std::uint32_t>(*this, core.doorbells.request);
  if (number == core.rung) return;
  core.rung = number;
  core.asking = true;
  rings_.push_back({Wake::Doorbell, core.id, to_seconds(core.at)});
}

std::uint64_t HybridDevice::now() const { return std::max(passed_, to_ns(board_.seconds())); }

// Lets the board get on to a time; true when it came back with something for the caller.
bool HybridDevice::run_board(std::uint64_t until, Notice& notice) {
  while (!board_stopped_ && until > to_ns(board_.seconds())) {
    notice = board_.wait(to_seconds(until) - board_.seconds());
    if (notice.wake == Wake::AllStopped) board_stopped_ = true;
    if (notice.wake != Wake::AllStopped && notice.wake != Wake::TimeOut) return true;
  }
  if (!board_stopped_ || next() != nullptr) passed_ = std::max(passed_, until);
  return false;
}

Notice HybridDevice::wait(double seconds) {
  const std::uint64_t deadline = now() + std::max<std::uint64_t>(to_ns(std::max(seconds, 0.0)), seconds > 0 ? 1 : 0);
  for (;;) {
    if (interrupted_.exchange(false)) return {Wake::Interrupted, -1, this->seconds()};
    if (!rings_.empty()) {
      const Notice ring = rings_.front();
      rings_.pop_front();
      return ring;
    }
    VirtualCore* const core = next();
    if (core == nullptr && board_stopped_) return {Wake::AllStopped, -1, this->seconds()};
    const std::uint64_t until = core == nullptr ? deadline : std::min(deadline, core->at);
    if (until >= limit_) return {Wake::CycleLimit, -1, this->seconds()};
    Notice notice;
    if (run_board(until, notice)) {
      if (notice.wake == Wake::Interrupted) interrupted_ = false;
      return notice;
    }
    if (core != nullptr && core->at <= now()) {
      run(*core);
    } else if (now() >= deadline) {
      return {Wake::TimeOut, -1, this->seconds()};
    }
  }
}

double HybridDevice::acknowledge(const Answer& answer) {
  VirtualCore* const own = virtual_core(answer.core);
  if (own == nullptr) return board_.acknowledge(answer);
  write_as(*this, answer.word, answer.value);
  if (answer.transfer) return seconds();
  // Its next look finds it; those in between, which find nothing, are not made.
  own->asking = false;
  if (own->at < now()) own->at += (now() - own->at + speed_.poll - 1) / speed_.poll * speed_.poll;
  return seconds();
}

void HybridDevice::charge(const host::ServiceCost& cost) { board_.charge(cost); }

double HybridDevice::seconds() const { return passed_ > to_ns(board_.seconds()) ? to_seconds(passed_) : board_.seconds(); }

void HybridDevice::interrupt() {
  interrupted_ = true;
  board_.interrupt();
}

CoreStatus HybridDevice::status(int core) const {
  const VirtualCore* const own = virtual_core(core);
  if (own == nullptr) return board_.status(core);
  return {!own->running, "a virtual core"};
}

nlohmann::ordered_json HybridDevice::statistics() const {
  nlohmann::ordered_json document = board_.statistics();
  document["seconds"] = seconds();
  document["cycles"] = to_cycle(*this, seconds());
  nlohmann::ordered_json& list = document["virtual_cores"] = nlohmann::ordered_json::array();
  for (const VirtualCore& core : cores_) {
    if (!core.fiber) continue;
    list.push_back({{"id", core.id}, {"instructions", core.instructions}, {"seconds", to_seconds(core.at - core.begin)}});
  }
  return document;
}

}  // namespace epysim::hostlink
