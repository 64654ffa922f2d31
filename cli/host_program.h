#pragma once
// The host's own Python beside the cores: `run --full-python`, `run --interactive`.

#include <filesystem>
#include <string>
#include <vector>

#include "cli/common_options.h"
#include "cli/machine.h"

namespace epysim::cli {

struct HostProgram {
  std::filesystem::path file;          // a host program (it imports epython) or one of the cores; empty: a prompt alone
  std::vector<std::string> arguments;  // of a host program
  bool prompt = false;                 // Python stays at its prompt
};

/// Becomes Python: a host program is run as `python3 FILE` would; a program of the cores is started on the board, and Python, at its prompt
/// or with a program from standard input, is one core more. The board is as the options say, whatever a host program asks for. Throws
/// UsageError for options that such a board does not have.
[[noreturn]] void run_host_program(const HostProgram& program, const CommonOptions& common, const MachineOptions& machine);

}  // namespace epysim::cli
