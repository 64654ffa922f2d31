#include "hostlink/sim/sim_device.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "hostlink/memory.h"
#include "sim/board/board.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"
#include "sim/core/trace_sink.h"

namespace epysim::hostlink {
namespace {

std::string core_track(int core) { return "core " + std::to_string(core); }

}  // namespace

SimDevice::SimDevice(board::Board& board, host::HostModel& host, core::TraceSink* trace) : board_(board), host_(host), trace_(trace) {
  description_.board = board.name();
  description_.core_count = board.core_count();
  for (int core = 0; core < board.core_count(); ++core) description_.windows.push_back(board.window(core));
  description_.local_bytes = board.local_bytes();
  description_.cores_reach_each_other = board.cores_reach_each_other();
  description_.shared_base = board.shared_base();
  description_.shared_bytes = board.shared_bytes();
  description_.clock_hz = board.clock_hz();
}

SimDevice::~SimDevice() = default;

double SimDevice::to_seconds(Cycle cycles) const { return static_cast<double>(cycles) / description_.clock_hz; }

void SimDevice::read(Address from, std::span<std::byte> to) {
  if (!to.empty()) board_.read(from, to);
}
void SimDevice::write(Address to, std::span<const std::byte> from) {
  if (!from.empty()) board_.write(to, from);
}

void SimDevice::load(int core, const std::filesystem::path& elf) {
  board_.reset(core);
  if (!image_ || image_->file() != elf) image_ = std::make_unique<core::ElfImage>(elf);
  board_.load(core, *image_);
}

void SimDevice::start(int core) { board_.start(core); }
void SimDevice::halt(int core) { board_.halt(core); }

void SimDevice::watch(std::span<const Doorbells> doorbells) {
  // Replies still on their way belong to the program before: let them land before its memory is given to the next.
  std::erase_if(replies_, [](const Reply& reply) { return reply.at == kNever; });
  while (!replies_.empty() && board_.now() < next_reply()) {
    const board::Stop stop = board_.run(next_reply());
    collect_rings();
    end_host_waits();
    if (stop != board::Stop::Doorbell && stop != board::Stop::Deadline) break;
  }
  end_host_waits();
  for (std::size_t core = 0; core < bells_.size(); ++core) end_host_wait(static_cast<int>(core));
  bells_.clear();
  std::vector<Address> words;
  for (const Doorbells& bells : doorbells) {
    bells_.push_back({bells, 0, false, std::nullopt, 0});
    for (const Address word : {bells.request, bells.channel, bells.awaited})
      if (word != 0) words.push_back(word);
  }
  rings_.clear();
  board_.rung();
  board_.watch(words);
}

void SimDevice::collect_rings() {
  for (const board::Doorbell& bell : board_.rung()) {
    // The word says whose request it is: a core that writes another's doorbell by mistake must not be taken for its owner.
    const auto own = std::find_if(bells_.begin(), bells_.end(), [&](const Bells& bells) {
      return bell.address == bells.words.request || bell.address == bells.words.channel || bell.address == bells.words.awaited;
    });
    if (own == bells_.end()) continue;
    const int core = static_cast<int>(own - bells_.begin());
    if (bell.address == own->words.channel) {
      ring_channel(core, bell.at);
    } else if (bell.address == own->words.awaited) {
      begin_host_wait(core);
    } else {
      end_host_wait(core);
      bells_[static_cast<std::size_t>(core)].asking = true;
      rings_.push_back({core, bell.at, false});
    }
  }
}

void SimDevice::ring_channel(int core, Cycle at) {
  end_host_wait(core);
  Bells& bells = bells_[static_cast<std::size_t>(core)];
  const auto asked = read_as<std::uint32_t>(*this, bells.words.channel);
  if (asked != bells.transfers) rings_.push_back({core, at, true});
  bells.transfers = asked;
}

// Unless the answer has arrived meanwhile.
void SimDevice::begin_host_wait(int core) {
  Bells& bells = bells_[static_cast<std::size_t>(core)];
  const auto word = read_as<std::uint32_t>(*this, bells.words.awaited);
  const auto of_core = [core](const auto& one) { return one.core == core; };
  const bool unserved = std::any_of(rings_.begin(), rings_.end(), of_core);
  const bool on_its_way =
      std::any_of(replies_.begin(), replies_.end(), [&](const Reply& reply) { return of_core(reply) && reply.word == word; });
  end_host_wait(core);
  if (!bells.asking && !unserved && !on_its_way) return;
  board_.host_wait_begins(core);
  bells.awaited = word;
  bells.waits_since = board_.now();
}

void SimDevice::end_host_wait(int core) {
  Bells& bells = bells_[static_cast<std::size_t>(core)];
  if (!bells.awaited) return;
  board_.host_wait_ends(core);
  if (observer_ != nullptr && *bells.awaited != 0) observer_->waited(core, *bells.awaited, board_.now() - bells.waits_since);
  bells.awaited.reset();
}

void SimDevice::end_host_waits() {
  std::erase_if(replies_, [&](const Reply& reply) {
    if (reply.at > board_.now()) return false;
    if (bells_[static_cast<std::size_t>(reply.core)].awaited == reply.word) end_host_wait(reply.core);
    return true;
  });
}

Cycle SimDevice::next_reply() const {
  Cycle next = kNever;
  for (const Reply& reply : replies_) next = std::min(next, reply.at);
  return next;
}

Notice SimDevice::wait(double seconds) {
  const Cycle begin = board_.now();
  // Rounded up: a rest below one cycle must still let time pass, or a caller that waits for it never comes to an end.
  // A wait for a positive time always gets on, so that callers who wait for a rest of time come to an end.
  const double cycles = std::max(seconds, 0.0) * description_.clock_hz;
  const Cycle deadline = begin + std::max<Cycle>(static_cast<Cycle>(std::llround(cycles)), cycles > 0 ? 1 : 0);
  while (true) {
    if (interrupted_.exchange(false)) return {Wake::Interrupted, -1, this->seconds()};
    if (!rings_.empty()) {
      const Ring ring = rings_.front();
      rings_.pop_front();
      return {Wake::Doorbell, ring.core, to_seconds(ring.at), ring.channel};
    }
    if (board_.now() >= deadline) return {Wake::TimeOut, -1, this->seconds()};
    const board::Stop stop = board_.run(std::min(deadline, next_reply()));
    collect_rings();
    end_host_waits();
    if (!rings_.empty()) continue;
    switch (stop) {
      case board::Stop::AllStopped:
        return {Wake::AllStopped, -1, this->seconds()};
      case board::Stop::CycleLimit:
        return {Wake::CycleLimit, -1, this->seconds()};
      case board::Stop::Interrupted:
        interrupted_ = false;
        return {Wake::Interrupted, -1, this->seconds()};
      case board::Stop::Doorbell:
      case board::Stop::Deadline:
        break;
    }
  }
}

double SimDevice::acknowledge(const Answer& answer) {
  const Cycle rung = to_cycle(*this, answer.rung);
  // A request that is answered later than at once (a worker that waits for its next kernel) is noticed now.
  const Cycle now = board_.now();
  const host::HostModel::Service service = host_.serve(std::max(rung, now), answer.cost);
  const Cycle finished = std::max(service.finished, now);
  Cycle arrives = finished;
  if (answer.not_before > 0) arrives = std::isinf(answer.not_before) ? kNever : std::max(arrives, to_cycle(*this, answer.not_before));
  if (arrives != kNever) board_.write_at(arrives, answer.word, answer.value);
  std::erase_if(replies_, [&](const Reply& lost) { return lost.at == kNever && lost.word == answer.word; });
  replies_.push_back({arrives, answer.core, answer.word});
  if (!answer.transfer) bells_[static_cast<std::size_t>(answer.core)].asking = false;
  if (trace_ != nullptr) {
    trace_->slice("host", "serve " + core_track(answer.core), service.noticed, finished);
    trace_->flow(core_track(answer.core), rung, "host", service.noticed, ++flow_);
    if (arrives != kNever) trace_->flow("host", finished, core_track(answer.core), arrives, ++flow_);
  }
  return to_seconds(finished);
}

void SimDevice::charge(const host::ServiceCost& cost) {
  const Cycle begin = board_.now();
  const Cycle end = begin + host_.copy(cost);
  while (board_.now() < end) {
    const board::Stop stop = board_.run(std::min(end, next_reply()));
    collect_rings();
    end_host_waits();
    // With every core in reset there is nothing to simulate, and a limit or a stop is for the next wait() to report.
    if (stop == board::Stop::Interrupted) interrupted_ = true;
    if (stop != board::Stop::Doorbell && stop != board::Stop::Deadline) break;
  }
  if (trace_ != nullptr && board_.now() > begin) trace_->slice("host", "copy", begin, board_.now());
}

double SimDevice::seconds() const { return to_seconds(board_.now()); }

void SimDevice::interrupt() {
  interrupted_ = true;
  board_.request_stop();
}

CoreStatus SimDevice::status(int core) const {
  const board::CoreView view = board_.view(core);
  CoreStatus status;
  status.stopped = view.state == core::CoreState::Halted || view.state == core::CoreState::Exited;
  if (!view.symbol.empty()) {
    status.where = view.symbol;
    if (!view.source.empty()) status.where += " (" + view.source + ")";
  } else {
    char text[24];
    std::snprintf(text, sizeof text, "pc 0x%08x", static_cast<unsigned>(view.pc));
    status.where = text;
  }
  return status;
}

std::optional<core::CauseAccount> SimDevice::account(int core) const { return board_.account(core); }

bool SimDevice::observe(const std::vector<Address>& places, DeviceObserver& observer) {
  observer_ = &observer;
  board_.observe(places, observer);
  return true;
}

nlohmann::ordered_json SimDevice::statistics() const {
  nlohmann::ordered_json document = board_.statistics();
  document["host"] = host_.statistics();
  if (board_.now() > 0) document["host"]["busy_share"] = document["host"]["busy_cycles"].get<double>() / static_cast<double>(board_.now());
  return document;
}

}  // namespace epysim::hostlink
