#pragma once
// The device ELF of a recording: the file is not in it, but its name and digest, so that another one is noticed.

#include <filesystem>
#include <string>

namespace epysim::hostlink {

struct VmFile {
  std::string name;    // of a file in vm/images, else a path
  std::string sha256;  // of its contents
};

VmFile vm_file(const std::filesystem::path& elf);
/// Where the file of a recording is: `given`, else where its name says. Throws UsageError when it is missing or another one.
std::filesystem::path find_vm(const VmFile& recorded, const std::filesystem::path& given);

}  // namespace epysim::hostlink
