#include "sim/board/exported/exported_core.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "sim/core/error.h"

namespace epysim::board {
namespace {

constexpr Address kRegisters = 0xf0000;  // from the core's window
constexpr std::size_t kRegisterPage = 4096;
// They read as zero, but hold what was written: to resume a core, 0 is stored where 1 had halted it.
constexpr std::size_t kDebugCommand = 0x448 / 4, kResetCore = 0x70c / 4;

std::span<std::uint32_t> words(std::span<std::byte> bytes) {
  return {reinterpret_cast<std::uint32_t*>(bytes.data()), bytes.size() / sizeof(std::uint32_t)};
}

template <typename T>
std::span<const std::byte> bytes_of(const T* words, std::size_t count) {
  return std::as_bytes(std::span(words, count));
}

}  // namespace

bool ExportedCore::Words::taken(std::size_t word) {
  const std::uint32_t value = std::atomic_ref(exported[word]).load(std::memory_order_acquire);
  return std::exchange(shown[word], value) != value;
}

void ExportedCore::Words::show(std::size_t word, std::uint32_t value) {
  if (shown[word] == value) return;
  std::uint32_t before = shown[word];
  if (std::atomic_ref(exported[word]).compare_exchange_strong(before, value, std::memory_order_release)) shown[word] = value;
}

ExportedCore::ExportedCore(Board& board, int core, ExportedMemory& memory) : board_(board), window_(board.window(core)) {
  scratchpad_.exported = words(memory.map(window_, board.local_bytes()));
  registers_.exported = words(memory.map(window_ + kRegisters, kRegisterPage));
  scratchpad_.shown.resize(scratchpad_.exported.size());
  registers_.shown.resize(registers_.exported.size());
  present_.resize(scratchpad_.shown.size());
  for (std::uint32_t word = 0; word < registers_.shown.size(); ++word) {
    std::uint32_t value = 0;
    try {
      board_.read(window_ + kRegisters + word * 4, std::as_writable_bytes(std::span(&value, 1)));
      offsets_.push_back(word);
    } catch (const UsageError&) {
      continue;  // no register there
    }
  }
}

void ExportedCore::take_stores() {
  if (std::memcmp(scratchpad_.exported.data(), scratchpad_.shown.data(), board_.local_bytes()) != 0) {
    for (std::size_t word = 0; word < scratchpad_.shown.size(); ++word) {
      const std::size_t first = word;
      while (word < scratchpad_.shown.size() && scratchpad_.taken(word)) ++word;
      if (word > first) board_.write(window_ + static_cast<Address>(first * 4), bytes_of(&scratchpad_.shown[first], word - first));
    }
  }
  for (const std::uint32_t word : offsets_)
    if (registers_.taken(word)) board_.write(window_ + kRegisters + word * 4, bytes_of(&registers_.shown[word], 1));
}

void ExportedCore::publish() {
  board_.read(window_, std::as_writable_bytes(std::span(present_)));
  if (std::memcmp(present_.data(), scratchpad_.shown.data(), board_.local_bytes()) != 0)
    for (std::size_t word = 0; word < present_.size(); ++word) scratchpad_.show(word, present_[word]);
  for (const std::uint32_t word : offsets_) {
    if (word == kDebugCommand || word == kResetCore) continue;
    std::uint32_t value = 0;
    board_.read(window_ + kRegisters + word * 4, std::as_writable_bytes(std::span(&value, 1)));
    registers_.show(word, value);
  }
}

}  // namespace epysim::board
