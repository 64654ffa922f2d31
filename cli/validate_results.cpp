#include "cli/validate_results.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "cli/child_process.h"
#include "cli/validate_formula.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

constexpr double kRounding = 1e-9;  // what floating point may add to an error that is exactly at the tolerance

struct Outcome {
  Readings readings;
  std::string trouble;
};

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UsageError("missing: " + file.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What every run can tell, whatever its program prints: each core's "core.cycles" and "core.instructions", and the board's "seconds".
void add_statistics(Readings& readings, const std::filesystem::path& file) {
  const auto document = nlohmann::json::parse(contents(file));
  for (const auto& core : document.at("cores")) {
    const int id = core.at("id").get<int>();
    readings["core.cycles"][id] = core.at("cycles").get<double>();
    readings["core.instructions"][id] = core.at("instructions").get<double>();
  }
  readings["seconds"][0] = document.at("seconds").get<double>();
}

Outcome run_program(const ValidationRun& run, const std::vector<std::string>& overrides) {
  if (!std::filesystem::exists(run.program)) return {{}, "missing: " + run.program.string() + " (bench/validate/build.sh makes it)"};
  const TemporaryFile statistics("validate.json");
  const bool native = run.program.extension() != ".py";
  std::vector<std::string> command = {this_program(), native ? "exec" : "run",   "-q", "--board", run.board,
                                      "--stats",      statistics.path().string()};
  if (!run.cores.empty()) command.insert(command.end(), {"--cores", run.cores});
  for (const auto* list : {&run.overrides, &overrides})
    for (const std::string& each : *list) command.insert(command.end(), {"--set", each});
  command.push_back(run.program.string());
  const ChildResult child = run_child(command);
  if (child.exit_code == 0) {
    Outcome outcome{parse_readings(child.output), ""};
    add_statistics(outcome.readings, statistics.path());
    if (!run.expected.empty()) outcome.readings["as_expected"][0] = child.output == contents(run.expected) ? 1 : 0;
    return outcome;
  }
  return {{}, run.program.filename().string() + " ended with exit code " + std::to_string(child.exit_code) + ": " + child.output};
}

/// What a row can draw on: of several runs, each with its name before its readings.
Outcome gather(const std::vector<std::string>& runs, const std::map<std::string, Outcome>& outcomes) {
  if (runs.size() == 1) return outcomes.at(runs.front());
  Outcome all;
  for (const std::string& run : runs) {
    const Outcome& one = outcomes.at(run);
    if (all.trouble.empty()) all.trouble = one.trouble;
    for (const auto& [name, values] : one.readings) all.readings[run + "." + name] = values;
  }
  return all;
}

void judge(ValidationResult& result, const Outcome& outcome) {
  const ValidationRow& row = result.row;
  result.trouble = outcome.trouble;
  if (result.trouble.empty()) {
    try {
      result.simulated = evaluate(row.formula, outcome.readings);
    } catch (const UsageError& error) {
      result.trouble = error.what();
    }
  }
  using Verdict = ValidationResult::Verdict;
  if (result.simulated) {
    result.error = (*result.simulated - row.published) / std::abs(row.published);
    if (row.kind == ValidationRow::Kind::AtLeast) result.error = std::min(result.error, 0.0);
    if (row.kind == ValidationRow::Kind::AtMost) result.error = std::max(result.error, 0.0);
    if (result.error >= -row.tolerance_below - kRounding && result.error <= row.tolerance + kRounding) result.verdict = Verdict::Pass;
  }
  if (!result.decides()) result.verdict = Verdict::Report;
}

}  // namespace

const char* name_of(ValidationResult::Verdict verdict) {
  switch (verdict) {
    case ValidationResult::Verdict::Pass:
      return "pass";
    case ValidationResult::Verdict::Fail:
      return "fail";
    case ValidationResult::Verdict::Report:
      return "report";
  }
  return "";
}

std::vector<ValidationResult> run_validation(const ValidationTable& table, const std::vector<ValidationRow>& rows,
                                             const std::vector<std::string>& overrides, unsigned jobs,
                                             const std::function<void(std::size_t, std::size_t)>& progress) {
  std::map<std::string, Outcome> outcomes;
  for (const ValidationRow& row : rows)
    for (const std::string& run : row.runs) outcomes[run];
  std::vector<std::pair<const ValidationRun*, Outcome*>> work;
  work.reserve(outcomes.size());
  for (auto& [name, outcome] : outcomes) work.emplace_back(&table.runs.at(name), &outcome);

  std::atomic<std::size_t> next = 0;
  std::size_t done = 0;
  std::mutex mutex;
  std::string fault;
  const auto worker = [&] {
    for (std::size_t i = next++; i < work.size(); i = next++) {
      try {
        *work[i].second = run_program(*work[i].first, overrides);
      } catch (const std::exception& error) {
        work[i].second->trouble = error.what();
      }
      const std::lock_guard lock(mutex);
      progress(++done, work.size());
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < jobs; ++i) threads.emplace_back(worker);
  worker();
  for (std::thread& thread : threads) thread.join();

  std::vector<ValidationResult> results(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    results[i].row = rows[i];
    judge(results[i], gather(rows[i].runs, outcomes));
  }
  return results;
}

ValidationTotals totals_of(const std::vector<ValidationResult>& results, const std::string& group) {
  ValidationTotals totals;
  std::vector<double> errors;
  for (const ValidationResult& result : results) {
    if (!group.empty() && result.row.group != group) continue;
    ++totals.rows;
    const bool passed = result.verdict == ValidationResult::Verdict::Pass;
    if (!result.decides()) {
      ++totals.recalled;
      continue;
    }
    totals.strict += result.row.strict_test;
    totals.strict_passed += result.row.strict_test && passed;
    if (!passed) ++(result.discussed_failure() ? totals.discussed : totals.undiscussed);
    if (result.row.role == ValidationRow::Role::Calibration) {
      ++totals.calibration;
      totals.calibration_passed += passed;
      continue;
    }
    ++totals.test;
    totals.test_passed += passed;
    if (result.simulated && result.row.kind == ValidationRow::Kind::Value) errors.push_back(std::abs(result.error));
  }
  if (!errors.empty()) {
    std::sort(errors.begin(), errors.end());
    totals.median_error = (errors[(errors.size() - 1) / 2] + errors[errors.size() / 2]) / 2;
  }
  return totals;
}

nlohmann::ordered_json to_json(const ValidationTable& table, const std::vector<ValidationResult>& results) {
  nlohmann::ordered_json document{{"rows", nlohmann::ordered_json::array()}, {"groups", nlohmann::ordered_json::object()}};
  for (const ValidationResult& result : results) {
    const ValidationRow& row = result.row;
    nlohmann::ordered_json entry{
        {"id", row.id}, {"group", row.group}, {"what", row.what}, {"unit", row.unit}, {"published", row.published}};
    if (row.kind != ValidationRow::Kind::Value) entry["bound"] = name_of(row.kind);
    entry["simulated"] = result.simulated ? nlohmann::ordered_json(*result.simulated) : nlohmann::ordered_json();
    entry["error"] = result.simulated ? nlohmann::ordered_json(result.error) : nlohmann::ordered_json();
    entry["tolerance"] = row.tolerance;
    if (row.tolerance_below != row.tolerance) entry["tolerance_below"] = row.tolerance_below;
    entry["verdict"] = name_of(result.verdict);
    entry["role"] = name_of(row.role);
    entry["strict_test"] = row.strict_test;
    entry["source"] = row.source;
    if (!row.discussed.empty()) entry["discussed"] = row.discussed;
    if (!result.trouble.empty()) entry["trouble"] = result.trouble;
    document["rows"].push_back(entry);
  }
  const auto totals = [&results](const std::string& group) {
    const ValidationTotals sum = totals_of(results, group);
    return nlohmann::ordered_json{
        {"rows", sum.rows},
        {"calibration", {{"rows", sum.calibration}, {"passed", sum.calibration_passed}}},
        {"test", {{"rows", sum.test}, {"passed", sum.test_passed}}},
        {"strict", {{"rows", sum.strict}, {"passed", sum.strict_passed}}},
        {"failed", {{"discussed", sum.discussed}, {"undiscussed", sum.undiscussed}}},
        {"recalled", sum.recalled},
        {"median_error", sum.median_error ? nlohmann::ordered_json(*sum.median_error) : nlohmann::ordered_json()},
    };
  };
  for (const auto& [id, title] : table.groups)
    if (totals_of(results, id).rows > 0) {
      document["groups"][id] = totals(id);
      document["groups"][id]["title"] = title;
    }
  document["totals"] = totals("");
  return document;
}

}  // namespace epysim::cli
