#include "hostlink/interrupt_guard.h"

#include <csignal>

#include "hostlink/device.h"

namespace epysim::hostlink {
namespace {

Device* guarded = nullptr;

void on_signal(int) { guarded->interrupt(); }

// No SA_RESTART: a program that waits for input must notice too. SA_RESETHAND: the second signal kills.
void install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard(Device& device) {
  guarded = &device;
  install(on_signal);
}

InterruptGuard::~InterruptGuard() {
  install(SIG_DFL);
  guarded = nullptr;
}

}  // namespace epysim::hostlink
