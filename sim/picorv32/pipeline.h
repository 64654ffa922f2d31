#pragma once
// What instructions of a PicoRV32 cost: a state machine that works on one instruction at a time, and fetches the next one meanwhile by the
// port that data goes through as well.
//
//   an instruction       max(busy, 3 + wait)                 `busy` by its unit, see pipeline.cpp
//   load, store          + 2 + wait                          the port is free for data when the next instruction is there
//   branch taken         + 2 + wait                          the instruction that was fetched is the wrong one
//   jal, jalr, retirq    1, 3 or 2, and 2, 3 or 3 + wait     nothing is fetched ahead
//
// `wait` is by how many cycles memory answers later than in the cycle of the request: 0 in the published figures.
//
// Figures: "Cycles per Instruction Performance" in the description of the core ("PicoRV32 - A Size-Optimized RISC-V CPU"), both columns;
// what it does not list (counters, the core's own instructions, entry to the interrupt handler, release from reset, `wait`) by counting the
// states of its Verilog source. A shift with the barrel shifter costs what any computation does.

#include <algorithm>
#include <cstdint>

#include "sim/core/cycle_ledger.h"
#include "sim/core/types.h"
#include "sim/picorv32/instruction.h"
#include "sim/picorv32/options.h"

namespace epysim::picorv32 {

namespace penalty {
inline constexpr Cycle kHandler = 4;  // entering the interrupt handler
inline constexpr Cycle kRelease = 3;  // from the end of reset to the first instruction
}  // namespace penalty

class Pipeline : public core::CycleLedger {
 public:
  explicit Pipeline(const Options& options) : options_(options) {}

  /// When the data access of this load or store, as the next instruction, is on the bus.
  Cycle access_at(const Instruction& insn) const { return now() + std::max(busy(insn, 0), 3 + options_.memory_wait) + 1; }

  /// Issues any instruction; `b` is its second operand. Its branch is not taken, its data access not priced yet.
  void issue(const Instruction& insn, std::uint32_t b);
  /// The branch just issued is taken.
  void taken() { charge(core::Cause::Branch, 2 + options_.memory_wait); }
  /// The load or store just issued was one of local memory.
  void local_access() { charge(core::Cause::PortConflict, 2 + options_.memory_wait); }

 private:
  Cycle busy(const Instruction& insn, std::uint32_t b) const;

  const Options& options_;
};

}  // namespace epysim::picorv32
