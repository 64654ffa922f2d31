#pragma once
// Running a program as a child and looking at it from outside: output, exit code, wall time, peak memory.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace epysim::cli {

struct ChildResult {
  int exit_code = -1;  // 128 + the signal's number when one ended it
  std::string output;  // standard output and standard error, as they came
  double wall_seconds = 0;
  std::uint64_t peak_bytes = 0;  // largest resident set
};

/// Runs a program (looked up on PATH) to its end; it reads `input`. Throws UsageError when it cannot be started.
ChildResult run_child(const std::vector<std::string>& command, const std::filesystem::path& input = "/dev/null");

/// The path of the running program.
std::string this_program();

/// Whether a program of this name can be started.
bool on_path(const std::string& program);

/// A file of ours in the folder for temporary files; gone with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace epysim::cli
