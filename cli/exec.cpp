// epysim exec: any native ELF on the cores of a board, with TRAP services for its input and output.

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/link_faults.h"
#include "cli/progress.h"
#include "sim/board/board.h"
#include "sim/board/core_list.h"
#include "sim/core/chrome_trace.h"
#include "sim/core/config.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"
#include "sim/core/integer_text.h"
#include "sim/core/interrupt_guard.h"
#include "sim/host/host_model.h"

namespace epysim::cli {
namespace {

constexpr Cycle kProgressInterval = 50'000'000;  // simulated cycles between two looks at the wall clock

struct ExecOptions {
  CommonOptions common;
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::vector<std::string> ram;
  bool strict = false;
};

// "0x80000000:32M"
core::RamWindow parse_ram(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto base = core::integer_from_text(text.substr(0, colon));
  const auto bytes = colon == std::string::npos ? std::nullopt : core::integer_from_text(text.substr(colon + 1));
  constexpr std::int64_t kAddressSpace = std::int64_t{1} << 32;
  if (!base || !bytes || *base < 0 || *bytes <= 0 || *base >= kAddressSpace || *bytes > kAddressSpace - *base || *bytes >= kAddressSpace)
    throw UsageError("--ram " + text + ": write it as BASE:SIZE inside the 32-bit address space, for example --ram 0x80000000:32M");
  return {static_cast<Address>(*base), static_cast<std::uint32_t>(*bytes)};
}

std::string state_name(const board::CoreView& core) {
  switch (core.state) {
    case core::CoreState::Reset:
      return "not started";
    case core::CoreState::Running:
      return "running";
    case core::CoreState::Idle:
      return "asleep in IDLE";
    case core::CoreState::Halted:
      return "halted";
    case core::CoreState::Exited:
      return "exited with code " + std::to_string(core.exit_code.value_or(0));
  }
  return "in an unknown state";
}

// Where a core is, on one line.
std::string describe(const board::CoreView& core) {
  char pc[16];
  std::snprintf(pc, sizeof pc, "0x%08x", static_cast<unsigned>(core.pc));
  std::string text = "  core " + std::to_string(core.id) + ": " + state_name(core) + " at " + pc;
  if (!core.symbol.empty()) text += " <" + core.symbol + ">";
  if (!core.source.empty()) text += " (" + core.source + ")";
  return text + ", cycle " + std::to_string(core.cycle);
}

void report(const std::string& headline, const board::Board& board, const std::vector<int>& cores) {
  std::cerr << "epysim: " << headline << '\n';
  for (const int core : cores) std::cerr << describe(board.view(core)) << '\n';
  std::cerr.flush();
}

board::Stop run_to_end(board::Board& board, bool quiet) {
  Progress progress(quiet);
  for (;;) {
    const Cycle deadline = board.now() + kProgressInterval;
    const board::Stop stop = board.run(deadline);
    if (stop != board::Stop::Deadline && stop != board::Stop::Doorbell) return stop;
    progress.show(board.now(), board.clock_hz());
  }
}

// The first exit code that is not 0, by core; failure when a core ended in any other way.
int conclude(board::Stop stop, const board::Board& board, const std::vector<int>& cores) {
  if (stop == board::Stop::Interrupted) {
    report("interrupted", board, cores);
    return kInterrupted;
  }
  if (stop == board::Stop::CycleLimit) {
    report("stopped by --max-cycles", board, cores);
    return kProgramFailed;
  }
  int code = kDone;
  bool stuck = false;
  for (const int core : cores) {
    const board::CoreView view = board.view(core);
    if (view.state != core::CoreState::Exited) stuck = true;
    if (code == kDone) code = view.exit_code.value_or(kDone);
  }
  if (!stuck) return code;
  report("the program stopped without exiting: no core can ever run again", board, cores);
  return kProgramFailed;
}

int exec(const ExecOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  const core::ElfImage image(options.program);
  const core::Config config = core::Config::load(options.common.board, options.common.overrides);

  std::unique_ptr<core::ChromeTrace> trace;
  if (!options.common.trace.empty())
    trace = std::make_unique<core::ChromeTrace>(options.common.trace, static_cast<double>(config.integer("chip.clock_hz", 1, INT64_MAX)),
                                                config.board());

  board::Options board_options;
  for (const std::string& window : options.ram) board_options.ram.push_back(parse_ram(window));
  board_options.max_cycles = options.common.max_cycles;
  board_options.trace = trace.get();
  if (!options.common.quiet) board_options.diagnostics = [](std::string_view line) { std::cerr << "epysim: " << line << std::endl; };
  board_options.silence = options.common.silence;
  board_options.arguments = options.arguments;
  board_options.arguments.insert(board_options.arguments.begin(), options.program.string());

  board::Board board(config, std::move(board_options));
  // A board file is checked also for what a native program does not need: its services take no time.
  const host::HostModel host(config, options.common.seed);
  config.set_aside("vm");
  config.set_aside("device");
  refuse_link_faults(config, "exec");
  config.reject_unknown();
  const std::vector<int> cores = board::parse_cores(options.common.cores.empty() ? "all" : options.common.cores, board.core_count());
  for (const int core : cores) board.load(core, image);
  for (const int core : cores) board.start(core);

  int code = kDone;
  {
    const core::InterruptGuard guard([&board] { board.request_stop(); });
    code = conclude(run_to_end(board, options.common.quiet), board, cores);
  }
  if (options.strict) code = judge_strictly(code, board.diagnosed());
  if (trace) trace->close();
  if (!options.common.statistics.empty() || options.common.verbose) {
    nlohmann::ordered_json document = board.statistics();
    document["host"] = host.statistics();
    document["wall_seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (options.common.verbose) summarise(document);
    if (!options.common.statistics.empty()) write_statistics(options.common.statistics, document);
  }
  return code;
}

}  // namespace

void add_exec(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<ExecOptions>();
  CLI::App* command = root.add_subcommand("exec", "Run a native ELF on the cores and return its exit code");
  command->add_option("FILE", options->program, "ELF executable for the board's cores")->required();
  command->add_option("ARGS", options->arguments, "The program's arguments (after -- if they begin with a dash)");
  command->add_option("--ram", options->ram, "Put plain memory there, in place of whatever the board has; may be repeated")
      ->option_text("BASE:SIZE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--strict", options->strict, "A run with diagnostics has failed");
  options->common.add_to(*command);
  describe(*command, "epysim exec --cores 0 --ram 0x80000000:32M prog.elf");
  command->callback([options, &exit_code] { exit_code = exec(*options); });
}

}  // namespace epysim::cli
