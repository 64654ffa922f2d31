// epysim run: an ePython program on the cores of a board.

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/machine.h"
#include "hostlink/run.h"

namespace epysim::cli {
namespace {

struct RunOptions {
  CommonOptions common;
  MachineOptions machine;
  std::filesystem::path program;
  std::string dialect;
  int host_cores = 0;
  bool time = false;
  bool strict = false;
};

int run(const RunOptions& options) {
  hostlink::RunRequest request;
  request.machine = options.machine.request(options.common);
  request.machine.host_cores = options.host_cores;
  request.program = options.program;
  if (!options.dialect.empty()) request.dialect = options.dialect == "modern" ? hostlink::Dialect::kModern : hostlink::Dialect::kLegacy;
  request.time = options.time;

  hostlink::ConsoleOutput output(options.common.quiet);
  hostlink::ConsoleInput input;
  nlohmann::ordered_json statistics;
  const bool wanted = !options.common.statistics.empty() || options.common.verbose;
  const hostlink::RunOutcome outcome = hostlink::run_program(request, output, input, wanted ? &statistics : nullptr);
  if (options.common.verbose) summarise(statistics);
  if (!options.common.statistics.empty()) write_statistics(options.common.statistics, statistics);
  return options.strict ? judge_strictly(outcome.exit_code, outcome.diagnosed) : outcome.exit_code;
}

}  // namespace

void add_run(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = root.add_subcommand("run", "Compile an ePython program and run it on the cores of a board");
  command->add_option("FILE", options->program, "ePython program (.py), or byte code from `epysim compile` (.epb)")->required();
  command
      ->add_option("--dialect", options->dialect,
                   "Language rules: legacy (as published) or modern (as CPython) [what the file says, else legacy]")
      ->check(CLI::IsMember({"legacy", "modern"}));
  command->add_option("--host-cores", options->host_cores, "Virtual cores on the host: beside those of --cores, or alone [0]")
      ->check(CLI::Range(0, 64))
      ->option_text("N");
  command->add_flag("-t,--time", options->time, "Say when each core completed, in simulated seconds");
  command->add_flag("--strict", options->strict, "A run with diagnostics has failed");
  options->machine.add_to(*command);
  options->common.add_to(*command);
  describe(*command, "epysim run --cores 4 --stats s.json examples/reduce.py");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace epysim::cli
