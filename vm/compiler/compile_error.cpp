// The text of a compile error.

#include "vm/compiler/compile_error.h"

namespace epysim::compiler {

namespace {

std::string render(const SourceLines& lines, Position position, const std::string& message, const std::string& hint) {
  const SourceLines::Line& line = lines.at(position);
  std::string text =
      lines.file_of(position) + ":" + std::to_string(line.number) + ":" + std::to_string(position.column) + ": error: " + message;
  text += "\n    " + line.text + "\n    ";
  // The same blanks and tabs as the line, and nothing for the later bytes of a UTF-8 character, put the caret below its character.
  for (size_t i = 0; i + 1 < position.column; ++i) {
    const char c = i < line.text.size() ? line.text[i] : ' ';
    if ((static_cast<unsigned char>(c) & 0xc0u) != 0x80u) text += c == '\t' ? '\t' : ' ';
  }
  text += "^";
  if (!hint.empty()) text += "\n  hint: " + hint;
  return text;
}

}  // namespace

CompileError::CompileError(const SourceLines& lines, Position position, std::string message, std::string hint)
    : ProgramError(render(lines, position, message, hint)),
      file_(lines.file_of(position)),
      line_(lines.at(position).number),
      column_(position.column),
      message_(std::move(message)),
      hint_(std::move(hint)) {}

}  // namespace epysim::compiler
