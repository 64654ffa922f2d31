// The commands of the laboratory (docs/laboratory.md): written in Python, in python/laboratory; what stands here starts them.

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "cli/child_process.h"
#include "cli/commands.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

// Debian's own Python sees Debian's packages, whatever is first on PATH.
std::string python() {
  const char* named = std::getenv("EPYSIM_PYTHON");
  if (named != nullptr && *named != '\0') return named;
  return access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3";
}

[[noreturn]] void become(const std::string& command, const std::vector<std::string>& arguments) {
  const std::filesystem::path library = core::home() / "python";
  if (!std::filesystem::is_directory(library / "laboratory"))
    throw UsageError(command + ": " + (library / "laboratory").string() + " is missing; EPYSIM_HOME names the folder of epysim's files");
  const char* before = std::getenv("PYTHONPATH");
  const std::string path = library.string() + (before != nullptr && *before != '\0' ? ":" + std::string(before) : "");
  setenv("PYTHONPATH", path.c_str(), 1);
  setenv("EPYSIM", this_program().c_str(), 1);
  setenv("EPYSIM_HOME", core::home().c_str(), 1);
  std::vector<std::string> words = {python(), "-m", "laboratory", command};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  throw UsageError(command + ": " + words[0] + " could not be started: " + std::strerror(errno) + "; EPYSIM_PYTHON names a Python 3");
}

void add(CLI::App& root, const std::string& name, const std::string& text) {
  CLI::App* command = root.add_subcommand(name, text);
  command->set_help_flag();
  command->prefix_command();
  command->callback([command, name] { become(name, command->remaining()); });
}

}  // namespace

void add_laboratory(CLI::App& root) {
  add(root, "reproduce", "Repeat the published results of the papers: published, simulated, verdict");
  add(root, "report", "Show where the cycles went: by kernel, line of Python, variable and core");
  add(root, "sweep", "Run a study: a program with many settings, on all processors or a cluster");
  add(root, "tune", "Search for the best prefetch settings and memory kinds of an offload script");
}

}  // namespace epysim::cli
