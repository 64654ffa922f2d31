#include "sim/board/exported/exported_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::board {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 32;

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw UsageError(file.string() + " cannot be " + what + ": " + std::strerror(errno));
}

}  // namespace

ExportedMemory::ExportedMemory(const std::filesystem::path& file, const core::Config& config)
    : file_(file),
      shared_base_(static_cast<Address>(config.integer("dram.base", 0, kMostBytes - 1))),
      shared_bytes_(static_cast<std::uint64_t>(config.integer("dram.bytes", 0, kMostBytes - 1))),
      shared_offset_(static_cast<std::uint64_t>(config.integer("device.shared_offset", 0, kMostBytes - 1))),
      windows_offset_(static_cast<std::uint64_t>(config.integer("device.windows_offset", 0, kMostBytes - 1))),
      descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
  if (descriptor_ < 0) fail(file_, "made");
  if (::ftruncate(descriptor_, kMostBytes) != 0) fail(file_, "made 4 GB large (nearly all of it holes)");
}

ExportedMemory::~ExportedMemory() {
  for (const Part& part : parts_) ::munmap(part.bytes.data(), part.bytes.size());
  ::close(descriptor_);
}

std::span<std::byte> ExportedMemory::map(Address base, std::size_t bytes) {
  const bool shared = base >= shared_base_ && base - shared_base_ < shared_bytes_;
  const std::uint64_t offset = shared ? base - shared_base_ + shared_offset_ : base + windows_offset_;
  for (const Part& part : parts_) {
    if (offset < part.offset + part.bytes.size() && part.offset < offset + bytes)
      throw UsageError("device.shared_offset and device.windows_offset: in the exported file, shared memory and the cores would overlap");
  }
  if (offset + bytes > static_cast<std::uint64_t>(kMostBytes))
    throw UsageError(
        "device.shared_offset and device.windows_offset: a part of the board would be behind the first 4 GB of the exported file");
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) fail(file_, "mapped at device.shared_offset and device.windows_offset");
  return parts_.emplace_back(Part{offset, {static_cast<std::byte*>(memory), bytes}}).bytes;
}

}  // namespace epysim::board
