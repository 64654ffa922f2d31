#include "hostlink/deadlock.h"

#include "hostlink/memory.h"

namespace epysim::hostlink {
Program::Position DeadlockWatch::position(std::size_t rank) const {
  return program_.position(read_as<epy_mailbox>(device_, layout_.mailbox(rank)).where);
}

std::vector<Failure> DeadlockWatch::look(const std::vector<std::size_t>& live) {
  std::vector<Seen> now;
  std::vector<epy_mailbox> boxes;
  for (const std::size_t rank : live) {
    const auto box = read_as<epy_mailbox>(device_, layout_.mailbox(rank));
    const bool waits = box.activity == EPY_WAIT_RECV || box.activity == EPY_WAIT_SEND || box.activity == EPY_WAIT_BARRIER;
    if (!waits) {
      last_.clear();
      return {};
    }
    now.push_back({rank, box.progress});
    boxes.push_back(box);
  }
  const bool stuck = !now.empty() && now == last_;
  last_ = std::move(now);
  if (!stuck) return {};

  std::vector<Failure> failures;
  for (std::size_t i = 0; i < live.size(); ++i) {
    const epy_mailbox& box = boxes[i];
    const Program::Position at = program_.position(box.where);
    const std::string partner = box.partner < layout_.cores.size() ? std::to_string(layout_.cores[box.partner]) : "?";
    Failure failure;
    failure.core = layout_.cores[live[i]];
    failure.error_class = "DeadlockError";
    failure.message = box.activity == EPY_WAIT_RECV   ? "waits for a message from core " + partner
                      : box.activity == EPY_WAIT_SEND ? "waits for core " + partner + " to take a message"
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
