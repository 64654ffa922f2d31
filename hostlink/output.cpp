#include "hostlink/output.h"

#include <cstdio>
#include <iostream>

namespace epysim::hostlink {

void ConsoleOutput::line(int, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void ConsoleOutput::notice(int core, const std::string& text) {
  if (quiet_) return;
  if (core >= 0) {
    std::fprintf(stderr, "notice: core %d: %s\n", core, text.c_str());
  } else {
    std::fprintf(stderr, "notice: %s\n", text.c_str());
  }
}

std::optional<std::string> ConsoleInput::line(int, const std::string& prompt) {
  std::fwrite(prompt.data(), 1, prompt.size(), stdout);
  std::fflush(stdout);
  std::string text;
  if (!std::getline(std::cin, text)) return std::nullopt;
  return text;
}

}  // namespace epysim::hostlink
