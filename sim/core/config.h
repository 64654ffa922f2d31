#pragma once
// A board configuration: JSON with comments, in which every value documents itself.
//
//   "poll_interval": { "value": 600, "unit": "cycles", "source": "...", "text": "..." }
//
// A model asks for a value by its dotted key; the key "mesh.hop_cycles" is section "mesh", entry "hop_cycles". `--set KEY=VALUE`
// replaces a value. Unknown keys, wrong types and impossible values are errors that name the key and the file.
//
// A file may begin with "based_on": "pynq.json", a file beside it: it then only says what is different there. null instead
// of a section or a value leaves it out.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace epysim::core {

class Config {
 public:
  /// `board` is a name ("parallella": looked up in the folder of board files) or a path to a .json file.
  /// `overrides` are "KEY=VALUE" texts. Throws UsageError.
  static Config load(const std::string& board, const std::vector<std::string>& overrides = {});
  /// `folder`: where a file that it is based on lies.
  static Config parse(const std::string& text, const std::string& origin, const std::vector<std::string>& overrides = {},
                      const std::filesystem::path& folder = {});
  ~Config();
  Config(Config&&) noexcept;

  const std::string& board() const;  // the file's "board" entry

  /// Each names the key in its UsageError when it is missing, of another type, or outside [low, high].
  std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high) const;
  double real(const std::string& key, double low, double high) const;
  bool boolean(const std::string& key) const;
  std::string text(const std::string& key) const;
  /// Its unit in the file; empty for an unknown key.
  std::string unit(const std::string& key) const;

  /// A section that this use of the board has no use for: what is in it is not looked at.
  void set_aside(const std::string& section) const;
  /// Throws UsageError naming the first key of the file that no model has asked for (call it once the board is built).
  void reject_unknown() const;
  /// Effective values by key, for the statistics document.
  nlohmann::ordered_json effective() const;

 private:
  Config();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The folder that holds configs/, vm/ and python/: of the source tree or of an installation; EPYSIM_HOME overrides.
std::filesystem::path home();

}  // namespace epysim::core
