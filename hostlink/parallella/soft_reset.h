#pragma once
// Brings one core of a real board into the state that a loader expects, whatever it was doing, without touching the others.
//
// The chip has no register for that: the core itself has to leave its interrupts, so it is halted and given a small program that returns
// from each and then sleeps (Epiphany Architecture Reference, interrupts and debugging).

#include "hostlink/parallella/core_registers.h"

namespace epysim::hostlink {

/// Its scratchpad is zero afterwards. Throws ProgramError when the core does not react: then only a reset of the board helps.
void soft_reset(MappedMemory& memory, CoreRegisters& registers, int core);

}  // namespace epysim::hostlink
