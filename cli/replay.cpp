// epysim replay: a recording again, host without board and board without host, or as a table.

#include <iostream>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "hostlink/recording/replay.h"

namespace epysim::cli {
namespace {

struct ReplayOptions {
  std::filesystem::path file, vm;
  std::vector<std::string> overrides;
  bool list = false;
};

/// Prints what came out of a side. False when something differs.
bool tell(const std::string& side, const hostlink::SideReplay& replay) {
  std::cout << side << " side: ";
  if (!replay.difference.empty()) {
    std::cout << replay.difference << std::endl;
    return false;
  }
  if (replay.entries == 0 && !replay.remark.empty()) {
    std::cout << "not replayed: " << replay.remark << std::endl;
    return true;
  }
  std::cout << "equal, " << replay.entries << " entries";
  if (!replay.remark.empty()) std::cout << "; " << replay.remark;
  if (!replay.complete) std::cout << "; the recording breaks off there: its run was killed, or the file was cut short";
  std::cout << std::endl;
  return replay.complete;
}

int replay(const ReplayOptions& options) {
  if (options.list) return hostlink::list_recording(options.file, std::cout) ? kDone : kProgramFailed;
  const bool host = tell("host", hostlink::replay_host(options.file, options.vm));
  const bool device = tell("device", hostlink::replay_device(options.file, options.vm, options.overrides));
  return host && device ? kDone : kProgramFailed;
}

}  // namespace

void add_replay(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = root.add_subcommand("replay", "Repeat a recording: the host without the board, the board without the host");
  command->add_option("FILE", options->file, "What --record made; may be compressed by gzip")->required();
  command->add_flag("--list", options->list, "Show what was recorded instead");
  command
      ->add_option("--set", options->overrides,
                   "Replace a value of the recorded board's configuration, for the device side; may be repeated")
      ->option_text("KEY=VALUE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--vm", options->vm, "The device image that was recorded [where the recording says]")->option_text("FILE.elf");
  describe(*command, "epysim run --record jacobi.rec examples/jacobi.py && epysim replay jacobi.rec");
  command->callback([options, &exit_code] { exit_code = replay(*options); });
}

}  // namespace epysim::cli
