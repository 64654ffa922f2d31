// epysim compare: one ePython program on several boards, side by side: cycles, seconds, and where the cores' cycles went.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

using Json = nlohmann::ordered_json;

struct CompareOptions {
  std::filesystem::path program;
  std::vector<std::string> boards;
  std::string cores;
  bool json = false;
};

/// Every board in configs/, the Parallella first.
std::vector<std::string> all_boards() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(core::home() / "configs"))
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  std::stable_partition(names.begin(), names.end(), [](const std::string& name) { return name == "parallella"; });
  return names;
}

/// The statistics document of a run. A child process each: SystemC elaborates once per process.
Json run_on(const std::string& board, const CompareOptions& options) {
  const TemporaryFile statistics("compare.json");
  std::vector<std::string> command = {this_program(), "run", "-q", "--board", board, "--stats", statistics.path().string()};
  if (!options.cores.empty()) command.insert(command.end(), {"--cores", options.cores});
  command.push_back(options.program.string());
  const ChildResult child = run_child(command);
  if (child.exit_code == kWrongUse) throw UsageError("compare: on " + board + ":\n" + child.output);
  if (child.exit_code != kDone)
    throw ProgramError("compare: on " + board + " the program ended with exit code " + std::to_string(child.exit_code) + ":\n" +
                       child.output);
  return Json::parse(std::ifstream(statistics.path()));
}

std::string formatted(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// "212,269,786"
std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

/// The cores that ran.
std::vector<Json> cores_of(const Json& document) {
  std::vector<Json> cores;
  for (const Json& core : document.at("cores"))
    if (core.at("instructions") != 0) cores.push_back(core);
  return cores;
}

/// What part of the cores' cycles went to a cause.
double share_of(const Json& document, const std::string& cause) {
  std::uint64_t spent = 0, all = 0;
  for (const Json& core : cores_of(document)) {
    spent += core.at("causes").value(cause, std::uint64_t{0});
    all += core.at("cycles").get<std::uint64_t>();
  }
  return all == 0 ? 0 : static_cast<double>(spent) / static_cast<double>(all);
}

void print(const std::vector<Json>& documents) {
  constexpr double kShown = 0.0005;  // 0.1 %
  const auto row = [&](const std::string& title, const std::function<std::string(const Json&)>& cell) {
    std::printf("%-18s", title.c_str());
    for (const Json& document : documents) std::printf(" %16s", cell(document).c_str());
    std::printf("\n");
  };
  const double first = documents.front().at("seconds").get<double>();
  row("", [](const Json& d) { return d.at("board").get<std::string>(); });
  row("cores", [](const Json& d) { return std::to_string(cores_of(d).size()); });
  row("clock", [](const Json& d) { return formatted("%.0f MHz", d.at("clock_hz").get<double>() / 1e6); });
  row("cycles", [](const Json& d) { return grouped(d.at("cycles").get<std::uint64_t>()); });
  row("instructions", [](const Json& d) { return grouped(d.at("instructions").get<std::uint64_t>()); });
  row("seconds", [](const Json& d) { return formatted("%.6g", d.at("seconds").get<double>()); });
  row("times as long", [&](const Json& d) { return formatted("%.2f", d.at("seconds").get<double>() / first); });
  std::printf("\nof the cores' cycles\n");
  const Json& causes = documents.front().at("cores").at(0).at("causes");
  for (const auto& [cause, ignored] : causes.items()) {
    if (std::all_of(documents.begin(), documents.end(), [&name = cause](const Json& d) { return share_of(d, name) < kShown; })) continue;
    row("  " + cause, [&name = cause](const Json& d) { return formatted("%.1f %%", 100 * share_of(d, name)); });
  }
}

int compare(const CompareOptions& options) {
  const std::vector<std::string> boards = options.boards.empty() ? all_boards() : options.boards;
  for (const std::string& board : boards) core::Config::load(board);  // a wrong name is no reason to wait for the others
  std::vector<std::future<Json>> runs;
  runs.reserve(boards.size());
  for (const std::string& board : boards) runs.push_back(std::async(std::launch::async, run_on, board, std::cref(options)));
  std::vector<Json> documents;
  documents.reserve(boards.size());
  for (auto& run : runs) documents.push_back(run.get());
  if (options.json) {
    std::cout << Json{{"runs", documents}}.dump(2) << std::endl;
  } else {
    print(documents);
  }
  return kDone;
}

}  // namespace

void add_compare(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command = root.add_subcommand("compare", "Run an ePython program on several boards and show the figures side by side");
  command->add_option("FILE", options->program, "ePython source")->required()->check(CLI::ExistingFile);
  command->add_option("--board", options->boards, "A board (name or file); may be repeated [all there are, the Parallella first]")
      ->option_text("NAME")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--cores", options->cores, "Cores to use, as for run: 4, or 0,2-5 [all of each board]")->option_text("LIST");
  command->add_flag("--json", options->json, "Print the statistics documents of all runs instead");
  describe(*command, "epysim compare --cores 8 examples/jacobi.py");
  command->callback([options, &exit_code] { exit_code = compare(*options); });
}

}  // namespace epysim::cli
