#include "sim/board/exported/exported_core.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "sim/epiphany/registers.h"

namespace epysim::board {
namespace {

constexpr Address kRegisters = 0xf0000;  // from the core's window
constexpr std::size_t kRegisterPage = 4096;
constexpr std::size_t kPiece = 64;  // of a scratchpad, to compare
// Both read as zero, but what counts is a level: to resume a core, 0 is stored where 1 had halted it, or would have.
constexpr std::size_t kDebugStatus = 0x40c / 4, kDebugCommand = 0x448 / 4, kResetCore = 0x70c / 4;

std::span<std::uint32_t> words(std::span<std::byte> bytes) {
  return {reinterpret_cast<std::uint32_t*>(bytes.data()), bytes.size() / sizeof(std::uint32_t)};
}

}  // namespace

ExportedCore::ExportedCore(Board& board, int core, ExportedMemory& memory, std::span<const std::byte> scratchpad)
    : board_(board),
      core_(core),
      window_(board.window(core)),
      scratchpad_(scratchpad),
      seen_(scratchpad.size()),
      registers_(words(memory.map(window_ + kRegisters, kRegisterPage))),
      shown_(registers_.size()) {
  for (std::uint32_t word = 0; word < shown_.size(); ++word)
    if (epiphany::is_register(word * 4)) offsets_.push_back(word);
}

void ExportedCore::take_stores() {
  // The core's own stores are among what has changed, and have dropped what they hit already: once more does no harm.
  const bool memory_differs = std::memcmp(scratchpad_.data(), seen_.data(), seen_.size()) != 0;
  for (std::size_t at = 0; memory_differs && at < seen_.size(); at += kPiece) {
    if (std::memcmp(&scratchpad_[at], &seen_[at], kPiece) == 0) continue;
    std::memcpy(&seen_[at], &scratchpad_[at], kPiece);
    board_.memory_changed(core_, static_cast<Address>(at), kPiece);
  }
  for (const std::uint32_t word : offsets_) {
    const std::uint32_t value = std::atomic_ref(registers_[word]).load(std::memory_order_acquire);
    if (std::exchange(shown_[word], value) == value) continue;
    board_.write(window_ + kRegisters + word * 4, std::as_bytes(std::span(&value, 1)));
  }
}

void ExportedCore::publish() {
  for (const std::uint32_t word : offsets_)
    if (word != kDebugCommand && word != kResetCore) show(word, read(word));
  show(kDebugCommand, read(kDebugStatus) & 1);
}

void ExportedCore::show(std::uint32_t word, std::uint32_t value) {
  std::uint32_t before = shown_[word];
  if (before != value && std::atomic_ref(registers_[word]).compare_exchange_strong(before, value, std::memory_order_release))
    shown_[word] = value;
}

std::uint32_t ExportedCore::read(std::uint32_t word) const {
  std::uint32_t value = 0;
  board_.read(window_ + kRegisters + word * 4, std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

}  // namespace epysim::board
