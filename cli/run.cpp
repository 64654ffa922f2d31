// epysim run: an ePython program on the cores of a board.

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/host_program.h"
#include "cli/image_file.h"
#include "cli/machine.h"
#include "hostlink/run.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

struct RunOptions {
  CommonOptions common;
  MachineOptions machine;
  std::filesystem::path program;
  std::vector<std::string> arguments;
  bool full_python = false;
  bool interactive = false;
  std::string dialect;
  int host_cores = 0;
  std::optional<std::string> text;
  std::filesystem::path output;
  bool preprocessed = false;
  bool sizes = false;
  bool keep_going = false;
  bool time = false;
  bool strict = false;
};

hostlink::RunRequest request_of(const RunOptions& options) {
  hostlink::RunRequest request;
  request.machine = options.machine.request(options.common);
  request.machine.host_cores = options.host_cores;
  request.program = options.program;
  if (!options.dialect.empty()) request.dialect = options.dialect == "modern" ? hostlink::Dialect::kModern : hostlink::Dialect::kLegacy;
  request.time = options.time;
  request.keep_going = options.keep_going;
  if (options.text) {
    request.program = "<text>";
    request.text = *options.text + "\n";
  } else if (options.program == "-") {
    request.program = "<stdin>";
    request.text = std::string(std::istreambuf_iterator<char>(std::cin), {});
  } else if (options.program.empty()) {
    throw UsageError("run: no FILE is given, and no --text");
  }
  return request;
}

// The text of the program and of every module that it uses.
void print_sources(const compiler::Image& image) {
  for (const std::string& file : image.files) std::cout << "# " << file << "\n" << image.sources.at(file);
  std::cout.flush();
}

// Options that are about a program of the cores alone.
void run_with_python(const RunOptions& options) {
  if (options.text || options.program == "-")
    throw UsageError("run: --full-python and --interactive take a FILE; standard input is Python's");
  if (options.full_python && options.program.empty()) throw UsageError("run: --full-python needs a FILE; a prompt alone is --interactive");
  if (options.preprocessed || !options.output.empty() || options.sizes || options.keep_going || options.time || options.strict ||
      options.host_cores > 0 || !options.dialect.empty()) {
    throw UsageError(
        "run: with --full-python or --interactive there are no --preprocessed, --output, --sizes, --keep-going, --time, --strict, "
        "--host-cores "
        "and --dialect; a program says its dialect in its first line");
  }
  run_host_program({options.program, options.arguments, options.interactive}, options.common, options.machine);
}

int run(const RunOptions& options) {
  if (options.full_python || options.interactive) run_with_python(options);
  if (!options.arguments.empty()) {
    throw UsageError("run: one FILE only, and '" + options.arguments.front() +
                     "' comes behind it; arguments are for host programs: add --full-python, or leave it out");
  }
  const hostlink::RunRequest request = request_of(options);
  if (options.preprocessed || !options.output.empty() || options.sizes) {
    if (options.preprocessed) print_sources(hostlink::image_of(request));
    if (!options.output.empty()) write_image_file(hostlink::image_of(request), options.output);
    if (options.sizes) std::cout << hostlink::sizes_of(request) << std::flush;
    return kDone;
  }
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
  command->add_option("FILE", options->program, "ePython program (.py), byte code from `epysim compile` (.epb), or - for standard input");
  command->add_option("ARGS", options->arguments, "Arguments of a host program, with --full-python (after -- if they begin with a dash)");
  command->add_flag(
      "--full-python", options->full_python,
      "The host's Python takes part: FILE is run by it when it imports epython; else FILE runs on the cores, and Python, with a "
      "program from standard input or at its prompt, is one core more");
  command->add_flag("--interactive", options->interactive,
                    "As --full-python, and Python stays at its prompt; the board and its data stay with it");
  command->add_option("--text", options->text, "The program itself, in place of FILE")->option_text("PROGRAM");
  command->add_option("-o,--output", options->output, "Write a byte code image instead of running")->option_text("FILE.epb");
  command->add_flag("--sizes", options->sizes, "Say what the program takes of a core's memory instead of running");
  command->add_flag("--preprocessed", options->preprocessed, "Print the program with its modules instead of running");
  command->add_flag("--keep-going", options->keep_going, "Let the other cores go on when one has failed");
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
