#include "hostlink/deadlock.h"

#include "hostlink/memory.h"

namespace epysim::hostlink {
Program::Position DeadlockWatch::position(std::size_t rank) const {
  return program_.position(read_as<epy_status>(device_, layout_.status(rank)).where);
}

std::vector<Failure> DeadlockWatch::look(const std::vector<std::size_t>& live) {
  std::vector<Seen> now;
  std::vector<epy_status> states;
  for (const std::size_t rank : live) {
    const auto state = read_as<epy_status>(device_, layout_.status(rank));
    const bool waits = state.activity == EPY_WAIT_RECV || state.activity == EPY_WAIT_SEND || state.activity == EPY_WAIT_BARRIER;
    if (!waits) {
      last_.clear();
      return {};
    }
    now.push_back({rank, state.progress});
    states.push_back(state);
  }
  const bool stuck = !now.empty() && now == last_;
  last_ = std::move(now);
  if (!stuck) return {};

  std::vector<Failure> failures;
  for (std::size_t i = 0; i < live.size(); ++i) {
    const epy_status& state = states[i];
    const Program::Position at = program_.position(state.where);
    const std::string partner = state.partner < layout_.cores.size() ? std::to_string(layout_.cores[state.partner]) : "?";
    Failure failure;
    failure.core = layout_.cores[live[i]];
    failure.error_class = "DeadlockError";
    failure.message = state.activity == EPY_WAIT_RECV   ? "waits for a message from core " + partner
                      : state.activity == EPY_WAIT_SEND ? "waits for core " + partner + " to take a message"
                                                        : "waits at a barrier";
    failure.function = at.function;
    failure.file = at.file;
    failure.line = at.line;
    failure.cycle = to_cycle(device_, device_.seconds());
    failures.push_back(std::move(failure));
  }
  return failures;
}

}  // namespace epysim::hostlink
