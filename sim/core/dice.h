#pragma once
// Chance from a seed, in integers, the same on every machine (the standard library's distributions are not): SplitMix64.

#include <cstdint>

namespace epysim::core {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// 0 to `count` - 1; `count` is far below 2^64, so that all are as good as equally likely.
  std::uint64_t below(std::uint64_t count) { return next() % count; }

 private:
  std::uint64_t state_;
};

/// Something that happens to a fraction of the events, at most so often.
class Chance {
 public:
  Chance(double fraction, std::uint64_t most, std::uint64_t seed)
      : threshold_(static_cast<std::uint64_t>(fraction * kOne)), left_(threshold_ == 0 ? 0 : most), dice_(seed) {}

  /// Whether it ever will again.
  bool possible() const { return left_ > 0; }
  /// Whether it happens to this event.
  bool strikes() {
    if (left_ == 0 || dice_.below(kOne) >= threshold_) return false;
    --left_;
    return true;
  }
  Dice& dice() { return dice_; }

 private:
  static constexpr std::uint64_t kOne = std::uint64_t{1} << 32;
  std::uint64_t threshold_;
  std::uint64_t left_;
  Dice dice_;
};

}  // namespace epysim::core
