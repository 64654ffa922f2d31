#pragma once
// A line about how far a long run is, on standard error, only when that is a terminal, at most twice a second.

#include <chrono>

#include "sim/core/types.h"

namespace epysim::cli {

class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();  // wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void show(Cycle now, double clock_hz);

 private:
  bool wanted_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace epysim::cli
