#pragma once
// Commands that are Python programs: what stands in C++ becomes them.

#include <string>
#include <vector>

namespace epysim::cli {

/// Becomes Python 3 (EPYSIM_PYTHON, else Debian's, else the first on PATH) with these arguments, with our packages on its path and this
/// very epysim as the one that they start. Throws UsageError, in the name of `command`, when it cannot.
[[noreturn]] void become_python(const std::string& command, std::vector<std::string> arguments);

}  // namespace epysim::cli
