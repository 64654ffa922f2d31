#pragma once
// A seeded factor around one, in integers, the same on every machine (the standard library's distributions are not).
//
//   next(t) = t * (1 - j + 2 j u), u uniform in [0, 1], from a SplitMix64 sequence

#include <cstdint>

#include "sim/core/types.h"

namespace epysim::host {

class Jitter {
 public:
  /// `fraction` is j, 0 (none) to 1.
  Jitter(double fraction, std::uint64_t seed) : span_(static_cast<std::uint64_t>(fraction * kOne)), state_(seed) {}

  Cycle next(Cycle mean) {
    const std::uint64_t factor = kOne - span_ + random() % (2 * span_ + 1);
    // In two parts, so that a service of many hours cannot overflow.
    return mean / kOne * factor + mean % kOne * factor / kOne;
  }

 private:
  static constexpr std::uint64_t kOne = 1 << 20;

  std::uint64_t random() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  std::uint64_t span_;
  std::uint64_t state_;
};

}  // namespace epysim::host
