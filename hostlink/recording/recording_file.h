#pragma once
// The file of a recording: a line that says what it is, a line of JSON that says of what, then entries (docs/recording.md). It is written
// as the run goes; a reader takes it plain or compressed by gzip.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "hostlink/recording/entry.h"

namespace epysim::hostlink {

inline constexpr int kRecordingVersion = 1;

class RecordingWriter {
 public:
  /// Throws UsageError when the file cannot be written, as the others do.
  RecordingWriter(const std::filesystem::path& file, const nlohmann::json& header);

  void add(const Entry& entry);
  /// To the file, whatever becomes of this process.
  void flush();

 private:
  [[noreturn]] void fail() const;

  std::filesystem::path file_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> out_;
  bool pending_ = false;
};

class RecordingReader {
 public:
  /// Throws UsageError: no such file, empty, not a recording, of another version, a damaged header.
  explicit RecordingReader(const std::filesystem::path& file);
  ~RecordingReader();
  RecordingReader(const RecordingReader&) = delete;
  RecordingReader& operator=(const RecordingReader&) = delete;

  const std::string& name() const { return name_; }
  const nlohmann::json& header() const { return header_; }
  /// The next entry; nothing at the end. Throws UsageError for one that cannot be.
  std::optional<Entry> next();
  /// After the end: there was no End entry. The run was killed, or the file cut short.
  bool cut() const { return cut_; }
  /// How many entries have been read.
  std::size_t count() const { return count_; }

 private:
  std::size_t take(void* to, std::size_t bytes);
  std::string line(std::size_t most);
  [[noreturn]] void fail(const std::string& why) const;

  struct Stream;
  std::string name_;
  std::unique_ptr<Stream> in_;
  nlohmann::json header_;
  std::size_t count_ = 0;
  bool over_ = false;
  bool cut_ = false;
};

}  // namespace epysim::hostlink
