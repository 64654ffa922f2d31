#include "cli/host_program.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "cli/python.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

bool imports_epython(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw UsageError("cannot read " + file.string());
  static const std::regex import("^[ \t]*(import|from)[ \t]+epython\\b.*");
  for (std::string line; std::getline(in, line);)
    if (std::regex_match(line, import)) return true;
  return false;
}

void refuse(const std::string& option) {
  throw UsageError(option + " has no meaning for a host's Python; what there is besides --cores, --board and the like: epython.config()");
}

// The options of epython.config() (python/epython/settings.py).
nlohmann::json board_options(const CommonOptions& common, const MachineOptions& machine) {
  if (!machine.vm.empty()) refuse("--vm");
  if (!common.silence.empty()) refuse("--silence");
  const CommonOptions usual;
  const MachineOptions usual_machine;
  nlohmann::json options = nlohmann::json::object();
  if (common.board != usual.board) options["board"] = common.board;
  if (!common.cores.empty()) options["cores"] = common.cores;
  if (!common.overrides.empty()) options["set"] = common.overrides;
  if (!common.statistics.empty()) options["stats"] = common.statistics;
  if (!common.trace.empty()) options["trace"] = common.trace;
  if (common.seed != usual.seed) options["seed"] = common.seed;
  if (common.max_cycles != usual.max_cycles) options["max_cycles"] = common.max_cycles;
  if (machine.code != usual_machine.code) options["code"] = machine.code;
  if (machine.data != usual_machine.data) options["data"] = machine.data;
  if (machine.stack != usual_machine.stack) options["stack"] = machine.stack;
  if (machine.heap) options["heap"] = *machine.heap;
  if (!machine.device.empty()) options["device"] = machine.device;
  if (!machine.record.empty()) options["record"] = machine.record;
  return options;
}

}  // namespace

void run_host_program(const HostProgram& program, const CommonOptions& common, const MachineOptions& machine) {
  const nlohmann::json options = board_options(common, machine);
  if (!options.empty()) setenv("EPYTHON_STUDY", nlohmann::json{{"options", options}}.dump().c_str(), 1);
  const bool host_program = !program.file.empty() && imports_epython(program.file);
  if (!host_program && !program.arguments.empty())
    throw UsageError("a program of the cores takes no arguments; " + program.file.string() + " does not import epython");
  std::vector<std::string> words;
  if (program.prompt || (!host_program && isatty(STDIN_FILENO) != 0)) words.emplace_back("-i");
  if (!host_program) words.insert(words.end(), {"-m", "epython.console"});
  if (!program.file.empty()) words.push_back(program.file.string());
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  become_python("run", std::move(words));
}

}  // namespace epysim::cli
