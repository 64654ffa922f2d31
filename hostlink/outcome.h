#pragma once
// How a run, or one kernel, ended.

#include <string>
#include <vector>

namespace epysim::hostlink {

/// Why a core failed. `text` is the complete sentence for people; the other fields are the same facts one by one.
struct Failure {
  int core = -1;
  std::string error_class;  // "IndexError"; "DeadlockError", "TimeoutError" and "CoreError" are the monitor's own
  std::string message;      // "index out of range"
  std::string function;     // the function (or kernel) it happened in; empty when unknown
  std::string file;         // empty when unknown
  int line = 0;
  double seconds = 0;  // device time
  std::string text;
};

enum class Status { Done, Failed, Interrupted };

struct Outcome {
  Status status = Status::Done;
  std::vector<Failure> failures;  // in the order in which they were noticed
};

/// The failures as lines for people: those that differ only in the core are told once.
std::vector<std::string> report(const std::vector<Failure>& failures);

}  // namespace epysim::hostlink
