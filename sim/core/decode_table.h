#pragma once
// Finds the line of an instruction table that a word belongs to: (word & line.mask) == line.match, and of several such lines the one with
// the most mask bits. The bits kShift .. kShift + kWidth - 1 of a word, chosen where an instruction set's lines differ most, select a
// handful of candidates to compare.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace epysim::core {

template <typename Line, unsigned kShift, unsigned kWidth>
class DecodeTable {
 public:
  explicit DecodeTable(std::span<const Line> lines) {
    std::vector<const Line*> by_specificity;
    for (const Line& line : lines) by_specificity.push_back(&line);
    std::stable_sort(by_specificity.begin(), by_specificity.end(),
                     [](const Line* a, const Line* b) { return std::popcount(a->mask) > std::popcount(b->mask); });
    for (std::uint32_t index = 0; index < kSlots; ++index) {
      first_[index] = static_cast<std::uint16_t>(candidates_.size());
      for (const Line* line : by_specificity) {
        if (((index << kShift ^ line->match) & line->mask & kIndexBits) == 0) candidates_.push_back(line);
      }
    }
    first_[kSlots] = static_cast<std::uint16_t>(candidates_.size());
  }

  /// nullptr for a word that is no instruction.
  const Line* find(std::uint32_t word) const {
    const std::uint32_t index = (word & kIndexBits) >> kShift;
    for (std::uint16_t i = first_[index]; i != first_[index + 1]; ++i) {
      if ((word & candidates_[i]->mask) == candidates_[i]->match) return candidates_[i];
    }
    return nullptr;
  }

 private:
  static constexpr std::uint32_t kSlots = 1u << kWidth;
  static constexpr std::uint32_t kIndexBits = (kSlots - 1) << kShift;
  std::vector<const Line*> candidates_;
  std::array<std::uint16_t, kSlots + 1> first_{};
};

}  // namespace epysim::core
