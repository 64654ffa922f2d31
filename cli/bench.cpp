// epysim bench: the simulator's own speed and memory, measured from outside, on this machine. Every figure comes from running this same
// program as a child, with the programs that bench/ has for the board's type of cores:
//   host instructions per target instruction: callgrind's count for a long run minus that for a short one, over the same difference in
//     target instructions, so that start-up cancels out; a core in an endless integer loop (loop.elf), in one with calls, floating point
//     and bytes (kernel.elf), and all cores sending data through what they share (stream.elf)
//   share: of those of the last, what was executed in which room of the simulator
//   MIPS: target instructions per second of wall time, the integer loop on one and on all cores
//   start: wall time until the integer loop has run for one cycle
//   virtual machine: simulated cycles per turn of the loops in bench/vm, which read how many turns they are to take; again the difference
//   of
//     a long and a short run, on one core
//   hello: wall time and peak memory of `run examples/hello.py` on all cores

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

constexpr Cycle kShort = 200'000;  // cycles; both counted under callgrind, which is slow
constexpr Cycle kLong = 1'200'000;
constexpr Cycle kShortAll = 20'000;  // the same for all cores
constexpr Cycle kLongAll = 80'000;
constexpr Cycle kTimed = 40'000'000;  // cycles of each core when wall time is measured
constexpr const char* kStopped = "stopped by --max-cycles";

struct LoopRun {
  std::size_t cores = 0;
  std::uint64_t instructions = 0;       // executed by all cores
  double wall_seconds = 0;              // of the whole process
  std::uint64_t host_instructions = 0;  // under callgrind only
};

// The number behind `label` in callgrind's closing summary, e.g. "==123== Collected : 4567".
std::uint64_t collected(const std::string& text) {
  const std::size_t at = text.rfind("Collected :");
  if (at == std::string::npos) throw UsageError("bench: callgrind printed no instruction count:\n" + text);
  return std::stoull(text.substr(at + 11));
}

/// A board, and the programs for its cores.
struct Subject {
  std::string board;
  std::filesystem::path programs;
};

Subject subject_of(const std::string& board) {
  const std::string cores = core::Config::load(board).text("chip.core");
  const std::filesystem::path programs = core::home() / "bench" / cores;
  if (!std::filesystem::is_directory(programs))
    throw UsageError("bench: there are no programs for cores of type " + cores + ": " + programs.string() + " is missing");
  return {board, programs};
}

constexpr const char* kAll = "";  // cores

LoopRun run_loop(const Subject& subject, const char* program, const std::string& cores, Cycle cycles, const std::string& callgrind) {
  const TemporaryFile statistics("bench-statistics.json");
  std::vector<std::string> command;
  if (!callgrind.empty()) command = {"valgrind", "--tool=callgrind", "--callgrind-out-file=" + callgrind};
  const std::vector<std::string> simulation = {this_program(),
                                               "exec",
                                               "--board",
                                               subject.board,
                                               "--max-cycles",
                                               std::to_string(cycles),
                                               "--stats",
                                               statistics.path().string(),
                                               (subject.programs / program).string()};
  command.insert(command.end(), simulation.begin(), simulation.end());
  if (cores != kAll) command.insert(command.end() - 1, {"--cores", cores});
  const ChildResult child = run_child(command);
  if (child.output.find(kStopped) == std::string::npos) throw UsageError("bench: the loop did not run:\n" + child.output);
  const auto document = nlohmann::json::parse(std::ifstream(statistics.path()));
  LoopRun result;
  result.cores = document.at("cores").size();
  result.instructions = document.at("instructions").get<std::uint64_t>();
  result.wall_seconds = child.wall_seconds;
  if (!callgrind.empty()) result.host_instructions = collected(child.output);
  return result;
}

constexpr const char* kNoProfile = "/dev/null";

double host_instructions(const Subject& subject, const char* program, const std::string& cores, Cycle brief_cycles, Cycle long_cycles,
                         const std::string& profile = kNoProfile) {
  const LoopRun brief = run_loop(subject, program, cores, brief_cycles, kNoProfile);
  const LoopRun extended = run_loop(subject, program, cores, long_cycles, profile);
  return static_cast<double>(extended.host_instructions - brief.host_instructions) /
         static_cast<double>(extended.instructions - brief.instructions);
}

// Start-up cancels out here, too.
double mips(const Subject& subject, const std::string& cores) {
  const LoopRun brief = run_loop(subject, "loop.elf", cores, kShort, "");
  const LoopRun extended = run_loop(subject, "loop.elf", cores, kTimed, "");
  return static_cast<double>(extended.instructions - brief.instructions) / (extended.wall_seconds - brief.wall_seconds) / 1e6;
}

// The room that a function belongs to, by its qualified name as callgrind writes it: the first of our namespaces in it decides. A type of
// cores has its own.
const char* room_of(const std::string& function) {
  const auto has = [&function](const char* part) { return function.find(part) != std::string::npos; };
  if (has("epiphany::Scheduler") || has("EventQueue") || has("LastStores")) return "scheduler";
  const std::string ours = "epysim::";
  const std::size_t at = function.find(ours);
  if (at == std::string::npos) return "other";
  const std::size_t begin = at + ours.size();
  const std::string room = function.substr(begin, function.find("::", begin) - begin);
  if (room == "zynq") return "scheduler";
  if (room == "mesh") return "mesh";
  if (room == "host" || room == "hostlink") return "host";
  return room == "core" || room == "board" || room == "compiler" || room == "cli" ? "other" : "engine";
}

// A callgrind file names each function once, as "fn=(number) name", and later by its number; the lines of digits that follow are its own
// costs, but the one behind "calls=", which is that of a call.
std::map<std::string, double> shares(const std::filesystem::path& profile) {
  std::ifstream file(profile);
  std::map<std::string, std::string> rooms;  // by number
  std::map<std::string, double> cost;
  std::string room = "other";
  double total = 0;
  bool of_call = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("fn=", 0) == 0) {
      const std::size_t end = line.find(')');
      const std::string number = line.substr(3, end - 2);
      if (end + 1 < line.size()) rooms[number] = room_of(line);
      room = rooms[number];
    } else if (line.rfind("cfn=", 0) == 0) {
      const std::size_t end = line.find(')');
      if (end + 1 < line.size()) rooms[line.substr(4, end - 3)] = room_of(line);
    } else if (line.rfind("calls=", 0) == 0) {
      of_call = true;
    } else if (!line.empty() &&
               (std::isdigit(static_cast<unsigned char>(line[0])) != 0 || line[0] == '+' || line[0] == '-' || line[0] == '*')) {
      const std::size_t space = line.rfind(' ');
      if (!std::exchange(of_call, false) && space != std::string::npos) {
        const double instructions = std::stod(line.substr(space));
        cost[room] += instructions;
        total += instructions;
      }
    }
  }
  for (auto& [name, instructions] : cost) instructions /= total;
  return cost;
}

constexpr int kFewTurns = 100;
constexpr int kManyTurns = 600;

double cycles(const std::string& board, const std::filesystem::path& program, int turns) {
  const TemporaryFile statistics("bench-statistics.json");
  const TemporaryFile input("bench-input");
  std::ofstream(input.path()) << turns << '\n';
  const ChildResult child =
      run_child({this_program(), "run", "-q", "--board", board, "--cores", "0", "--stats", statistics.path().string(), program.string()},
                input.path());
  if (child.exit_code != kDone) throw UsageError("bench: " + program.string() + " failed:\n" + child.output);
  return nlohmann::json::parse(std::ifstream(statistics.path())).at("cores").at(0).at("cycles").get<double>();
}

// What a program of bench/vm does in a turn: its second line, a comment.
std::string turn_of(const std::filesystem::path& program) {
  std::ifstream file(program);
  std::string line;
  for (int i = 0; i < 2; ++i) std::getline(file, line);
  return line.substr(2);
}

std::vector<std::filesystem::path> programs_of_the_vm() {
  const std::filesystem::directory_iterator files(core::home() / "bench/vm");
  std::vector<std::filesystem::path> programs(begin(files), end(files));
  std::sort(programs.begin(), programs.end());
  return programs;
}

using Figure = std::function<void(const std::string& key, const std::string& what, const std::string& unit, double value)>;

void bench_vm(const std::string& board, const Figure& figure) {
  for (const std::filesystem::path& program : programs_of_the_vm()) {
    figure("vm_cycles_" + program.stem().string(), turn_of(program), "cycles",
           (cycles(board, program, kManyTurns) - cycles(board, program, kFewTurns)) / (kManyTurns - kFewTurns));
  }
}

void bench_simulator(const std::string& board, const Figure& figure) {
  const Subject subject = subject_of(board);
  const std::string number = std::to_string(run_loop(subject, "loop.elf", kAll, 1, "").cores);
  if (on_path("valgrind")) {
    figure("host_instructions_per_instruction", "host instructions per target instruction, 1 core", "",
           host_instructions(subject, "loop.elf", "0", kShort, kLong));
    figure("host_instructions_per_instruction_kernel", "the same, calls and floating point", "",
           host_instructions(subject, "kernel.elf", "0", kShort, kLong));
    const TemporaryFile profile("bench-profile.out");
    figure("host_instructions_per_instruction_stream", "the same, " + number + " cores that stream data", "",
           host_instructions(subject, "stream.elf", kAll, kShortAll, kLongAll, profile.path().string()));
    for (const auto& [room, share] : shares(profile.path())) figure("stream_share_" + room, "  share of " + room, "%", 100 * share);
  } else {
    std::cout << "host instructions per target instruction: not measured, valgrind is not installed\n";
  }
  figure("start_seconds", "start to the first instruction, wall time", "s", run_loop(subject, "loop.elf", "0", 1, "").wall_seconds);
  figure("mips_1_core", "speed, 1 core", "MIPS", mips(subject, "0"));
  figure("mips_" + number + "_cores", "speed, " + number + " cores together", "MIPS", mips(subject, kAll));
  const std::string hello_on = "examples/hello.py on " + number + " cores, ";
  const ChildResult hello = run_child({this_program(), "run", "--board", board, (core::home() / "examples/hello.py").string()});
  if (hello.exit_code != kDone) throw UsageError("bench: examples/hello.py failed:\n" + hello.output);
  figure("hello_wall_seconds", hello_on + "wall time", "s", hello.wall_seconds);
  figure("hello_peak_megabytes", hello_on + "peak memory", "MB", static_cast<double>(hello.peak_bytes) / 1e6);
}

}  // namespace

void add_bench(CLI::App& root, int& exit_code) {
  auto board = std::make_shared<std::string>("parallella");
  auto json = std::make_shared<std::filesystem::path>();
  auto only_vm = std::make_shared<bool>(false);
  CLI::App* command =
      root.add_subcommand("bench", "Measure the simulator's own speed and memory on this machine, and the virtual machine's");
  command->add_option("--board", *board, "Board: a name, or a .json file")->option_text("NAME|FILE.json")->capture_default_str();
  command->add_flag("--vm", *only_vm, "Only what the virtual machine takes: simulated cycles, the same on every machine");
  command->add_option("--json", *json, "Write the figures to a file, too (- = standard output)")->option_text("FILE");
  describe(*command, "epysim bench --board pynq --json bench.json");
  command->callback([board, json, only_vm, &exit_code] {
    nlohmann::ordered_json document;
    const Figure figure = [&document](const std::string& key, const std::string& what, const std::string& unit, double value) {
      std::printf("%-48s %10.2f %s\n", what.c_str(), value, unit.c_str());
      std::fflush(stdout);
      document[key] = {{"what", what}, {"unit", unit}, {"value", value}};
    };
    if (!*only_vm) bench_simulator(*board, figure);
    bench_vm(*board, figure);
    if (!json->empty()) write_statistics(*json, document);
    exit_code = kDone;
  });
}

}  // namespace epysim::cli
