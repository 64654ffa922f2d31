#pragma once
// A board's validation table (bench/validate/rows.json for the Parallella, bench/validate/BOARD/rows.json for others): published
// measurements, and the programs that repeat them.
//
//   "board":   "pynq"                                          on which they run; may be left out
//   "groups":  {"pipeline": "Pipeline and single core", ...}   in the order of the report
//   "runs":    {"remote": {"elf": "remote.elf", "cores": "0", "set": ["elink.lclk_mhz=300"]}, ...}   "cores" and "set" may be left out,
//   "board" says where if
//              not on the table's; "python": "../../examples/jacobi.py" in place of "elf" is an ePython program;
//              "expected": a file that what the program prints must equal makes the reading "as_expected" 1, else 0
//   "rows":    [{"id": "V17.3", "group", "run", "what", "unit", "published", "tolerance", "role", "source", "simulated"}, ...]
//
// "run" may be a list of runs: the readings of each then bear its name, as in linpack_fpu.cycles. "published" is a number, a range [low,
// high], a bound {"at_least": x} or {"at_most": x}, or what a functional check must come to, {"exactly": x}. A range stands for its middle,
// and half its width is added to the tolerance. "tolerance" is relative; "accepted": [low, high], in the row's unit, may stand in its
// place. "role": "calibration" rows may set parameters, "test" rows must not, "recalled" ones rest on figures that nobody has read again:
// they never decide. "meant_as": "test" says of a calibration row that its source does not offer it for calibration: the strict count takes
// it as a test. That count leaves out the group "functional", whose checks cannot miss by a little. "discussed" names the section of
// docs/validation.md about a row that is not met.

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace epysim::cli {

struct ValidationRun {
  std::filesystem::path program;  // an ELF, or ePython
  std::string board;
  std::string cores;
  std::vector<std::string> overrides;
  std::filesystem::path expected;  // empty = none
};

struct ValidationRow {
  enum class Role { Calibration, Test, Recalled };
  enum class Kind { Value, AtLeast, AtMost, Exactly };

  std::string id;
  std::string group;
  std::vector<std::string> runs;
  std::string what;
  std::string unit;
  Kind kind = Kind::Value;
  double published = 0;
  double tolerance = 0;        // relative
  double tolerance_below = 0;  // the same, of what is too small
  Role role = Role::Test;
  std::string source;
  std::string formula;
  std::string discussed;     // a section of docs/validation.md; empty = none
  bool strict_test = false;  // counts as a test in the strict count
};

const char* name_of(ValidationRow::Role role);
const char* name_of(ValidationRow::Kind kind);

struct ValidationTable {
  std::vector<std::pair<std::string, std::string>> groups;  // id, title
  std::map<std::string, ValidationRun> runs;
  std::vector<ValidationRow> rows;
};

/// Where the table of a board is. Throws UsageError naming the boards that have one when this has none.
std::filesystem::path validation_table_of(const std::string& board);

/// Paths of programs are relative to the table's folder. Throws UsageError naming the row and what is wrong with it.
ValidationTable load_validation_table(const std::filesystem::path& file);

}  // namespace epysim::cli
