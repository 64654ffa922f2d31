#pragma once
// The front door for the command line: one call per command. Both build a board, and SystemC elaborates once per process:
// call at most one of them, once, from inside sc_main (never from main() of a program that links its own).

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/outcome.h"
#include "hostlink/output.h"
#include "hostlink/placement.h"
#include "hostlink/server/link_address.h"
#include "hostlink/text.h"
#include "sim/core/types.h"
#include "vm/compiler/image.h"

namespace epysim::hostlink {

/// What to build, and how programs are laid out on it.
struct MachineRequest {
  std::string board = "parallella";    // name or path of a configuration
  std::string board_file;              // its text, when it is in no file; `board` is how messages call it
  std::filesystem::path device;        // a real board's device file, or a folder of `epysim board --export`; empty = a simulation
  std::vector<std::string> overrides;  // "KEY=VALUE"
  std::string cores = "all";           // as sim/board/core_list.h reads it: "4" (that many, from core 0), "0,1,5-9"
  int host_cores = 0;                  // virtual cores beside them; with an empty list of cores instead of them
  std::uint64_t seed = 0;
  Cycle max_cycles = kNever;
  std::filesystem::path trace;   // timeline file; empty = none
  std::filesystem::path record;  // keeps what goes over the link to the board (docs/recording.md); empty = nothing
  /// Makes what answers in place of a board; empty = there is a board.
  std::function<std::unique_ptr<Device>()> stand_in;
  std::vector<std::string> silence;  // kinds of misuse of the machine that are not reported (docs/diagnostics.md)
  bool profile = false;              // by line of Python, in the statistics document
  Placement placement;
  std::filesystem::path vm;  // the device ELF; empty = the one of vm/images for its cores
};

struct RunRequest {
  MachineRequest machine;
  std::filesystem::path program;    // FILE.py, or FILE.epb from `epysim compile`
  std::optional<std::string> text;  // of the program, when it is in no file
  std::optional<Dialect> dialect;   // else what the file says, else legacy
  bool time = false;                // "Core N completed in S.UUUUUU seconds" per core
  bool keep_going = false;          // cores go on when another one has failed
};

/// The program's byte code. Throws ProgramError (does not compile) and UsageError.
compiler::Image image_of(const RunRequest& request);
/// What it takes of a core's memory, with the placement it would get (hostlink/sizes.h). Builds a board.
std::string sizes_of(const RunRequest& request);

struct RunOutcome {
  int exit_code = 0;  // 0 done, 1 the program failed (already reported on standard error), 130 interrupted
  Outcome outcome;
  std::vector<std::pair<std::string, int>> diagnosed;  // diagnostics by kind
  double seconds = 0;                                  // simulated
  double wall_seconds = 0;
};

/// Compiles, loads, runs and serves until every core has ended; Ctrl-C stops it at once. Throws ProgramError (does not compile) and
/// UsageError. The statistics document goes to `statistics` when that is not null.
RunOutcome run_program(const RunRequest& request, OutputSink& output, InputSource& input, nlohmann::ordered_json* statistics);

struct ServeRequest {
  MachineRequest machine;                  // defaults for clients that leave them out
  std::optional<LinkAddress> listen;       // nothing = a fresh Unix socket in the run-time folder of the user
  int clients = 0;                         // boards at a time; 0 = one with `once`, else as many as the machine has processors
  bool once = false;                       // end when the first client is gone
  int parent = 0;                          // end when this process is gone; 0 = nobody
  bool token = true;                       // clients that come over TCP have to know it; without it nobody beyond this machine can come
  std::filesystem::path token_file;        // empty = server/token.h says where; EPYTHON_TOKEN, when set, comes before it
  std::filesystem::path certificate, key;  // PEM, for tls://
  /// Limits of each client; nothing = none on a Unix socket; over TCP 3600 s and 4096 MiB.
  std::optional<double> idle_seconds;  // without a request, until its board is taken away
  std::optional<std::uint64_t> memory_mib;
  /// What to do with the statistics of a client's board when the client has left; may be null. Called in that client's process.
  std::function<void(const nlohmann::ordered_json& statistics)> keep_statistics;
};

/// Serves clients (docs/protocol.md) until SIGINT or SIGTERM, or what `once` and `parent` say. Returns the exit code.
int serve(const ServeRequest& request);

}  // namespace epysim::hostlink
