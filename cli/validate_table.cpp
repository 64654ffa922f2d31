#include "cli/validate_table.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

using Json = nlohmann::ordered_json;

ValidationRow::Role role_of(const std::string& name) {
  for (const auto role : {ValidationRow::Role::Calibration, ValidationRow::Role::Test, ValidationRow::Role::Recalled})
    if (name == name_of(role)) return role;
  throw UsageError("role '" + name + "' is none of calibration, test, recalled");
}

void read_published(const Json& published, ValidationRow& row) {
  if (published.is_array()) {
    const double low = published.at(0).get<double>();
    const double high = published.at(1).get<double>();
    row.published = (low + high) / 2;
    row.tolerance += (high - low) / 2 / row.published;
    row.tolerance_below = row.tolerance;
  } else if (published.is_object()) {
    for (const auto kind : {ValidationRow::Kind::AtLeast, ValidationRow::Kind::AtMost, ValidationRow::Kind::Exactly})
      if (published.contains(name_of(kind))) row.kind = kind;
    row.published = published.at(name_of(row.kind)).get<double>();
  } else {
    row.published = published.get<double>();
  }
  if (row.kind == ValidationRow::Kind::Value && row.published == 0) throw UsageError("a published value of 0 has no relative error");
}

void read_tolerance(const Json& entry, ValidationRow& row) {
  row.tolerance = row.tolerance_below = entry.value("tolerance", 0.0);
  read_published(entry.at("published"), row);
  if (!entry.contains("accepted")) return;
  const double low = entry.at("accepted").at(0).get<double>(), high = entry.at("accepted").at(1).get<double>();
  if (low > row.published || high < row.published) throw UsageError("\"accepted\" does not hold the published value");
  row.tolerance_below = 1 - low / row.published;
  row.tolerance = high / row.published - 1;
}

std::vector<std::string> read_runs(const Json& run) {
  if (run.is_array()) return run.get<std::vector<std::string>>();
  return {run.get<std::string>()};
}

ValidationRun read_run(const Json& entry, const std::filesystem::path& folder, const std::string& board) {
  ValidationRun run;
  run.program = folder / entry.at(entry.contains("python") ? "python" : "elf").get<std::string>();
  run.board = entry.value("board", board);
  run.cores = entry.value("cores", "");
  run.overrides = entry.value("set", std::vector<std::string>{});
  if (entry.contains("expected")) run.expected = folder / entry.at("expected").get<std::string>();
  return run;
}

ValidationRow read_row(const Json& entry, const ValidationTable& table) {
  ValidationRow row;
  row.id = entry.at("id").get<std::string>();
  row.group = entry.at("group").get<std::string>();
  row.runs = read_runs(entry.at("run"));
  row.what = entry.at("what").get<std::string>();
  row.unit = entry.at("unit").get<std::string>();
  read_tolerance(entry, row);
  row.role = role_of(entry.at("role").get<std::string>());
  const std::string meant_as = entry.value("meant_as", name_of(row.role));
  row.strict_test = role_of(meant_as) == ValidationRow::Role::Test && row.group != "functional";
  row.source = entry.at("source").get<std::string>();
  row.formula = entry.at("simulated").get<std::string>();
  row.discussed = entry.value("discussed", "");
  for (const std::string& run : row.runs)
    if (!table.runs.contains(run)) throw UsageError("no run '" + run + "'");
  if (std::none_of(table.groups.begin(), table.groups.end(), [&](const auto& group) { return group.first == row.group; }))
    throw UsageError("no group '" + row.group + "'");
  return row;
}

}  // namespace

const char* name_of(ValidationRow::Role role) {
  switch (role) {
    case ValidationRow::Role::Calibration:
      return "calibration";
    case ValidationRow::Role::Test:
      return "test";
    case ValidationRow::Role::Recalled:
      return "recalled";
  }
  return "";
}

const char* name_of(ValidationRow::Kind kind) {
  switch (kind) {
    case ValidationRow::Kind::Value:
      return "value";
    case ValidationRow::Kind::AtLeast:
      return "at_least";
    case ValidationRow::Kind::AtMost:
      return "at_most";
    case ValidationRow::Kind::Exactly:
      return "exactly";
  }
  return "";
}

std::filesystem::path validation_table_of(const std::string& board) {
  const std::filesystem::path folder = core::home() / "bench/validate";
  if (board == "parallella") return folder / "rows.json";
  if (auto file = folder / board / "rows.json"; board.find('/') == std::string::npos && std::filesystem::exists(file)) return file;
  std::set<std::string> known{"parallella"};
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (std::filesystem::exists(entry.path() / "rows.json")) known.insert(entry.path().filename().string());
  std::string text;
  for (const std::string& name : known) text += (text.empty() ? "" : ", ") + name;
  throw UsageError("validate: no published measurements for a board '" + board + "'; there are some for " + text);
}

ValidationTable load_validation_table(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw UsageError("cannot read the validation table " + file.string());
  ValidationTable table;
  std::string where = "groups";
  try {
    const Json document = Json::parse(in, nullptr, true, true);
    for (const auto& [id, title] : document.at("groups").items()) table.groups.emplace_back(id, title.get<std::string>());
    const std::string board = document.value("board", "parallella");
    for (const auto& [name, entry] : document.at("runs").items()) {
      where = "run " + name;
      table.runs[name] = read_run(entry, file.parent_path(), board);
    }
    std::set<std::string> ids;
    for (const Json& entry : document.at("rows")) {
      where = "row " + entry.value("id", "without id");
      table.rows.push_back(read_row(entry, table));
      if (!ids.insert(table.rows.back().id).second) throw UsageError("this id exists twice");
    }
  } catch (const nlohmann::json::exception& error) {
    throw UsageError(file.string() + ": " + where + ": " + error.what());
  } catch (const UsageError& error) {
    throw UsageError(file.string() + ": " + where + ": " + error.what());
  }
  return table;
}

}  // namespace epysim::cli
