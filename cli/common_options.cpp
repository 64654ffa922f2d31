#include "cli/common_options.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "sim/core/error.h"

namespace epysim::cli {

void CommonOptions::add_to(CLI::App& command) {
  const std::string group = "Common options";
  command.add_option("--board", board, "Board: a name (configs/NAME.json) or a .json file [" + board + "]")
      ->option_text("NAME|FILE")
      ->group(group);
  command.add_option("--cores", cores, "How many cores (4), or which (0,1,5-9) [all]")->option_text("LIST")->group(group);
  command.add_option("--set", overrides, "Replace a value of the board's configuration; may be repeated")
      ->option_text("KEY=VALUE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->group(group);
  command
      .add_option_function<std::vector<std::string>>(
          "--fault",
          [this](const std::vector<std::string>& faults) {
            for (const std::string& fault : faults) overrides.push_back("faults." + fault);
          },
          "Let something go wrong: a value of the configuration's section faults (docs/faults.md); may be repeated")
      ->option_text("KEY=VALUE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->group(group);
  command.add_option("--stats", statistics, "Write the statistics document (- = standard output)")->option_text("FILE.json")->group(group);
  command.add_option("--trace", trace, "Write a timeline for ui.perfetto.dev")->option_text("FILE.json")->group(group);
  command.add_option("--seed", seed, "Seed of the host model's jitter [0]")->option_text("N")->group(group);
  command.add_option("--max-cycles", max_cycles, "Stop after so many simulated cycles and say where each core was")
      ->option_text("N")
      ->group(group);
  command
      .add_option("--silence", silence,
                  "Do not report this kind of misuse of the machine (unaligned, loop, ... all: docs/diagnostics.md); may be repeated")
      ->option_text("KIND")
      ->delimiter(',')
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->group(group);
  command.add_flag("-q,--quiet", quiet, "Only the program's own output and errors")->group(group);
  command.add_flag("-v,--verbose", verbose, "Sum the run up in one line at its end")->group(group);
}

void describe(CLI::App& command, const std::string& example) { command.footer("Example:\n  " + example); }

void summarise(const nlohmann::ordered_json& document) {
  const double wall = document.at("wall_seconds").get<double>();
  const auto instructions = document.at("instructions").get<std::uint64_t>();
  std::fprintf(stderr, "epysim: %llu cycles = %.6f s simulated, %llu instructions, %.3f s of wall time\n",
               document.at("cycles").get<unsigned long long>(), document.at("seconds").get<double>(),
               static_cast<unsigned long long>(instructions), wall);
}

int judge_strictly(int code, const std::vector<std::pair<std::string, int>>& diagnosed) {
  if (diagnosed.empty() || code == kInterrupted) return code;
  int total = 0;
  std::string kinds;
  for (const auto& [kind, count] : diagnosed) {
    total += count;
    kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  }
  std::cerr << "epysim: --strict: the run failed with " << total << (total == 1 ? " diagnostic (" : " diagnostics (") << kinds << ")"
            << std::endl;
  return kProgramFailed;
}

void write_statistics(const std::filesystem::path& file, const nlohmann::ordered_json& document) {
  if (file == "-") {
    std::cout << document.dump(2) << std::endl;
    return;
  }
  std::ofstream out(file, std::ios::trunc);
  out << document.dump(2) << '\n';
  out.close();
  if (!out) throw UsageError("cannot write the statistics to " + file.string() + ": " + std::strerror(errno));
}

}  // namespace epysim::cli
