#include "sim/core/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/integer_text.h"
#include "sim/core/nearest.h"

namespace epysim::core {
namespace {

using Json = nlohmann::ordered_json;

// One configuration value and what its file says about it.
struct Entry {
  Json value;
  std::string unit;
  std::string origin;  // the file, or the --set option, that gave the value
};

std::string kind_of(const Json& value) {
  if (value.is_boolean()) return "a boolean";
  if (value.is_number_integer()) return "an integer";
  if (value.is_number()) return "a real number";
  if (value.is_string()) return "a text";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "a section";
  return "null";
}

// Where byte `at` of a text is, for people.
std::string line_and_column(const std::string& text, std::size_t at) {
  const std::string before = text.substr(0, at == 0 ? 0 : at - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto newline = before.rfind('\n');
  const auto column = 1 + (newline == std::string::npos ? before.size() : before.size() - newline - 1);
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// JSON with comments. A key given twice would silently win over the first, so it is refused.
Json parse_json(const std::string& text, const std::string& origin) {
  std::vector<std::set<std::string>> seen;
  std::string twice;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    if (event == Json::parse_event_t::key && !seen.back().insert(parsed.get<std::string>()).second && twice.empty())
      twice = parsed.get<std::string>();
    return true;
  };
  try {
    Json document = Json::parse(text, watch, true, true);
    if (!twice.empty()) throw UsageError(origin + ": the key '" + twice + "' is given twice in one section");
    return document;
  } catch (const Json::parse_error& error) {
    throw UsageError(origin + ": " + line_and_column(text, error.byte) + ": not valid JSON (comments with // and /* */ are allowed)");
  }
}

std::string number(double value) {
  std::ostringstream out;
  out.precision(12);
  out << value;
  return out.str();
}

// An override as people write it: faults have an option of their own.
std::string option_of(const std::string& assignment) {
  constexpr std::string_view kFaults = "faults.";
  return assignment.starts_with(kFaults) ? "--fault " + assignment.substr(kFaults.size()) : "--set " + assignment;
}

std::optional<std::string> text_of(const std::filesystem::path& file) {
  std::error_code error;
  std::ifstream in(file);
  if (!in || !std::filesystem::is_regular_file(file, error)) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

struct Config::Impl {
  std::string origin;
  std::string board;
  std::vector<std::string> order;  // keys as the file lists them
  std::map<std::string, Entry> entries;
  mutable std::set<std::string> asked;

  void read_file(const std::string& text, const std::filesystem::path& folder, int depth);
  void read_section(const Json& section, const std::string& prefix);
  void remove(const std::string& key);
  void override_with(const std::string& assignment);
  const Entry& find(const std::string& key) const;
  std::vector<std::string> never_asked() const;

  [[noreturn]] static void wrong_type(const std::string& key, const Entry& entry, const std::string& expected) {
    throw UsageError(entry.origin + ": " + key + " must be " + expected + with_unit(entry) + ", not " + kind_of(entry.value) + " (" +
                     entry.value.dump() + ")");
  }
  [[noreturn]] static void out_of_range(const std::string& key, const Entry& entry, const std::string& low, const std::string& high) {
    const std::string given = entry.value.is_string() ? entry.value.get<std::string>() : entry.value.dump();
    throw UsageError(entry.origin + ": " + key + " = " + given + " is impossible: it must be from " + low + " to " + high +
                     (entry.unit.empty() ? "" : " " + entry.unit));
  }
  static std::string with_unit(const Entry& entry) { return entry.unit.empty() ? "" : " (" + entry.unit + ")"; }
};

void Config::Impl::read_section(const Json& section, const std::string& prefix) {
  for (const auto& [name, item] : section.items()) {
    const std::string key = prefix.empty() ? name : prefix + "." + name;
    if (name == "text" && item.is_string()) continue;  // prose about the section
    if (prefix.empty() && name == "board") {
      if (!item.is_string() || item.get<std::string>().empty()) throw UsageError(origin + ": board must be the board's name, a text");
      board = item.get<std::string>();
      continue;
    }
    if (prefix.empty() && name == "based_on") continue;
    if (item.is_null()) {
      remove(key);
      continue;
    }
    if (!item.is_object())
      throw UsageError(origin + ": " + key +
                       " must be a section or a documented value, {\"value\": ..., \"unit\": ..., \"source\": ...}, not " + kind_of(item));
    if (!item.contains("value")) {
      read_section(item, key);
      continue;
    }
    Entry entry;
    entry.origin = origin;
    for (const auto& [field, content] : item.items()) {
      if (field == "value") {
        if (content.is_object() || content.is_array() || content.is_null())
          throw UsageError(origin + ": " + key + " must have a number, a boolean or a text as its value, not " + kind_of(content));
        entry.value = content;
      } else if (field != "unit" && field != "source" && field != "text") {
        throw UsageError(origin + ": " + key + " has an unknown field '" + field + "'; a value has value, unit, source and text");
      } else if (!content.is_string()) {
        throw UsageError(origin + ": the " + field + " of " + key + " must be a text, not " + kind_of(content));
      } else if (field == "unit") {
        entry.unit = content.get<std::string>();
      }
    }
    if (!entries.contains(key)) order.push_back(key);
    entries.insert_or_assign(key, std::move(entry));
  }
}

/// A value, or a section with all its values, that the file below has and this one has not.
void Config::Impl::remove(const std::string& key) {
  const std::size_t removed = std::erase_if(order, [&key](const std::string& each) { return each == key || each.starts_with(key + "."); });
  if (removed == 0)
    throw UsageError(origin + ": " + key + " is null, which leaves out what the file has that this one is based on: nothing");
  std::erase_if(entries, [&key](const auto& each) { return each.first == key || each.first.starts_with(key + "."); });
}

void Config::Impl::read_file(const std::string& text, const std::filesystem::path& folder, int depth) {
  constexpr int kDeepest = 8;  // files based on each other
  const Json document = parse_json(text, origin);
  if (!document.is_object()) throw UsageError(origin + ": a board file is one JSON object, not " + kind_of(document));
  if (const auto base = document.find("based_on"); base != document.end()) {
    if (!base->is_string()) throw UsageError(origin + ": based_on must be the name of a file beside this one, not " + kind_of(*base));
    const std::string name = base->get<std::string>();
    const auto text_of_base = text_of(folder / name);
    if (!text_of_base) throw UsageError(origin + ": based_on: there is no file " + name + " beside this one");
    if (depth == kDeepest) throw UsageError(origin + ": based_on: the files are based on each other in a circle");
    const std::string own = std::exchange(origin, (std::filesystem::path(origin).parent_path() / name).string());
    read_file(*text_of_base, folder, depth + 1);
    origin = own;
  }
  read_section(document, "");
}

void Config::Impl::override_with(const std::string& assignment) {
  const std::string given = option_of(assignment);
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError(given + ": write it as KEY=VALUE, for example " +
                     (given.starts_with("--fault") ? "--fault answers.drop=0.01" : "--set host.poll_interval=600"));
  const std::string key = assignment.substr(0, equals);
  const auto found = entries.find(key);
  if (found == entries.end()) {
    const std::string near = nearest(key, order);
    throw UsageError(given + ": " + origin + " has no key '" + key + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  const std::string text = assignment.substr(equals + 1);
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded() || value.is_structured() || value.is_null()) value = text;
  if (found->second.value.is_string() && !value.is_string() && !integer_from_text(found->second.value.get<std::string>())) value = text;
  found->second.value = std::move(value);
  found->second.origin = given;
}

const Entry& Config::Impl::find(const std::string& key) const {
  asked.insert(key);
  const auto found = entries.find(key);
  if (found != entries.end()) return found->second;
  const std::string near = nearest(key, never_asked());
  throw UsageError(origin + ": the key '" + key + "' is missing" + (near.empty() ? "" : "; is '" + near + "' a misspelling of it?"));
}

std::vector<std::string> Config::Impl::never_asked() const {
  std::vector<std::string> keys;
  for (const std::string& key : order)
    if (!asked.contains(key)) keys.push_back(key);
  return keys;
}

Config::Config() : impl_(std::make_unique<Impl>()) {}
Config::~Config() = default;
Config::Config(Config&&) noexcept = default;

Config Config::parse(const std::string& text, const std::string& origin, const std::vector<std::string>& overrides,
                     const std::filesystem::path& folder) {
  Config config;
  Impl& impl = *config.impl_;
  impl.origin = origin;
  impl.read_file(text, folder, 0);
  if (impl.board.empty()) throw UsageError(origin + ": the key 'board' (the board's name) is missing");
  for (const std::string& assignment : overrides) impl.override_with(assignment);
  return config;
}

Config Config::load(const std::string& board, const std::vector<std::string>& overrides) {
  const bool is_file = board.ends_with(".json") || board.find('/') != std::string::npos;
  const std::filesystem::path folder = is_file ? std::filesystem::path() : home() / "configs";
  const std::filesystem::path file = is_file ? std::filesystem::path(board) : folder / (board + ".json");
  const std::optional<std::string> text = text_of(file);
  if (!text) {
    std::error_code error;
    if (is_file) throw UsageError(board + ": no such board file");
    std::vector<std::string> known;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
      if (entry.path().extension() == ".json") known.push_back(entry.path().stem().string());
    std::sort(known.begin(), known.end());
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
    const std::string near = nearest(board, known);
    throw UsageError("unknown board '" + board + "'" + (near.empty() ? "." : ", did you mean '" + near + "'?") + " Boards here: " + list +
                     ". A path to a .json file works too.");
  }
  return parse(*text, is_file ? board : "configs/" + board + ".json", overrides, file.parent_path());
}

const std::string& Config::board() const { return impl_->board; }

std::int64_t Config::integer(const std::string& key, std::int64_t low, std::int64_t high) const {
  const Entry& entry = impl_->find(key);
  std::optional<std::int64_t> value;
  if (entry.value.is_number_unsigned() && entry.value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    Impl::out_of_range(key, entry, std::to_string(low), std::to_string(high));
  if (entry.value.is_number_integer()) value = entry.value.get<std::int64_t>();
  if (entry.value.is_string()) value = integer_from_text(entry.value.get<std::string>());
  if (!value) Impl::wrong_type(key, entry, "an integer");
  if (*value < low || *value > high) Impl::out_of_range(key, entry, std::to_string(low), std::to_string(high));
  return *value;
}

double Config::real(const std::string& key, double low, double high) const {
  const Entry& entry = impl_->find(key);
  if (!entry.value.is_number()) Impl::wrong_type(key, entry, "a number");
  const double value = entry.value.get<double>();
  if (!(value >= low && value <= high)) Impl::out_of_range(key, entry, number(low), number(high));
  return value;
}

bool Config::boolean(const std::string& key) const {
  const Entry& entry = impl_->find(key);
  if (!entry.value.is_boolean()) Impl::wrong_type(key, entry, "true or false");
  return entry.value.get<bool>();
}

std::string Config::unit(const std::string& key) const {
  const auto found = impl_->entries.find(key);
  return found == impl_->entries.end() ? "" : found->second.unit;
}

std::string Config::text(const std::string& key) const {
  const Entry& entry = impl_->find(key);
  if (!entry.value.is_string()) Impl::wrong_type(key, entry, "a text");
  return entry.value.get<std::string>();
}

void Config::set_aside(const std::string& section) const {
  for (const std::string& key : impl_->order)
    if (key.starts_with(section + ".")) impl_->asked.insert(key);
}

void Config::reject_unknown() const {
  const std::vector<std::string> unknown = impl_->never_asked();
  if (unknown.empty()) return;
  const std::vector<std::string> known(impl_->asked.begin(), impl_->asked.end());
  const std::string near = nearest(unknown.front(), known);
  throw UsageError(impl_->origin + ": unknown key '" + unknown.front() + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

Json Config::effective() const {
  Json values = Json::object();
  for (const std::string& key : impl_->order) values[key] = impl_->entries.at(key).value;
  return values;
}

}  // namespace epysim::core
