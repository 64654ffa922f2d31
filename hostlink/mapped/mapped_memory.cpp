#include "hostlink/mapped/mapped_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/core/hex.h"

namespace epysim::hostlink {
namespace {

constexpr std::size_t kRegisterPage = 4096;
constexpr std::int64_t kLargestOffset = std::int64_t{1} << 40;

volatile std::uint32_t& word(std::byte* at) { return *reinterpret_cast<volatile std::uint32_t*>(at); }

/// A board's memory takes whole words and bytes, aligned; nothing else is asked of it, and each once.
template <typename Unit, typename Move>
void in_pieces(std::uintptr_t address, std::size_t bytes, Move&& move) {
  for (std::size_t done = 0; done < bytes;) {
    const bool whole = (address + done) % sizeof(Unit) == 0 && bytes - done >= sizeof(Unit);
    move(done, whole);
    done += whole ? sizeof(Unit) : 1;
  }
}

}  // namespace

MappedMemory::MappedMemory(std::filesystem::path file, const core::Config& config, Cores cores) : file_(std::move(file)) {
  describe(config, std::move(cores));
  const auto shared_offset = static_cast<std::uint64_t>(config.integer("device.shared_offset", 0, kLargestOffset));
  windows_offset_ = static_cast<std::uint64_t>(config.integer("device.windows_offset", 0, kLargestOffset));
  if (std::filesystem::is_directory(file_)) {
    control_ = std::make_unique<ExportControl>(file_ / "control");
    if (static_cast<double>(control_->clock_hz()) != description_.clock_hz) {
      throw UsageError(file_.string() + ": the board exported there has a clock of " + std::to_string(control_->clock_hz()) + " Hz, " +
                       description_.board + " of " + std::to_string(std::llround(description_.clock_hz)) +
                       ": another board (--board, chip.clock_hz)");
    }
    file_ /= "memory";
  }
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_SYNC | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw UsageError("no board at " + file_.string() + ": " + std::strerror(errno) +
                     "; it is a driver's device (/dev/epiphany/mesh0, /dev/mem) or a folder made by epysim board --export");
  }
  for (const Address window : description_.windows) parts_.push_back({window, map(windows_offset_ + window, description_.local_bytes)});
  const auto memory = static_cast<Address>(config.integer("dram.base", 0x100000, 0xffffffff));
  parts_.push_back({description_.shared_base, map(shared_offset + (description_.shared_base - memory), description_.shared_bytes)});
}

MappedMemory::~MappedMemory() {
  for (const Window& part : parts_) ::munmap(part.bytes.data(), part.bytes.size());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void MappedMemory::describe(const core::Config& config, Cores cores) {
  const std::int64_t memory = config.integer("dram.base", 0x100000, 0xffffffff), bytes = config.integer("dram.bytes", 4096, 0x40000000);
  const std::int64_t begin = config.integer("device.reserved_begin", 0, bytes);
  description_.board = config.board();
  description_.core_count = static_cast<int>(cores.windows.size());
  description_.windows = std::move(cores.windows);
  description_.cores_reach_each_other = cores.reach_each_other;
  description_.local_bytes = static_cast<std::uint32_t>(config.integer("chip.local_bytes", 4096, 1 << 20));
  description_.shared_base = static_cast<Address>(memory + begin);
  description_.shared_bytes = static_cast<std::uint32_t>(config.integer("device.reserved_bytes", 0, bytes - begin));
  description_.clock_hz = static_cast<double>(config.integer("chip.clock_hz", 1, INT64_MAX));
}

std::span<std::byte> MappedMemory::map(std::uint64_t offset, std::size_t bytes) {
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) {
    throw UsageError(file_.string() + " does not map " + std::to_string(bytes) + " bytes at offset " + std::to_string(offset) + ": " +
                     std::strerror(errno) + " (the section \"device\" of the board file says where the board's parts are)");
  }
  return {static_cast<std::byte*>(memory), bytes};
}

void MappedMemory::map_registers(Address page) { parts_.push_back({page, map(windows_offset_ + page, kRegisterPage)}); }

std::byte* MappedMemory::at(Address address, std::size_t bytes) const {
  for (const Window& part : parts_) {
    if (address >= part.base && address - part.base < part.bytes.size() && bytes <= part.bytes.size() - (address - part.base))
      return part.bytes.data() + (address - part.base);
  }
  throw UsageError("the board has no memory of " + std::to_string(bytes) + " bytes at " + core::hex(address));
}

void MappedMemory::read(Address from, std::span<std::byte> to) const {
  if (to.empty()) return;
  std::byte* const source = at(from, to.size());
  in_pieces<std::uint32_t>(from, to.size(), [&](std::size_t done, bool whole) {
    if (whole) {
      const std::uint32_t value = word(source + done);
      std::memcpy(to.data() + done, &value, sizeof value);
    } else {
      to[done] = *const_cast<volatile std::byte*>(source + done);
    }
  });
}

void MappedMemory::write(Address to, std::span<const std::byte> from) {
  if (from.empty()) return;
  std::byte* const target = at(to, from.size());
  in_pieces<std::uint32_t>(to, from.size(), [&](std::size_t done, bool whole) {
    if (whole) {
      std::uint32_t value = 0;
      std::memcpy(&value, from.data() + done, sizeof value);
      word(target + done) = value;
    } else {
      *const_cast<volatile std::byte*>(target + done) = from[done];
    }
  });
}

std::uint32_t MappedMemory::read_word(Address address) const {
  const std::uint32_t value = word(at(address, sizeof(std::uint32_t)));
  std::atomic_thread_fence(std::memory_order_acquire);
  return value;
}

void MappedMemory::write_word(Address address, std::uint32_t value) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  word(at(address, sizeof(std::uint32_t))) = value;
}

void MappedMemory::settle() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (control_) control_->exchange();
}

void MappedMemory::pass(std::chrono::nanoseconds time) {
  if (control_ && control_->is_virtual()) {
    control_->advance(static_cast<Cycle>(std::ceil(static_cast<double>(time.count()) * 1e-9 * description_.clock_hz)));
  } else {
    std::this_thread::sleep_for(time);
  }
}

double MappedMemory::seconds() const {
  if (control_) return static_cast<double>(control_->now()) / description_.clock_hz;
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace epysim::hostlink
