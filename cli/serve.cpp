// epysim serve: a board in a process of its own, for clients over a Unix socket (docs/protocol.md).

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/machine.h"
#include "hostlink/run.h"

namespace epysim::cli {
namespace {

struct ServeOptions {
  CommonOptions common;
  MachineOptions machine;
  hostlink::ServeRequest request;
};

}  // namespace

void add_serve(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = root.add_subcommand("serve", "Serve a board to clients (the Python module epython starts its own)");
  command->add_option("--socket", options->request.socket, "Unix socket to listen on [a fresh one, printed]")->option_text("PATH");
  command->add_flag("--once", options->request.once, "End when the first client is gone");
  command->add_option("--parent", options->request.parent, "End when this process is gone")->option_text("PID");
  options->machine.add_to(*command);
  options->common.add_to(*command);
  describe(*command, "epysim serve --socket board.sock --board parallella");
  command->callback([options, &exit_code] {
    options->request.machine = options->machine.request(options->common);
    if (!options->common.statistics.empty()) {
      options->request.keep_statistics = [&file = options->common.statistics](const nlohmann::ordered_json& document) {
        write_statistics(file, document);
      };
    }
    exit_code = hostlink::serve(options->request);
  });
}

}  // namespace epysim::cli
