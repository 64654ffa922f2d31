// epysim serve: boards in processes of their own, for clients on this machine or on others (docs/protocol.md).

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/machine.h"
#include "hostlink/run.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

struct ServeOptions {
  CommonOptions common;
  MachineOptions machine;
  std::filesystem::path socket;
  std::string listen;
  hostlink::ServeRequest request;
};

}  // namespace

void add_serve(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = root.add_subcommand("serve", "Serve boards to clients (the Python module epython starts its own)");
  hostlink::ServeRequest& request = options->request;
  auto* socket = command->add_option("--socket", options->socket, "Unix socket to listen on [a fresh one, printed]")->option_text("PATH");
  command->add_option("--listen", options->listen, "unix:PATH, tcp://HOST:PORT or tls://HOST:PORT; port 0 takes a free one, printed")
      ->option_text("ADDRESS")
      ->excludes(socket);
  command->add_option("--clients", request.clients, "Boards at a time, one for each client [as many as there are processors]")
      ->option_text("N")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--token-file", request.token_file,
                   "The token that clients over TCP need; made when there is none [~/.config/epysim/token]")
      ->option_text("FILE");
  command->add_flag("!--no-token", request.token, "Clients over TCP need no token (on this machine only)");
  command->add_option("--tls-certificate", request.certificate, "The server's certificate, and those up to its authority (PEM)")
      ->option_text("FILE");
  command->add_option("--tls-key", request.key, "Its private key (PEM)")->option_text("FILE");
  command->add_option("--idle", request.idle_seconds, "A client without a request for so long loses its board [over TCP 3600]")
      ->option_text("SECONDS")
      ->check(CLI::PositiveNumber);
  command->add_option("--memory", request.memory_mib, "What a client's board may take at most [over TCP 4096]")
      ->option_text("MIB")
      ->check(CLI::PositiveNumber);
  command->add_flag("--once", request.once, "End when the first client is gone");
  command->add_option("--parent", request.parent, "End when this process is gone")->option_text("PID");
  options->machine.add_to(*command);
  options->common.add_to(*command);
  describe(*command, "epysim serve --socket board.sock --board parallella");
  command->callback([options, &exit_code] {
    options->request.machine = options->machine.request(options->common);
    if (!options->listen.empty()) options->request.listen = hostlink::parse_link_address(options->listen);
    if (!options->socket.empty()) options->request.listen = hostlink::LinkAddress{.path = options->socket};
    if (!options->machine.record.empty() && !options->request.once)
      throw UsageError(
          "serve: --record is for one client; add --once, or let each client ask for a recording of its own (epython.config(record=FILE))");
    if (!options->common.statistics.empty()) {
      options->request.keep_statistics = [&file = options->common.statistics](const nlohmann::ordered_json& document) {
        write_statistics(file, document);
      };
    }
    exit_code = hostlink::serve(options->request);
  });
}

}  // namespace epysim::cli
