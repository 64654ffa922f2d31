#pragma once
// A core's state as a report shows it.

namespace epysim::core {

/// Reset: not started yet. Halted: by a debugger, a breakpoint, or a TRAP without a service. Exited: its program has ended.
enum class CoreState { Reset, Running, Idle, Halted, Exited };

}  // namespace epysim::core
