#pragma once
// Which launch runs next on which core: pure order, no device.
//
//   * Launches for one core run in the order in which they were made.
//   * A launch for "any n" takes cores that have nothing older to do, lowest rank first, no core twice.
//   * Older launches come first.

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

namespace epysim::hostlink {

class Scheduler {
 public:
  /// Numbers launches from 1 in the order in which they are made.
  using Handle = std::uint32_t;

  /// Handles go on after `last`. Launches for any cores take the first `any_ranks` only.
  Scheduler(std::size_t ranks, Handle last, std::size_t any_ranks) : queues_(ranks), last_(last), any_ranks_(any_ranks) {}
  explicit Scheduler(std::size_t ranks, Handle last = 0) : Scheduler(ranks, last, ranks) {}
  Handle last() const { return last_; }

  /// Queues a launch for each of these ranks, or for any `count`.
  Handle add(const std::vector<std::size_t>& ranks);
  Handle add_any(std::size_t count);

  /// Takes what an idle rank has to run next.
  std::optional<Handle> next(std::size_t rank);
  /// Something is queued for this rank alone.
  bool waiting_for(std::size_t rank) const { return !queues_.at(rank).empty(); }
  /// Something is queued that is not running yet.
  bool waiting() const;
  struct Queued {
    Handle handle;
    std::optional<std::size_t> rank;  // nothing: any would have done
  };
  /// Takes everything that is queued, in order of age; one entry for each kernel that did not start.
  std::vector<Queued> clear();

 private:
  struct AnyLaunch {
    Handle handle;
    std::size_t wanted;
    std::set<std::size_t> taken;
  };
  std::vector<std::deque<Handle>> queues_;
  std::deque<AnyLaunch> any_;
  Handle last_;
  std::size_t any_ranks_;
};

}  // namespace epysim::hostlink
