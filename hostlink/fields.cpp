#include "hostlink/fields.h"

#include <algorithm>
#include <cmath>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace epysim::hostlink {
namespace {

std::int64_t checked_integer(const Fields& fields, const std::string& key, const nlohmann::json& value, std::int64_t low,
                             std::int64_t high) {
  const bool fits = value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
  if (!fits) fields.fail(key, "must be an integer");
  const auto number = value.get<std::int64_t>();
  if (number < low || number > high) {
    fields.fail(key, "is " + std::to_string(number) + ", which is not in " + std::to_string(low) + " .. " + std::to_string(high));
  }
  return number;
}

}  // namespace

Fields::Fields(const nlohmann::json& object, std::string what) : object_(object), what_(std::move(what)) {
  if (!object.is_object()) throw UsageError(what_ + " must be an object");
}

void Fields::fail(const std::string& key, const std::string& why) const { throw UsageError(what_ + ": \"" + key + "\" " + why); }

const nlohmann::json* Fields::find(const std::string& key) {
  known_.push_back(key);
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json& Fields::need(const std::string& key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) fail(key, "is missing");
  return *value;
}

std::string Fields::text(const std::string& key) {
  const nlohmann::json& value = need(key);
  if (!value.is_string()) fail(key, "must be a text");
  return value.get<std::string>();
}

std::string Fields::text(const std::string& key, const std::string& otherwise) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_string()) fail(key, "must be a text");
  return value->get<std::string>();
}

bool Fields::boolean(const std::string& key, bool otherwise) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) fail(key, "must be true or false");
  return value->get<bool>();
}

std::int64_t Fields::integer(const std::string& key, std::int64_t low, std::int64_t high) {
  return checked_integer(*this, key, need(key), low, high);
}

std::int64_t Fields::integer(const std::string& key, std::int64_t low, std::int64_t high, std::int64_t otherwise) {
  const nlohmann::json* value = find(key);
  return value == nullptr ? otherwise : checked_integer(*this, key, *value, low, high);
}

std::optional<double> Fields::seconds(const std::string& key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) fail(key, "must be a number of seconds");
  const double seconds = value->get<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e9) fail(key, "must be a number of seconds, from 0 to 1e9");
  return seconds;
}

const nlohmann::json& Fields::array(const std::string& key) {
  static const nlohmann::json empty = nlohmann::json::array();
  const nlohmann::json* value = find(key);
  if (value == nullptr) return empty;
  if (!value->is_array()) fail(key, "must be a list");
  return *value;
}

std::vector<std::string> Fields::texts(const std::string& key) {
  std::vector<std::string> all;
  for (const nlohmann::json& value : array(key)) {
    if (!value.is_string()) fail(key, "must be a list of texts");
    all.push_back(value.get<std::string>());
  }
  return all;
}

std::vector<std::int64_t> Fields::integers(const std::string& key, std::int64_t low, std::int64_t high) {
  std::vector<std::int64_t> all;
  for (const nlohmann::json& value : array(key)) all.push_back(checked_integer(*this, key, value, low, high));
  return all;
}

void Fields::done() const {
  for (const auto& [key, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string near = core::nearest(key, known_);
    fail(key, "is not known" + (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
  }
}

}  // namespace epysim::hostlink
