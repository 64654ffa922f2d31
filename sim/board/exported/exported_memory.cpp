#include "sim/board/exported/exported_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sim/core/error.h"

namespace epysim::board {
namespace {

constexpr off_t kAddressSpace = off_t{1} << 32;

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw UsageError(file.string() + " cannot be " + what + ": " + std::strerror(errno));
}

}  // namespace

ExportedMemory::ExportedMemory(const std::filesystem::path& file)
    : file_(file), descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
  if (descriptor_ < 0) fail(file_, "made");
  if (::ftruncate(descriptor_, kAddressSpace) != 0) fail(file_, "made 4 GB large (nearly all of it holes)");
}

ExportedMemory::~ExportedMemory() {
  for (const std::span<std::byte> part : mapped_) ::munmap(part.data(), part.size());
  ::close(descriptor_);
}

std::span<std::byte> ExportedMemory::map(Address base, std::size_t bytes) {
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, base);
  if (memory == MAP_FAILED) fail(file_, "mapped");
  return mapped_.emplace_back(static_cast<std::byte*>(memory), bytes);
}

}  // namespace epysim::board
