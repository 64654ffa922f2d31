#include "cli/validate_table.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

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
  } else if (published.is_object()) {
    for (const auto kind : {ValidationRow::Kind::AtLeast, ValidationRow::Kind::AtMost, ValidationRow::Kind::Exactly})
      if (published.contains(name_of(kind))) row.kind = kind;
    row.published = published.at(name_of(row.kind)).get<double>();
  } else {
    row.published = published.get<double>();
  }
  if (row.kind == ValidationRow::Kind::Value && row.published == 0) throw UsageError("a published value of 0 has no relative error");
}

ValidationRow read_row(const Json& entry, const ValidationTable& table) {
  ValidationRow row;
  row.id = entry.at("id").get<std::string>();
  row.group = entry.at("group").get<std::string>();
  row.run = entry.at("run").get<std::string>();
  row.what = entry.at("what").get<std::string>();
  row.unit = entry.at("unit").get<std::string>();
  row.tolerance = entry.value("tolerance", 0.0);
  read_published(entry.at("published"), row);
  row.role = role_of(entry.at("role").get<std::string>());
  const std::string meant_as = entry.value("meant_as", name_of(row.role));
  row.strict_test = role_of(meant_as) == ValidationRow::Role::Test && row.group != "functional";
  row.source = entry.at("source").get<std::string>();
  row.formula = entry.at("simulated").get<std::string>();
  row.discussed = entry.value("discussed", "");
  if (!table.runs.contains(row.run)) throw UsageError("no run '" + row.run + "'");
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

ValidationTable load_validation_table(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw UsageError("cannot read the validation table " + file.string());
  ValidationTable table;
  std::string where = "groups";
  try {
    const Json document = Json::parse(in, nullptr, true, true);
    for (const auto& [id, title] : document.at("groups").items()) table.groups.emplace_back(id, title.get<std::string>());
    for (const auto& [name, entry] : document.at("runs").items()) {
      where = "run " + name;
      table.runs[name] = {file.parent_path() / entry.at("elf").get<std::string>(),
                          entry.value("cores", ""),
                          entry.value("set", std::vector<std::string>{}),
                          {}};
      if (entry.contains("expected")) table.runs[name].expected = file.parent_path() / entry.at("expected").get<std::string>();
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
