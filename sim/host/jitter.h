#pragma once
// A seeded factor around one, in integers, the same on every machine (the standard library's distributions are not).
//
//   next(t) = t * (1 - j + 2 j u), u uniform in [0, 1], from core::Dice

#include <cstdint>

#include "sim/core/dice.h"
#include "sim/core/types.h"

namespace epysim::host {

class Jitter {
 public:
  /// `fraction` is j, 0 (none) to 1.
  Jitter(double fraction, std::uint64_t seed) : span_(static_cast<std::uint64_t>(fraction * kOne)), dice_(seed) {}

  Cycle next(Cycle mean) {
    const std::uint64_t factor = kOne - span_ + dice_.next() % (2 * span_ + 1);
    // In two parts, so that a service of many hours cannot overflow.
    return mean / kOne * factor + mean % kOne * factor / kOne;
  }

 private:
  static constexpr std::uint64_t kOne = 1 << 20;

  std::uint64_t span_;
  core::Dice dice_;
};

}  // namespace epysim::host
