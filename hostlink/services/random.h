#pragma once
// Random numbers for device programs: SplitMix64, one independent stream per core, the same on every machine.

#include <cstdint>

namespace epysim::hostlink {

class Random {
 public:
  Random(std::uint64_t seed, std::uint32_t core) : state_(seed * 0x9e3779b97f4a7c15ull + (core + 1) * 0xd1b54a32d192ed03ull) {}

  /// 31 random bits.
  std::uint32_t bits() {
    state_ += 0x9e3779b97f4a7c15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 33);
  }
  /// Uniform in 0 .. limit-1; 31 bits for a limit of 0.
  std::uint32_t below(std::uint32_t limit) { return limit == 0 ? bits() : static_cast<std::uint32_t>(std::uint64_t{bits()} * limit >> 31); }

 private:
  std::uint64_t state_;
};

}  // namespace epysim::hostlink
