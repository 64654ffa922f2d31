// epysim bench: the simulator's own speed and memory, measured from outside, on this machine. Every figure comes from running this same
// program as a child:
//   host instructions per target instruction: callgrind's count for a long run minus that for a short one, over the same difference in
//     target instructions, so that start-up cancels out; a single core in an endless integer loop (bench/loop.c)
//   MIPS: target instructions per second of wall time, the same loop on 1 and on 16 cores
//   hello: wall time and peak memory of `run examples/hello.py` on all cores

#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

constexpr Cycle kShort = 200'000;  // cycles; both counted under callgrind, which is slow
constexpr Cycle kLong = 1'200'000;
constexpr Cycle kTimed = 40'000'000;  // cycles of each core when wall time is measured
constexpr const char* kStopped = "stopped by --max-cycles";

struct LoopRun {
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

LoopRun run_loop(const std::string& cores, Cycle cycles, bool callgrind) {
  const TemporaryFile statistics("bench-statistics.json");
  std::vector<std::string> command;
  if (callgrind) command = {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"};
  const std::vector<std::string> simulation = {this_program(),
                                               "exec",
                                               "--cores",
                                               cores,
                                               "--max-cycles",
                                               std::to_string(cycles),
                                               "--stats",
                                               statistics.path().string(),
                                               (core::home() / "bench/loop.elf").string()};
  command.insert(command.end(), simulation.begin(), simulation.end());
  const ChildResult child = run_child(command);
  if (child.output.find(kStopped) == std::string::npos) throw UsageError("bench: the loop did not run:\n" + child.output);
  LoopRun result;
  result.instructions = nlohmann::json::parse(std::ifstream(statistics.path())).at("instructions").get<std::uint64_t>();
  result.wall_seconds = child.wall_seconds;
  if (callgrind) result.host_instructions = collected(child.output);
  return result;
}

double host_instructions_per_target_instruction() {
  const LoopRun brief = run_loop("0", kShort, true);
  const LoopRun extended = run_loop("0", kLong, true);
  return static_cast<double>(extended.host_instructions - brief.host_instructions) /
         static_cast<double>(extended.instructions - brief.instructions);
}

// Start-up cancels out here, too.
double mips(const std::string& cores) {
  const LoopRun brief = run_loop(cores, kShort, false);
  const LoopRun extended = run_loop(cores, kTimed, false);
  return static_cast<double>(extended.instructions - brief.instructions) / (extended.wall_seconds - brief.wall_seconds) / 1e6;
}

void bench(const std::filesystem::path& json) {
  nlohmann::ordered_json document;
  const auto figure = [&](const std::string& key, const std::string& what, const std::string& unit, double value) {
    std::printf("%-48s %10.2f %s\n", what.c_str(), value, unit.c_str());
    std::fflush(stdout);
    document[key] = {{"what", what}, {"unit", unit}, {"value", value}};
  };
  if (on_path("valgrind"))
    figure("host_instructions_per_instruction", "host instructions per target instruction, 1 core", "",
           host_instructions_per_target_instruction());
  else
    std::cout << "host instructions per target instruction: not measured, valgrind is not installed\n";
  figure("mips_1_core", "speed, 1 core", "MIPS", mips("0"));
  figure("mips_16_cores", "speed, 16 cores together", "MIPS", mips("16"));
  const ChildResult hello = run_child({this_program(), "run", (core::home() / "examples/hello.py").string()});
  if (hello.exit_code != kDone) throw UsageError("bench: examples/hello.py failed:\n" + hello.output);
  figure("hello_wall_seconds", "examples/hello.py on 16 cores, wall time", "s", hello.wall_seconds);
  figure("hello_peak_megabytes", "examples/hello.py on 16 cores, peak memory", "MB", static_cast<double>(hello.peak_bytes) / 1e6);
  if (!json.empty()) write_statistics(json, document);
}

}  // namespace

void add_bench(CLI::App& root, int& exit_code) {
  auto json = std::make_shared<std::filesystem::path>();
  CLI::App* command = root.add_subcommand("bench", "Measure the simulator's own speed and memory on this machine");
  command->add_option("--json", *json, "Write the figures to a file, too (- = standard output)")->option_text("FILE");
  describe(*command, "epysim bench --json bench.json");
  command->callback([json, &exit_code] {
    bench(*json);
    exit_code = kDone;
  });
}

}  // namespace epysim::cli
