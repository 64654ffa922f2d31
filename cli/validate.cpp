// epysim validate: the published micro-benchmarks, row by row, against what the same programs take here.

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/validate_page.h"
#include "cli/validate_results.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

struct ValidateOptions {
  std::vector<std::string> ids;
  std::string group;
  bool json = false;
  std::filesystem::path html;
  std::filesystem::path table;
  std::string board = "parallella";
  std::vector<std::string> overrides;
  unsigned jobs = std::clamp(std::thread::hardware_concurrency(), 1u, 16u);
};

// "V13" means V13 and V13.3, V13.6 ...
bool named(const std::string& id, const std::string& wanted) { return id == wanted || id.starts_with(wanted + "."); }

std::vector<ValidationRow> chosen_rows(const ValidationTable& table, const ValidateOptions& options) {
  if (!options.group.empty() &&
      std::none_of(table.groups.begin(), table.groups.end(), [&](const auto& g) { return g.first == options.group; })) {
    std::string known;
    for (const auto& [id, title] : table.groups) known += "\n  " + id + "  " + title;
    throw UsageError("validate: no group '" + options.group + "'; there are" + known);
  }
  for (const std::string& id : options.ids)
    if (std::none_of(table.rows.begin(), table.rows.end(), [&](const ValidationRow& row) { return named(row.id, id); }))
      throw UsageError("validate: no row '" + id + "'");
  std::vector<ValidationRow> rows;
  for (const ValidationRow& row : table.rows) {
    const bool wanted =
        options.ids.empty() || std::any_of(options.ids.begin(), options.ids.end(), [&](const auto& id) { return named(row.id, id); });
    if (wanted && (options.group.empty() || row.group == options.group)) rows.push_back(row);
  }
  return rows;
}

// Five digits are more than any measurement has.
std::string figure(double value) {
  char text[32];
  const double size = std::abs(value);
  std::snprintf(text, sizeof text,
                size >= 1000 || value == std::floor(value) ? "%.0f"
                : size >= 100                              ? "%.1f"
                : size >= 1                                ? "%.2f"
                                                           : "%.3g",
                value);
  return text;
}

std::string percent(double fraction, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, 100 * fraction);
  return text;
}

// "2.0 %", or "-15.0..+70.0 %" where too little and too much differ.
std::string allowed(const ValidationRow& row) {
  if (row.tolerance_below == row.tolerance) return percent(row.tolerance, "%.1f %%");
  return percent(-row.tolerance_below, "%.0f") + ".." + percent(row.tolerance, "%+.0f %%");
}

// "V17.3 ... 190  -9.5 % ..."; ids are padded to `width`.
void print_row(const ValidationResult& result, int width) {
  const ValidationRow& row = result.row;
  const char* bound = row.kind == ValidationRow::Kind::AtLeast ? ">= " : row.kind == ValidationRow::Kind::AtMost ? "<= " : "";
  std::string verdict = name_of(result.verdict);
  if (result.discussed_failure()) verdict += " (discussed)";
  if (row.role == ValidationRow::Role::Calibration) verdict += ", calibration";
  std::printf("  %-*s %-66s %12s %12s %9s %12s  %s; %s\n", width, row.id.c_str(), (row.what + " [" + row.unit + "]").c_str(),
              (bound + figure(row.published)).c_str(), result.simulated ? figure(*result.simulated).c_str() : "-",
              result.simulated ? percent(result.error, "%+.1f %%").c_str() : "-", allowed(row).c_str(), verdict.c_str(),
              row.source.c_str());
  if (!result.trouble.empty()) std::printf("  %-*s %s\n", width, "", result.trouble.c_str());
}

std::string share(std::size_t passed, std::size_t all) {
  std::string text = std::to_string(passed) + " of " + std::to_string(all);
  if (all > 0) text += " (" + percent(static_cast<double>(passed) / static_cast<double>(all), "%.1f %%") + ")";
  return text;
}

std::string sum_up(const ValidationTotals& totals) {
  std::string text = share(totals.test_passed, totals.test) + " test rows pass";
  if (totals.median_error) text += ", median error " + percent(*totals.median_error, "%.1f %%");
  text += "; " + std::to_string(totals.calibration_passed) + " of " + std::to_string(totals.calibration) + " calibration rows";
  if (totals.discussed > 0) text += "; " + std::to_string(totals.discussed) + " failed rows are discussed in the docs";
  if (totals.undiscussed > 0) text += "; " + std::to_string(totals.undiscussed) + " are not";
  if (totals.recalled > 0) text += "; " + std::to_string(totals.recalled) + " recalled rows only reported";
  return text;
}

void print(const ValidationTable& table, const std::vector<ValidationResult>& results) {
  int width = 2;
  for (const ValidationResult& result : results) width = std::max(width, static_cast<int>(result.row.id.size()));
  std::printf("  %-*s %-66s %12s %12s %9s %12s  %s\n", width, "id", "what [unit]", "published", "simulated", "error", "allowed",
              "verdict; source");
  for (const bool recalled : {false, true}) {
    for (const auto& [id, title] : table.groups) {
      bool shown = false;
      for (const ValidationResult& result : results) {
        if (result.row.group != id || result.decides() == recalled) continue;
        if (!shown) std::printf("\n%s%s\n", title.c_str(), recalled ? " (published figures quoted from memory: reported only)" : "");
        shown = true;
        print_row(result, width);
      }
      if (shown && !recalled) std::printf("  %s\n", sum_up(totals_of(results, id)).c_str());
    }
  }
  const ValidationTotals all = totals_of(results);
  std::printf("\nall: %s\n", sum_up(all).c_str());
  std::printf("strictly, calibration rows that were meant as tests among them and functional checks left out: %s\n",
              share(all.strict_passed, all.strict).c_str());
  std::printf("How rows were read and which of them set parameters: docs/validation.md\n");
}

int validate(const ValidateOptions& options) {
  const std::filesystem::path file = options.table.empty() ? validation_table_of(options.board) : options.table;
  const ValidationTable table = load_validation_table(file);
  const std::vector<ValidationRow> rows = chosen_rows(table, options);
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const std::vector<ValidationResult> results =
      run_validation(table, rows, options.overrides, options.jobs, [terminal](std::size_t done, std::size_t all) {
        if (terminal)
          std::cerr << "\r\033[K"
                    << (done < all ? "validate: " + std::to_string(done) + " of " + std::to_string(all) + " programs run" : "")
                    << std::flush;
      });
  const nlohmann::ordered_json document = to_json(table, results);
  if (options.json)
    std::cout << document.dump(2) << std::endl;
  else
    print(table, results);
  if (!options.html.empty()) write_validation_page(options.html, document);
  return totals_of(results).undiscussed == 0 ? kDone : kProgramFailed;
}

}  // namespace

void add_validate(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* command = root.add_subcommand("validate", "Repeat the published measurements and compare, row by row");
  command->add_option("IDS", options->ids, "Only these rows (V17 means V17.1 and so on, too)");
  command->add_option("--board", options->board, "The board whose published measurements are repeated [parallella]")->option_text("NAME");
  command->add_option("--group", options->group, "Only the rows of this group")->option_text("NAME");
  command->add_flag("--json", options->json, "Print one JSON document instead of the table");
  command->add_option("--html", options->html, "Write a page with a plot of all rows, too")->option_text("FILE.html");
  command->add_option("--table", options->table, "Another table than the board's in bench/validate; programs lie beside it")
      ->option_text("FILE.json");
  command->add_option("--set", options->overrides, "Replace a value of the board's configuration in every run; may be repeated")
      ->option_text("KEY=VALUE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--jobs", options->jobs, "How many programs at a time [all processors]")->option_text("N")->check(CLI::Range(1, 256));
  describe(*command, "epysim validate V17 V44 --html validation.html");
  command->callback([options, &exit_code] { exit_code = validate(*options); });
}

}  // namespace epysim::cli
