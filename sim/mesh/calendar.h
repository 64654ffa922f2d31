#pragma once
// When a link, or another resource that serves one transaction at a time, is taken: one bit per cycle.
//
//   reserve(t, n) = the first n free cycles at or after t, not necessarily adjacent
//
// Requests may come in any order of t: one that is made later but arrives earlier takes a cycle before those already given away,
// as the hardware would have let it. The number of cycles given away by some time depends on the requests only, not on the
// order of the calls. Long jobs are reserved cycle by cycle because contiguous intervals would fragment the calendar.
//
// Ignored: finite buffers (see send_window.h) and who wins when several want the same cycle (here: who asks first). For jobs of
// one cycle the mean delay does not depend on that choice.
//
// The calendar remembers the last kDepth cycles before its latest reservation, or some less. A request older than that finds its
// link free; requests that far apart do not occur between cores that run at most a quantum apart.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "sim/core/types.h"

namespace epysim::mesh {

class Calendar {
 public:
  static constexpr Cycle kDepth = 8192;

  struct Grant {
    Cycle first;  // the first cycle of service
    Cycle end;    // one past the last
  };

  /// One cycle.
  Cycle reserve(Cycle arrival) {
    // Mostly it is free.
    if (arrival - base_ < kDepth) [[likely]] {
      std::uint64_t& taken = words_[arrival / 64 % kWords];
      if ((taken >> arrival % 64 & 1u) == 0) [[likely]] {
        taken |= std::uint64_t{1} << arrival % 64;
        return arrival;
      }
    }
    return reserve_slowly(arrival, 1).first;
  }

  Grant reserve(Cycle arrival, unsigned cycles) {
    const std::uint64_t wanted = ((std::uint64_t{1} << cycles % 64) - 1) << arrival % 64;
    if (arrival - base_ < kDepth && arrival % 64 + cycles < 64) [[likely]] {
      std::uint64_t& taken = words_[arrival / 64 % kWords];
      if ((taken & wanted) == 0) [[likely]] {
        taken |= wanted;
        return {arrival, arrival + cycles};
      }
    }
    return reserve_slowly(arrival, cycles);
  }

  /// Whether a cycle that the calendar still remembers has been given away.
  bool taken(Cycle at) const { return at >= base_ && at < base_ + kDepth && (words_[at / 64 % kWords] >> (at % 64) & 1u) != 0; }

  /// The same of any of the cycles from `from` up to, but not including, `end`.
  bool any_taken(Cycle from, Cycle end) const {
    for (from = std::max(from, base_), end = std::min(end, base_ + kDepth); from < end; from = (from | 63) + 1) {
      const Cycle here = std::min(end - from, 64 - from % 64);
      if ((words_[from / 64 % kWords] >> from % 64 & ~std::uint64_t{0} >> (64 - here)) != 0) return true;
    }
    return false;
  }

  void reset() {
    words_.fill(0);
    base_ = 0;
  }

 private:
  static constexpr Cycle kWords = kDepth / 64;
  static constexpr Cycle kAhead = 8;  // words

  [[gnu::noinline]] Grant reserve_slowly(Cycle arrival, unsigned cycles) {
    if (cycles == 0) return {arrival, arrival};
    if (arrival < base_) return {arrival, arrival + cycles};
    Cycle first = kNever;
    Cycle word = arrival / 64;
    std::uint64_t before = (std::uint64_t{1} << (arrival % 64)) - 1;  // cycles of the first word that are too early
    for (unsigned left = cycles;; ++word, before = 0) {
      make_room_for(word);
      std::uint64_t& taken = words_[word % kWords];
      std::uint64_t free = ~(taken | before);
      if (free == 0) continue;
      if (first == kNever) first = word * 64 + static_cast<unsigned>(std::countr_zero(free));
      const auto found = static_cast<unsigned>(std::popcount(free));
      if (found < left) {
        taken |= free;
        left -= found;
        continue;
      }
      std::uint64_t rest = free;
      for (unsigned i = 1; i < left; ++i) rest &= rest - 1;  // no more than are set: rest is not zero
      const auto last = static_cast<unsigned>(std::countr_zero(rest));
      taken |= free & (~std::uint64_t{0} >> (63 - last));  // NOLINT(clang-analyzer-core.UndefinedBinaryOperatorResult)
      return {first, word * 64 + last + 1};
    }
  }

  // The ring covers [base_, base_ + kDepth). A word beyond it takes the place of the oldest, together with some after it: the next ones
  // will be wanted soon.
  void make_room_for(Cycle word) {
    const Cycle end = base_ / 64 + kWords;
    if (word < end) return;
    const Cycle more = word - end + kAhead;
    for (Cycle i = 0; i < std::min(more, kWords); ++i) words_[(end + more - 1 - i) % kWords] = 0;
    base_ += more * 64;
  }

  std::array<std::uint64_t, kWords> words_{};
  Cycle base_ = 0;
};

}  // namespace epysim::mesh
