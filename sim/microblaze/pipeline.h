#pragma once
// When an instruction issues: the price list of the MicroBlaze pipelines. In order, at most one instruction per cycle.
//
//   issue = max(next free cycle, ready[each register read])
//   next free cycle = issue + busy          ready[rd] = issue + busy + extra
//
// `busy` is how long an instruction holds the execute stage, `extra` how long its result is still on its way behind it. The three-stage
// pipeline finishes everything in the execute stage: no extra. A taken branch costs 2 more cycles, of which a delay slot uses one: a branch
// with slot is charged 1, and the slot's instruction its own. Where instruction fetch shares the port of local memory, a data access costs
// a fetch, which a stall may hide: the cycle delays what comes next, not the loaded register.
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
  void outside_load(const Instruction& insn) { ready_[insn.rd] = 0; }
  /// The branch just issued is taken.
  void taken(const Instruction& insn) { charge(core::Cause::Branch, penalty::kTaken - (insn.delay_slot ? 1 : 0)); }

  /// Forgets all dependencies; time and counters stay (a core reset).
  void reset() { ready_.fill(0); }

 private:
  void issue(const Instruction& insn, Cycle busy);

  std::array<Cycle, 32> ready_{};  // when a register can be read; in the past for most
  std::array<std::uint8_t, static_cast<std::size_t>(Unit::Count)> busy_{}, extra_{};
  Cycle shared_port_cycles_;
};

}  // namespace epysim::microblaze
