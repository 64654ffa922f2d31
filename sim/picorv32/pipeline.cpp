#include "sim/picorv32/pipeline.h"

namespace epysim::picorv32 {

using core::Cause;

/// From the cycle in which the instruction is there to the one in which the next may be.
Cycle Pipeline::busy(const Instruction& insn, std::uint32_t b) const {
  const Cycle second_read = insn.two_registers && !options_.dual_port ? 1 : 0;
  switch (insn.unit) {
    case Unit::Shift: {
      const Cycle distance = b & 31u;
      return (options_.barrel_shifter ? 3 : 4 + distance / 4 + distance % 4) + second_read;  // by four places, then by one
    }
    case Unit::Multiply:
    case Unit::Divide:
      return 40;
    case Unit::MultiplyHigh:
      return 72;
    case Unit::System:
      return 4;
    default:
      return 3 + second_read;
  }
}

void Pipeline::issue(const Instruction& insn, std::uint32_t b) {
  count_issue();
  switch (insn.unit) {
    case Unit::Jump:
      return taken();
    case Unit::JumpRegister:  // of jalr; a return from the interrupt handler needs no addition
      if (insn.action == Action::Jump) charge(Cause::MultiCycle, 1);
      charge(Cause::MultiCycle, 1);
      return charge(Cause::Branch, 3 + options_.memory_wait);
    default: {
      const Cycle cycles = busy(insn, b), fetched = 3 + options_.memory_wait;
      charge(Cause::MultiCycle, cycles - 1);
      if (fetched > cycles) charge(Cause::FetchStall, fetched - cycles);
    }
  }
}

}  // namespace epysim::picorv32
