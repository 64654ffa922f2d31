#pragma once
// How a run, or one kernel, ended.

#include <string>
#include <vector>

#include "sim/core/types.h"

namespace epysim::hostlink {

/// Why a core failed.
struct Failure {
  int core = -1;            // -1: it never got a core
  std::string error_class;  // "IndexError"; "DeadlockError", "TimeoutError", "LinkError" and "CoreError" are the monitor's own
  std::string message;      // "index out of range"
  std::string kernel;       // empty when a whole program runs
  std::string function;     // the function it happened in; empty for the top level, or when unknown
  std::string file;         // empty when unknown
  int line = 0;
  Cycle cycle = 0;  // device time
};

/// The complete sentence: "a.py:3: IndexError: index out of range (core 3, kernel k, in helper, cycle 12345)".
std::string sentence(const Failure& failure);

enum class Status { Done, Failed, Interrupted };

struct Outcome {
  Status status = Status::Done;
  std::vector<Failure> failures;  // in the order in which they were noticed
};

/// The failures as lines for people: those that differ only in the core are told once.
std::vector<std::string> report(const std::vector<Failure>& failures);

}  // namespace epysim::hostlink
