#pragma once
// Ctrl-C and SIGTERM stop a simulation at once, in an orderly way: the handler asks the board to stop. A second one ends the process.

#include <functional>

namespace epysim::core {

/// While it lives, SIGINT and SIGTERM call `stop`, which must be safe in a signal handler. One at a time.
class InterruptGuard {
 public:
  explicit InterruptGuard(std::function<void()> stop);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

}  // namespace epysim::core
