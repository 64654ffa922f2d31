#pragma once
// The fields of a request's JSON object, taken one by one: a wrong type, a missing field and a field that nobody knows are
// UsageErrors that name it.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace epysim::hostlink {

class Fields {
 public:
  /// `what` names the object in messages: "open", "buffers[2]". `object` must outlive this.
  Fields(const nlohmann::json& object, std::string what);

  /// The value, or null when it is left out (or null).
  const nlohmann::json* find(const std::string& key);
  const nlohmann::json& need(const std::string& key);

  std::string text(const std::string& key);
  std::string text(const std::string& key, const std::string& otherwise);
  bool boolean(const std::string& key, bool otherwise);
  std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high);
  std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high, std::int64_t otherwise);
  /// A number of seconds, at least 0 and finite.
  std::optional<double> seconds(const std::string& key);
  std::vector<std::string> texts(const std::string& key);
  std::vector<std::int64_t> integers(const std::string& key, std::int64_t low, std::int64_t high);
  const nlohmann::json& array(const std::string& key);

  /// Throws UsageError when the object has a field that was not asked for.
  void done() const;
  [[noreturn]] void fail(const std::string& key, const std::string& why) const;

 private:
  const nlohmann::json& object_;
  std::string what_;
  std::vector<std::string> known_;
};

}  // namespace epysim::hostlink
