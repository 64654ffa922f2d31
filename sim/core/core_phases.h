#pragma once
// What the timeline shows of each core of a chip: running, idle, waiting for the host. One open slice per core.

#include <cstddef>
#include <string>
#include <vector>

#include "sim/core/core_state.h"
#include "sim/core/trace_sink.h"
#include "sim/core/types.h"

namespace epysim::core {

class CorePhases {
 public:
  /// `trace` is not owned; null: nothing is kept.
  CorePhases(std::size_t cores, TraceSink* trace) : phases_(cores), trace_(trace) {}

  void show(int core, CoreState state, bool host_wait, Cycle at) {
    const char* const name = host_wait                     ? "host wait"
                             : state == CoreState::Running ? "running"
                             : state == CoreState::Idle    ? "idle"
                                                           : nullptr;
    if (trace_ != nullptr && name != phases_[static_cast<std::size_t>(core)].name) next(core, name, at);
  }
  /// Closes the slice of a core.
  void finish(int core, Cycle end) {
    if (trace_ != nullptr) next(core, nullptr, end);
  }

 private:
  struct Phase {
    const char* name = nullptr;
    Cycle begin = 0;
  };
  void next(int core, const char* name, Cycle at) {
    Phase& phase = phases_[static_cast<std::size_t>(core)];
    if (at < phase.begin) at = phase.begin;
    if (phase.name != nullptr && at > phase.begin) trace_->slice("core " + std::to_string(core), phase.name, phase.begin, at);
    phase = {name, at};
  }

  std::vector<Phase> phases_;
  TraceSink* trace_;
};

}  // namespace epysim::core
