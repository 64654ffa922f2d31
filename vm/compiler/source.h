#pragma once
// The text that is compiled, and where every line of it came from.
//
// A source is a list of chunks, so that a program put together from pieces of a user's files still shows that user's files and lines in
// messages, line tables and listings.

#include <cstdint>
#include <string>
#include <vector>

namespace epysim::compiler {

/// Consecutive lines of one file. `text` may be the whole file.
struct SourceChunk {
  std::string file;    ///< name as shown to the user; its folder is where imports are looked for first
  int first_line = 1;  ///< number of the first line of `text` in that file
  std::string text;
};

struct Source {
  std::vector<SourceChunk> chunks;
};

/// The whole file as one chunk. UsageError when it cannot be read.
Source read_source(const std::string& path);

/// Where a token or a tree node stands: a line of SourceLines and a column counted in bytes from 1.
struct Position {
  uint32_t line = 0;
  uint32_t column = 1;
};

/// Every line of every module of one program, in the order in which they were added.
class SourceLines {
 public:
  struct Line {
    uint32_t file;    ///< index into files()
    uint32_t number;  ///< in that file, from 1
    std::string text;
  };

  /// Appends the lines of a source (a carriage return before a line's end is dropped); returns the index of the first.
  uint32_t add(const Source& source);

  const std::vector<std::string>& files() const { return files_; }
  const std::vector<Line>& lines() const { return lines_; }
  const Line& at(Position position) const { return lines_.at(position.line); }
  const std::string& file_of(Position position) const { return files_.at(at(position).file); }

 private:
  uint32_t file_index(const std::string& file);

  std::vector<std::string> files_;
  std::vector<Line> lines_;
};

}  // namespace epysim::compiler
