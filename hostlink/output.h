#pragma once
// Where a program's lines go, and where its input comes from: the terminal for the command line, events for a client.

#include <optional>
#include <string>

namespace epysim::hostlink {

class OutputSink {
 public:
  virtual ~OutputSink() = default;
  /// One line that a core printed, without its end; the prefix "[device K] " is part of it.
  virtual void line(int core, const std::string& text) = 0;
  /// Something the user should know; `core` is -1 when it is about all.
  virtual void notice(int core, const std::string& text) = 0;
};

class InputSource {
 public:
  virtual ~InputSource() = default;
  /// The next line without its end; nothing at the end of input. `prompt` is to be shown first.
  virtual std::optional<std::string> line(int core, const std::string& prompt) = 0;
};

/// Lines to standard output (flushed one by one), notices to standard error.
class ConsoleOutput final : public OutputSink {
 public:
  explicit ConsoleOutput(bool quiet = false) : quiet_(quiet) {}
  void line(int core, const std::string& text) override;
  void notice(int core, const std::string& text) override;

 private:
  bool quiet_;  // no notices
};

/// Standard input; the prompt goes to standard output.
class ConsoleInput final : public InputSource {
 public:
  std::optional<std::string> line(int core, const std::string& prompt) override;
};

/// For kernels of a client: there is no input.
class NoInput final : public InputSource {
 public:
  std::optional<std::string> line(int, const std::string&) override { return std::nullopt; }
};

}  // namespace epysim::hostlink
