#include "hostlink/recording/vm_file.h"

#include "hostlink/sha256.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

std::filesystem::path images() { return core::home() / "vm" / "images"; }

}  // namespace

VmFile vm_file(const std::filesystem::path& elf) {
  std::error_code error;
  const bool ours = std::filesystem::equivalent(elf.parent_path(), images(), error);
  return {ours ? elf.filename().string() : elf.string(), sha256_of_file(elf)};
}

std::filesystem::path find_vm(const VmFile& recorded, const std::filesystem::path& given) {
  std::filesystem::path file = !given.empty()                                 ? given
                               : recorded.name.find('/') == std::string::npos ? images() / recorded.name
                                                                              : std::filesystem::path(recorded.name);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    throw UsageError("the recording was made with the VM " + recorded.name + ", and there is no " + file.string() +
                     ": name it with --vm FILE");
  }
  if (const std::string found = sha256_of_file(file); found != recorded.sha256) {
    throw UsageError("the recording was made with another VM than " + file.string() + ":\n  recorded sha256 " + recorded.sha256 +
                     "\n  found    sha256 " + found +
                     "\nmake the recording anew (those of traces/link: tools/renew_traces.sh), or name the VM of that time with --vm FILE");
  }
  return file;
}

}  // namespace epysim::hostlink
