// Lines of source text and their origin.

#include "vm/compiler/source.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sim/core/error.h"

namespace epysim::compiler {

Source read_source(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || in.bad() || text.fail()) throw UsageError("cannot read the program '" + path + "': no such file, or it is not readable");
  return Source{{SourceChunk{path, 1, text.str()}}};
}

uint32_t SourceLines::file_index(const std::string& file) {
  const auto found = std::find(files_.begin(), files_.end(), file);
  if (found != files_.end()) return static_cast<uint32_t>(found - files_.begin());
  files_.push_back(file);
  return static_cast<uint32_t>(files_.size() - 1);
}

uint32_t SourceLines::add(const Source& source) {
  const auto first = static_cast<uint32_t>(lines_.size());
  for (const SourceChunk& chunk : source.chunks) {
    const uint32_t file = file_index(chunk.file);
    auto number = static_cast<uint32_t>(std::max(chunk.first_line, 1));
    size_t begin = 0;
    while (begin < chunk.text.size()) {
      size_t end = chunk.text.find('\n', begin);
      if (end == std::string::npos) end = chunk.text.size();
      std::string text = chunk.text.substr(begin, end - begin);
      if (!text.empty() && text.back() == '\r') text.pop_back();
      lines_.push_back({file, number++, std::move(text)});
      begin = end + 1;
    }
  }
  // A source without a line still needs a place for messages about it.
  if (lines_.size() == first) lines_.push_back({file_index(source.chunks.empty() ? "<empty>" : source.chunks.front().file), 1, ""});
  return first;
}

}  // namespace epysim::compiler
