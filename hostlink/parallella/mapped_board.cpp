#include "hostlink/parallella/mapped_board.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr Address kRegisters = 0xf0000;  // from a core's window
constexpr std::size_t kRegisterBytes = 4096;

std::string hex(Address address) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", static_cast<unsigned>(address));
  return text;
}

volatile std::uint32_t& word(std::byte* at) { return *reinterpret_cast<volatile std::uint32_t*>(at); }

/// A board's memory takes whole words and bytes, aligned; nothing else is asked of it, and each once.
template <typename Unit, typename Move>
void pass(std::uintptr_t address, std::size_t bytes, Move&& move) {
  for (std::size_t done = 0; done < bytes;) {
    const bool whole = (address + done) % sizeof(Unit) == 0 && bytes - done >= sizeof(Unit);
    move(done, whole);
    done += whole ? sizeof(Unit) : 1;
  }
}

}  // namespace

MappedBoard::MappedBoard(std::filesystem::path file, const core::Config& config) : file_(std::move(file)) {
  describe(config);
  const auto mesh = static_cast<std::uint64_t>(config.integer("device.mesh_offset", 0, std::int64_t{1} << 40));
  const auto shared = static_cast<std::uint64_t>(config.integer("device.shared_offset", 0, std::int64_t{1} << 40));
  if (std::filesystem::is_directory(file_)) file_ /= "memory";
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_SYNC | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw UsageError("no board at " + file_.string() + ": " + std::strerror(errno) +
                     "; it is a driver's device (/dev/epiphany/mesh0) or a folder made by epysim board --export");
  }
  for (const Address window : description_.windows) {
    memory_.push_back({window, map(mesh + window, description_.local_bytes)});
    registers_.push_back(map(mesh + window + kRegisters, kRegisterBytes).data());
  }
  memory_.push_back({description_.shared_base, map(shared, description_.shared_bytes)});
  for (int core = 0; core < description_.core_count; ++core) {
    const std::uint32_t id = read(core, CoreRegister::COREID);
    if (id << 20 != description_.windows[static_cast<std::size_t>(core)]) {
      throw UsageError(file_.string() + ": where core " + std::to_string(core) + " of " + description_.board + " should be, COREID is " +
                       hex(id) + ", not " + hex(description_.windows[static_cast<std::size_t>(core)] >> 20) +
                       ": another board, or offsets (device.*) that do not fit");
    }
  }
}

MappedBoard::~MappedBoard() {
  for (const Window& window : memory_) ::munmap(window.bytes.data(), window.bytes.size());
  for (std::byte* const page : registers_) ::munmap(page, kRegisterBytes);
  if (descriptor_ >= 0) ::close(descriptor_);
}

void MappedBoard::describe(const core::Config& config) {
  if (config.text("chip.core") != "epiphany") {
    throw UsageError(config.board() + " has " + config.text("chip.core") +
                     " cores; boards that can be mapped have Epiphany cores (parallella)");
  }
  description_.board = config.board();
  const auto rows = static_cast<int>(config.integer("chip.rows", 1, 64)), columns = static_cast<int>(config.integer("chip.columns", 1, 64));
  const auto row = static_cast<Address>(config.integer("chip.first_row", 0, 63));
  const auto column = static_cast<Address>(config.integer("chip.first_column", 0, 63));
  description_.core_count = rows * columns;
  for (int core = 0; core < description_.core_count; ++core) {
    description_.windows.push_back(((row + static_cast<Address>(core / columns)) << 26) |
                                   ((column + static_cast<Address>(core % columns)) << 20));
  }
  description_.local_bytes = static_cast<std::uint32_t>(config.integer("chip.local_bytes", 4096, 1 << 20));
  description_.shared_base = static_cast<Address>(config.integer("dram.base", 0x100000, 0xffffffff));
  description_.shared_bytes = static_cast<std::uint32_t>(config.integer("dram.bytes", 4096, 0x40000000));
  description_.clock_hz = static_cast<double>(config.integer("chip.clock_hz", 1, INT64_MAX));
}

std::span<std::byte> MappedBoard::map(std::uint64_t offset, std::size_t bytes) {
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) {
    throw UsageError(file_.string() + " does not map " + std::to_string(bytes) + " bytes at offset " + std::to_string(offset) + ": " +
                     std::strerror(errno) + " (device.mesh_offset and device.shared_offset say where the board's parts are)");
  }
  return {static_cast<std::byte*>(memory), bytes};
}

std::byte* MappedBoard::at(Address address, std::size_t bytes) const {
  for (const Window& window : memory_) {
    if (address >= window.base && address - window.base < window.bytes.size() && bytes <= window.bytes.size() - (address - window.base))
      return window.bytes.data() + (address - window.base);
  }
  throw UsageError("the board has no memory of " + std::to_string(bytes) + " bytes at " + hex(address));
}

std::uint32_t MappedBoard::read(int core, CoreRegister which) const {
  return word(registers_[static_cast<std::size_t>(core)] + static_cast<std::uint32_t>(which));
}
void MappedBoard::write(int core, CoreRegister which, std::uint32_t value) {
  std::atomic_thread_fence(std::memory_order_seq_cst);  // what was stored to memory has to be there before
  word(registers_[static_cast<std::size_t>(core)] + static_cast<std::uint32_t>(which)) = value;
}

void MappedBoard::read(Address from, std::span<std::byte> to) const {
  if (to.empty()) return;
  std::byte* const source = at(from, to.size());
  pass<std::uint32_t>(from, to.size(), [&](std::size_t done, bool whole) {
    if (whole) {
      const std::uint32_t value = word(source + done);
      std::memcpy(to.data() + done, &value, sizeof value);
    } else {
      to[done] = *const_cast<volatile std::byte*>(source + done);
    }
  });
}

void MappedBoard::write(Address to, std::span<const std::byte> from) {
  if (from.empty()) return;
  std::byte* const target = at(to, from.size());
  pass<std::uint32_t>(to, from.size(), [&](std::size_t done, bool whole) {
    if (whole) {
      std::uint32_t value = 0;
      std::memcpy(&value, from.data() + done, sizeof value);
      word(target + done) = value;
    } else {
      *const_cast<volatile std::byte*>(target + done) = from[done];
    }
  });
}

std::uint32_t MappedBoard::read_word(Address address) const {
  const std::uint32_t value = word(at(address, sizeof(std::uint32_t)));
  std::atomic_thread_fence(std::memory_order_acquire);
  return value;
}
void MappedBoard::write_word(Address address, std::uint32_t value) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  word(at(address, sizeof(std::uint32_t))) = value;
}

}  // namespace epysim::hostlink
