#pragma once
// The commands of epysim. Each function below is in the file of its command's name; it adds the command to `root` and, when the command
// is chosen, runs it and stores its exit code.

#include <CLI/CLI.hpp>

namespace epysim::cli {

/// Exit codes (README): other numbers are those of the program that `exec` ran.
enum ExitCode : int { kDone = 0, kProgramFailed = 1, kWrongUse = 2, kInternalFault = 3, kInterrupted = 130 };

void add_run(CLI::App& root, int& exit_code);
void add_exec(CLI::App& root, int& exit_code);
void add_compare(CLI::App& root, int& exit_code);
void add_board(CLI::App& root, int& exit_code);
void add_serve(CLI::App& root, int& exit_code);
void add_replay(CLI::App& root, int& exit_code);
void add_compile(CLI::App& root, int& exit_code);
void add_disasm(CLI::App& root, int& exit_code);
void add_bench(CLI::App& root, int& exit_code);
void add_validate(CLI::App& root, int& exit_code);
void add_laboratory(CLI::App& root);  // sweep, tune, reproduce

}  // namespace epysim::cli
