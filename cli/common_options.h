#pragma once
// The options that every command which builds a board understands.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/types.h"

namespace epysim::cli {

struct CommonOptions {
  std::string board = "parallella";
  std::string cores;                   // empty = all
  std::vector<std::string> overrides;  // KEY=VALUE
  std::filesystem::path statistics;    // "-" = standard output; empty = none
  std::filesystem::path trace;
  std::uint64_t seed = 0;
  Cycle max_cycles = kNever;
  std::vector<std::string> silence;  // kinds of diagnostics
  bool quiet = false;
  bool verbose = false;

  void add_to(CLI::App& command);
};

/// Puts an example under a command's help text.
void describe(CLI::App& command, const std::string& example);

/// --verbose: the run in one line on standard error.
void summarise(const nlohmann::ordered_json& document);

/// --strict: fails a run that had diagnostics, with a summary on standard error. Returns the exit code to go on with.
int judge_strictly(int code, const std::vector<std::pair<std::string, int>>& diagnosed);

/// Writes a statistics document. Throws UsageError when the file cannot be written.
void write_statistics(const std::filesystem::path& file, const nlohmann::ordered_json& document);

}  // namespace epysim::cli
