// Where the files that belong to epysim are: EPYSIM_HOME, else the first folder above the executable that has configs/ (a build folder in
// the source tree) or share/epysim/configs/ (an installation), else the source tree it was built from.

#include <cstdlib>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::core {
namespace {

bool is_home(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::is_directory(folder / "configs", error);
}

}  // namespace

std::filesystem::path home() {
  if (const char* chosen = std::getenv("EPYSIM_HOME"); chosen != nullptr && *chosen != '\0') {
    if (!is_home(chosen)) throw UsageError(std::string("EPYSIM_HOME is ") + chosen + ", which has no folder configs/ in it");
    return chosen;
  }
  std::error_code error;
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  for (std::filesystem::path folder = executable.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (is_home(folder)) return folder;
    if (is_home(folder / "share/epysim")) return folder / "share/epysim";
  }
  if (is_home(EPYSIM_SOURCE_DIR)) return EPYSIM_SOURCE_DIR;
  throw UsageError("cannot find epysim's own files (configs/, vm/): set EPYSIM_HOME to the folder that has them");
}

}  // namespace epysim::core
