#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>

namespace epysim::cli {

Progress::Progress(bool quiet) : wanted_(!quiet && isatty(STDERR_FILENO) != 0), last_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::show(Cycle now, double clock_hz) {
  const auto time = std::chrono::steady_clock::now();
  if (!wanted_ || time - last_ < std::chrono::milliseconds(500)) return;
  last_ = time;
  shown_ = true;
  std::fprintf(stderr, "\r\033[K%.3f s simulated, %.0f million cycles", static_cast<double>(now) / clock_hz,
               static_cast<double>(now) / 1e6);
  std::fflush(stderr);
}

}  // namespace epysim::cli
