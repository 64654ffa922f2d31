#pragma once
// When an instruction issues: the price list of the MicroBlaze pipelines. In order, at most one instruction per cycle.
//
//   issue = max(next free cycle, ready[each register read])
//   next free cycle = issue + busy          ready[rd] = issue + busy + extra
//
// `busy` is how long an instruction holds the execute stage, `extra`, at most 2, how long its result is still on its way behind it; so
// never more than two are. The three-stage pipeline finishes everything in the execute stage: no extra. A taken branch costs 2 more cycles,
// of which a delay slot uses one: a branch with slot is charged 1, and the slot's instruction its own. Where instruction fetch shares the
// port of local memory, a data access costs a fetch, which a stall may hide: the cycle delays what comes next, not the loaded register.
//
// Figures: UG984 "MicroBlaze Processor Reference Guide", the latencies of the instruction pages and "Pipeline Hazards"; what results take
// longer, from the machine description of GCC. Breaks, special registers and cache instructions: from knowledge of the same manual, not
// re-read; interrupt and exception entry, wake-up and reset release are assumptions.

#include <array>
#include <cstdint>

#include "sim/core/cycle_ledger.h"
#include "sim/core/types.h"
#include "sim/microblaze/instruction.h"

namespace epysim::microblaze {

/// Cycles after the issue cycle.
namespace penalty {
inline constexpr Cycle kTaken = 2;     // taken branch, break; one less when it has a delay slot
inline constexpr Cycle kVector = 3;    // entering an interrupt, break or exception
inline constexpr Cycle kWakeUp = 4;    // from the end of a sleep
inline constexpr Cycle kRelease = 10;  // from the end of reset to the first fetch
}  // namespace penalty

/// What is on its way in a pipeline, counted from the next free cycle: two pipelines with the same Flight behave alike from here on.
struct Flight {
  struct Result {
    std::uint8_t reg = 0;   // 0: none
    std::uint8_t left = 0;  // cycles
    bool operator==(const Result&) const = default;
  };
  Result last;    // of the instruction issued last
  Result before;  // of the one before it
  bool operator==(const Flight&) const = default;
};

class Pipeline : public core::CycleLedger {
 public:
  /// `shared_port_cycles`: what a load or store of local memory costs because it shares a port with instruction fetch.
  Pipeline(bool five_stages, Cycle shared_port_cycles);

  /// The cycle in which `insn` would issue: its operands are there.
  Cycle earliest(const Instruction& insn) const;

  /// Issues any instruction. Its branch is not taken, its data access not priced yet.
  void issue(const Instruction& insn) { issue(insn, busy_[static_cast<std::size_t>(insn.unit)]); }
  /// A division by zero, which is known at once.
  void issue_short(const Instruction& insn) { issue(insn, 1); }
  /// The load or store just issued was one of local memory.
  void local_access() {
    if (shared_port_cycles_ != 0) charge(core::Cause::PortConflict, shared_port_cycles_);
  }
  /// The load just issued is answered from outside: nothing issues before that, so it leaves no dependency.
  void outside_load() { last_ = {}; }
  /// The branch just issued is taken.
  void taken(const Instruction& insn) { charge(core::Cause::Branch, penalty::kTaken - (insn.delay_slot ? 1 : 0)); }

  /// Forgets all dependencies; time and counters stay (a core reset).
  void reset() { last_ = before_ = {}; }

  // -- for engines that know beforehand what a run of instructions costs
  Flight flight() const { return {left_of(last_), left_of(before_)}; }
  /// Another one with the same prices, in cycle 0 with this on its way.
  Pipeline starting_with(const Flight& flight) const;
  /// Goes on at `at` with `flight`; `tally` explains the cycles in between.
  void arrive(const Tally& tally, const Flight& flight, Cycle at) {
    count(tally, at);
    set_flight(flight);
  }

 private:
  /// A result on its way: when the register can be read. Register 0 for none.
  struct Result {
    unsigned reg = 0;
    Cycle at = 0;
  };

  void issue(const Instruction& insn, Cycle busy);
  Flight::Result left_of(const Result& result) const {
    if (result.at <= now()) return {};
    return {static_cast<std::uint8_t>(result.reg), static_cast<std::uint8_t>(result.at - now())};
  }
  void set_flight(const Flight& flight) {
    last_ = {flight.last.reg, now() + flight.last.left};
    before_ = {flight.before.reg, now() + flight.before.left};
  }

  Result last_, before_;  // of the last two instructions
  std::array<std::uint8_t, static_cast<std::size_t>(Unit::Count)> busy_{}, extra_{};
  Cycle shared_port_cycles_;
};

}  // namespace epysim::microblaze
