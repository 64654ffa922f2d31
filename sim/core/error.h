#pragma once
// The kinds of failure that a user meets; the command line turns each into its exit code.

#include <stdexcept>
#include <string>

namespace epysim {

/// The program under test failed, on a core or in its source (exit code 1). The text is complete: what, where, why.
class ProgramError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Wrong use of epysim: bad option, missing file, bad configuration, not an ELF (exit code 2). The text says what was
/// wrong, where, and what to do.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Anything else that escapes is a fault of the simulator itself (exit code 3).

}  // namespace epysim
