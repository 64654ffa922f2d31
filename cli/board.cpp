// epysim board: a board that stands in for hardware, under host programs that map its memory and registers.

#include <iostream>
#include <map>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/link_faults.h"
#include "sim/board/exported/exported_board.h"
#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/core/interrupt_guard.h"
#include "sim/host/host_model.h"

namespace epysim::cli {
namespace {

const std::map<std::string, epx_time> kTimes{{"free", EPX_FREE}, {"virtual", EPX_VIRTUAL}, {"boost", EPX_BOOST}};

struct BoardOptions {
  CommonOptions common;
  std::filesystem::path folder;
  std::string time = "free";
  std::string traps = "serve";
  double access = 1000;
};

int serve(const BoardOptions& options) {
  const core::Config config = core::Config::load(options.common.board, options.common.overrides);
  const double clock_hz = static_cast<double>(config.integer("chip.clock_hz", 1, INT64_MAX));
  board::ExportedBoard exported(options.folder, config, kTimes.at(options.time),
                                static_cast<std::uint32_t>(options.access * clock_hz / 1e9));
  board::Options board_options;
  board_options.max_cycles = options.common.max_cycles;
  board_options.silence = options.common.silence;
  board_options.services = options.traps == "serve";
  board_options.memory = [&](Address base, std::size_t bytes) { return exported.memory(base, bytes); };
  if (!options.common.quiet) board_options.diagnostics = [](std::string_view line) { std::cerr << "epysim: " << line << std::endl; };
  board::Board board(config, std::move(board_options));
  const host::HostModel host(config, options.common.seed);  // checks what only a simulated host needs
  config.set_aside("vm");
  config.set_aside("device");
  refuse_link_faults(config, "board --export");
  config.reject_unknown();
  exported.attach(board);
  board::Stop why = board::Stop::Interrupted;
  {
    const core::InterruptGuard guard([&] { exported.stop(); });
    std::cout << "epysim: board " << board.name() << " exported to " << options.folder.string() << std::endl;
    why = exported.serve();
  }
  if (!options.common.statistics.empty()) write_statistics(options.common.statistics, board.statistics());
  if (why == board::Stop::CycleLimit) std::cerr << "epysim: stopped by --max-cycles" << std::endl;
  return why == board::Stop::CycleLimit ? kProgramFailed : kDone;
}

}  // namespace

void add_board(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<BoardOptions>();
  CLI::App* command = root.add_subcommand("board", "Let a board stand in for hardware: host programs map its memory and registers");
  command->add_option("--export", options->folder, "Folder for the files to map; on a RAM disk for speed")->option_text("DIR")->required();
  command
      ->add_option("--time", options->time,
                   "free: runs by itself; virtual: stands still until the host lets time pass; boost: virtual, but runs while the host is "
                   "silent [free]")
      ->option_text("free|virtual|boost")
      ->check(CLI::IsMember(kTimes));
  command
      ->add_option("--traps", options->traps,
                   "serve: files and console for programs on the cores; halt: cores halt there, as on a board [serve]")
      ->option_text("serve|halt")
      ->check(CLI::IsMember({"serve", "halt"}));
  command->add_option("--access", options->access, "What an access by the host costs in virtual time [1000]")
      ->option_text("NS")
      ->check(CLI::NonNegativeNumber);
  options->common.add_to(*command);
  describe(*command, "epysim board --export /dev/shm/parallella");
  command->callback([options, &exit_code] { exit_code = serve(*options); });
}

}  // namespace epysim::cli
