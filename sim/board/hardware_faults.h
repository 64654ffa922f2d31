#pragma once
// A board's hardware goes wrong on purpose (docs/faults.md): a core that stops, bits that flip in memory. Each happens in a cycle that the
// configuration names; which bits, among those that it allows, is from faults.seed.

#include <functional>
#include <string>
#include <vector>

#include "sim/core/dice.h"
#include "sim/core/fault_log.h"
#include "sim/core/types.h"

namespace epysim::core {
class Config;
class Multicore;
}  // namespace epysim::core

namespace epysim::board {

class HardwareFaults {
 public:
  /// Reads faults.core, faults.local and faults.dram. Throws UsageError for a core, or bytes, that the board has not got.
  HardwareFaults(const core::Config& config, core::Multicore& cores, Address dram, std::uint32_t dram_bytes,
                 std::function<void(const std::string&)> tell);

  /// When the next one happens; kNever when none will.
  Cycle next() const;
  /// Lets those happen that are due.
  void happen(Cycle now);

  const core::FaultLog& log() const { return log_; }

 private:
  struct Flips {
    std::string kind;
    std::uint64_t left = 0;
    Cycle next = kNever, every = 0;
    std::vector<Address> memories;  // one of which is hit
    Address first = 0;              // in each of them
    std::uint32_t bytes = 0;
    core::Dice dice;
  };
  Flips flips(const core::Config& config, const std::string& section, const std::string& place, std::uint32_t memory_bytes) const;
  void flip(Flips& flips);

  core::Multicore& cores_;
  core::FaultLog log_;
  int stops_;  // -1: no core
  Cycle stops_at_;
  bool stopped_ = false;
  std::vector<Flips> flips_;
};

}  // namespace epysim::board
