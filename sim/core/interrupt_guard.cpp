#include "sim/core/interrupt_guard.h"

#include <csignal>

namespace epysim::core {
namespace {

std::function<void()> stop_simulation;

void on_signal(int) { stop_simulation(); }

// No SA_RESTART: a program that waits for input must notice too. SA_RESETHAND: the second signal kills.
void install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard(std::function<void()> stop) {
  stop_simulation = std::move(stop);
  install(on_signal);
}

InterruptGuard::~InterruptGuard() { install(SIG_DFL); }

}  // namespace epysim::core
