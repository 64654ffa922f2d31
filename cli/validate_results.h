#pragma once
// The validation table, run: each program once, as a child process of its own (SystemC elaborates once per process), and each row judged.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/validate_table.h"

namespace epysim::cli {

struct ValidationResult {
  enum class Verdict { Pass, Fail, Report };

  ValidationRow row;
  std::optional<double> simulated;  // empty: it could not be run; `trouble` says why
  double error = 0;                 // relative to the published value; of a bound: how far it is missed
  Verdict verdict = Verdict::Fail;
  std::string trouble;

  /// It takes part in the verdict of the whole.
  bool decides() const { return row.role != ValidationRow::Role::Recalled; }
  bool discussed_failure() const { return verdict == Verdict::Fail && !row.discussed.empty() && simulated.has_value(); }
};

const char* name_of(ValidationResult::Verdict verdict);

/// Runs what the rows need, `jobs` programs at a time; `overrides` (KEY=VALUE) come after those of each run. `progress(done, all)` is
/// called from time to time by one thread at a time.
std::vector<ValidationResult> run_validation(const ValidationTable& table, const std::vector<ValidationRow>& rows,
                                             const std::vector<std::string>& overrides, unsigned jobs,
                                             const std::function<void(std::size_t, std::size_t)>& progress);

/// What a set of results comes to.
struct ValidationTotals {
  std::size_t rows = 0;
  std::size_t calibration_passed = 0, calibration = 0;
  std::size_t test_passed = 0, test = 0;
  std::size_t strict_passed = 0, strict = 0;  // tests, and calibration rows that were meant as tests, without functional checks
  std::size_t discussed = 0;                  // of the failed ones that decide
  std::size_t undiscussed = 0;                // of the failed ones that decide
  std::size_t recalled = 0;                   // reported only
  std::optional<double> median_error;         // absolute, over the test rows with a published value (bounds and checks have none)
};

ValidationTotals totals_of(const std::vector<ValidationResult>& results, const std::string& group = "");

/// {"rows": [...], "totals": {...}}
nlohmann::ordered_json to_json(const ValidationTable& table, const std::vector<ValidationResult>& results);

}  // namespace epysim::cli
