#include "cli/python.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "cli/child_process.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

// Debian's own Python sees Debian's packages, whatever is first on PATH.
std::string interpreter() {
  const char* named = std::getenv("EPYSIM_PYTHON");
  if (named != nullptr && *named != '\0') return named;
  return access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3";
}

}  // namespace

void become_python(const std::string& command, std::vector<std::string> arguments) {
  const std::filesystem::path library = core::home() / "python";
  if (!std::filesystem::is_directory(library / "epython"))
    throw UsageError(command + ": " + (library / "epython").string() + " is missing; EPYSIM_HOME names the folder of epysim's files");
  const char* before = std::getenv("PYTHONPATH");
  const std::string path = library.string() + (before != nullptr && *before != '\0' ? ":" + std::string(before) : "");
  setenv("PYTHONPATH", path.c_str(), 1);
  setenv("EPYSIM", this_program().c_str(), 1);
  setenv("EPYSIM_HOME", core::home().c_str(), 1);
  std::string program = interpreter();
  std::vector<char*> pointers{program.data()};
  pointers.reserve(arguments.size() + 2);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  throw UsageError(command + ": " + program + " could not be started: " + std::strerror(errno) + "; EPYSIM_PYTHON names a Python 3");
}

}  // namespace epysim::cli
