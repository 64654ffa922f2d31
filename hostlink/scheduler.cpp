#include "hostlink/scheduler.h"

#include <algorithm>

namespace epysim::hostlink {

Scheduler::Handle Scheduler::add(const std::vector<std::size_t>& ranks) {
  const Handle handle = ++last_;
  for (const std::size_t rank : ranks) queues_.at(rank).push_back(handle);
  return handle;
}

Scheduler::Handle Scheduler::add_any(std::size_t count) {
  const Handle handle = ++last_;
  if (count > 0) any_.push_back({handle, count, {}});
  return handle;
}

std::optional<Scheduler::Handle> Scheduler::next(std::size_t rank) {
  std::deque<Handle>& own = queues_.at(rank);
  const auto any =
      std::find_if(any_.begin(), any_.end(), [&](const AnyLaunch& launch) { return rank < any_ranks_ && !launch.taken.contains(rank); });
  if (any != any_.end() && (own.empty() || any->handle < own.front())) {
    const Handle handle = any->handle;
    any->taken.insert(rank);
    if (--any->wanted == 0) any_.erase(any);
    return handle;
  }
  if (own.empty()) return std::nullopt;
  const Handle handle = own.front();
  own.pop_front();
  return handle;
}

bool Scheduler::waiting() const {
  return !any_.empty() || std::any_of(queues_.begin(), queues_.end(), [](const auto& queue) { return !queue.empty(); });
}

std::vector<Scheduler::Queued> Scheduler::clear() {
  std::vector<Queued> queued;
  for (std::size_t rank = 0; rank < queues_.size(); ++rank) {
    for (const Handle handle : queues_[rank]) queued.push_back({handle, rank});
    queues_[rank].clear();
  }
  for (const AnyLaunch& launch : any_) queued.insert(queued.end(), launch.wanted, {launch.handle, std::nullopt});
  any_.clear();
  std::stable_sort(queued.begin(), queued.end(), [](const Queued& a, const Queued& b) { return a.handle < b.handle; });
  return queued;
}

}  // namespace epysim::hostlink
