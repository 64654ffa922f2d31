#pragma once
// A core's own clock, and what its cycles were for: every cycle that passes is charged to exactly one cause. Pipelines derive from it; they
// know the prices.

#include <array>
#include <cstdint>

#include "sim/core/cause.h"
#include "sim/core/types.h"

namespace epysim::core {

class CycleLedger {
 public:
  /// The earliest cycle in which the next instruction can issue: the core's local time.
  Cycle now() const { return cycle_; }

  /// Time passes without issue, for a reason.
  void charge(Cause cause, Cycle cycles) {
    charged_[static_cast<std::size_t>(cause)] += cycles;
    cycle_ += cycles;
  }
  void charge_until(Cause cause, Cycle at) {
    if (at > cycle_) charge(cause, at - cycle_);
  }

  std::uint64_t instructions() const { return instructions_; }
  /// Those of them that an FPU executed.
  std::uint64_t float_instructions() const { return float_instructions_; }
  Cycle charged(Cause cause) const { return charged_[static_cast<std::size_t>(cause)]; }
  /// Sums exactly to now().
  CauseAccount causes() const {
    CauseAccount account;
    for (std::size_t i = 0; i < kCauseCount; ++i) account.add(static_cast<Cause>(i), charged_[i]);
    account.add(Cause::Issue, instructions_);
    return account;
  }

  // -- for engines that know beforehand what a run of instructions costs
  /// Its cycles but those of an issue, in fields: dependency stalls, instructions of several cycles, branches, port of local memory.
  struct Tally {
    static constexpr unsigned kField = 16;
    static constexpr Cycle kMost = (1u << kField) - 1;
    std::uint64_t cycles = 0;
    std::uint64_t floats = 0;  // of its instructions, for an FPU

    void operator+=(const Tally& more) {
      cycles += more.cycles;
      floats += more.floats;
    }
    /// For a while fields may be negative.
    void operator-=(const Tally& less) {
      cycles -= less.cycles;
      floats -= less.floats;
    }
  };
  /// Of everything so far, which has been less than kMost cycles.
  Tally tally() const {
    Tally tally;
    for (std::size_t i = 0; i < kTallied.size(); ++i) tally.cycles += charged(kTallied[i]) << (i * Tally::kField);
    tally.floats = float_instructions_;
    return tally;
  }
  /// It is `at`; `tally` explains the at most kMost cycles since it was now(): in those that it does not name an instruction has issued.
  void count(const Tally& tally, Cycle at) {
    instructions_ += at - cycle_;
    float_instructions_ += tally.floats;
    cycle_ = at;
    for (std::size_t i = 0; i < kTallied.size(); ++i) {
      const Cycle cycles = tally.cycles >> (i * Tally::kField) & Tally::kMost;
      charged_[static_cast<std::size_t>(kTallied[i])] += cycles;
      instructions_ -= cycles;
    }
  }

 protected:
  /// One instruction issues, in this cycle; these cycles are not charged one by one.
  void count_issue(bool floating = false) {
    ++instructions_;
    float_instructions_ += floating ? 1 : 0;
    ++cycle_;
  }

 private:
  static constexpr std::array kTallied{Cause::DependencyStall, Cause::MultiCycle, Cause::Branch, Cause::PortConflict};

  Cycle cycle_ = 0;
  std::uint64_t instructions_ = 0, float_instructions_ = 0;
  std::array<Cycle, kCauseCount> charged_{};
};

}  // namespace epysim::core
