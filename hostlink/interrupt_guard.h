#pragma once
// Ctrl-C and SIGTERM stop a simulation at once, in an orderly way. A second one ends the process.

namespace epysim::hostlink {

class Device;

/// While it lives, SIGINT and SIGTERM call device.interrupt(). One at a time.
class InterruptGuard {
 public:
  explicit InterruptGuard(Device& device);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

}  // namespace epysim::hostlink
