#pragma once
// What a PicoRV32 is built with: the parameters of its Verilog module that make a difference here, by their names there.

#include <cstdint>
#include <string_view>

#include "sim/core/types.h"

namespace epysim::picorv32 {

/// What an instruction needs.
enum class Option : std::uint8_t { Always, Multiplier, Divider, Counters, Interrupts };

struct Options {
  bool multiplier = true;          // ENABLE_MUL
  bool divider = true;             // ENABLE_DIV
  bool counters = true;            // ENABLE_COUNTERS
  bool interrupts = true;          // ENABLE_IRQ with its q registers, without its timer
  bool dual_port = true;           // ENABLE_REGS_DUALPORT
  bool barrel_shifter = false;     // BARREL_SHIFTER; without it TWO_STAGE_SHIFT
  Cycle memory_wait = 0;           // cycles by which memory answers later than in the cycle of the request
  bool linux_system_calls = true;  // ECALL is a system call with Linux's numbers

  bool has(Option option) const {
    switch (option) {
      case Option::Multiplier:
        return multiplier;
      case Option::Divider:
        return divider;
      case Option::Counters:
        return counters;
      case Option::Interrupts:
        return interrupts;
      default:
        return true;
    }
  }
};

constexpr std::string_view parameter(Option option) {
  switch (option) {
    case Option::Multiplier:
      return "ENABLE_MUL";
    case Option::Divider:
      return "ENABLE_DIV";
    case Option::Counters:
      return "ENABLE_COUNTERS";
    case Option::Interrupts:
      return "ENABLE_IRQ";
    default:
      return "";
  }
}

}  // namespace epysim::picorv32
