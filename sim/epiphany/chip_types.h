#pragma once
// The words in which a chip and whoever drives it talk to each other. Unit of time: cycles of the core clock.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/cause.h"
#include "sim/core/types.h"
#include "sim/epiphany/core_state.h"
#include "sim/epiphany/misuse.h"

namespace epysim::core {
class TraceSink;
}

namespace epysim::epiphany {

/// One misuse of the machine by the program, reported once per kind and program counter of a core.
struct Diagnostic {
  int core = 0;
  Misuse kind = Misuse::Unaligned;
  Address pc = 0;
  Cycle cycle = 0;
  std::string text;  // "unaligned load of 4 bytes at 0x00001002"
};

/// Plain memory without wait states, over whatever else answers at those addresses (except the cores' local alias below 1 MB).
struct RamWindow {
  Address base = 0;
  std::uint32_t bytes = 0;
};

struct ChipOptions {
  std::vector<RamWindow> ram;
  core::TraceSink* trace = nullptr;                    // not owned; may be null
  std::function<void(const Diagnostic&)> diagnostics;  // may be empty
  std::vector<std::string> arguments;                  // argv of a native program, for the system calls behind TRAP
  bool autonomous = false;
};

/// A store by a core into a watched word of off-chip memory.
struct Ring {
  Address address = 0;
  int core = -1;
  Cycle at = 0;
};

enum class ChipStop { Doorbell, AllStopped, Deadline, Interrupted };

/// One core as a report shows it.
struct CoreSnapshot {
  CoreState state = CoreState::Reset;
  Address pc = 0;
  Cycle cycle = 0;  // local time; causes sum to it
  std::uint64_t instructions = 0;
  std::uint64_t dual_issues = 0;
  std::uint64_t diagnostics = 0;  // misuses, including repeated ones
  std::optional<int> exit_code;   // of an exited core
  core::CauseAccount causes;
};

}  // namespace epysim::epiphany
