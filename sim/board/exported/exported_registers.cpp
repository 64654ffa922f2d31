#include "sim/board/exported/exported_registers.h"

#include <atomic>
#include <span>
#include <utility>

namespace epysim::board {
namespace {

constexpr Address kPage = 4096;

}  // namespace

ExportedRegisters::ExportedRegisters(Board& board, ExportedMemory& memory) : board_(board) {
  std::byte* page = nullptr;
  Address base = 0;
  for (const core::HostRegister& what : board.host_registers()) {
    if (page == nullptr || what.address - base >= kPage) {
      base = what.address & ~(kPage - 1);
      page = memory.map(base, kPage).data();
    }
    registers_.push_back({what, reinterpret_cast<std::uint32_t*>(page + (what.address - base))});
  }
}

void ExportedRegisters::take_stores() {
  for (Register& each : registers_) {
    const std::uint32_t value = std::atomic_ref(*each.word).load(std::memory_order_acquire);
    if (std::exchange(each.shown, value) == value) continue;
    board_.write(each.what.address, std::as_bytes(std::span(&value, 1)));
  }
}

void ExportedRegisters::publish() {
  for (Register& each : registers_) {
    if (each.what.mask == 0) continue;
    std::uint32_t value = 0, before = each.shown;
    board_.read(each.what.shows, std::as_writable_bytes(std::span(&value, 1)));
    value &= each.what.mask;
    if (before != value && std::atomic_ref(*each.word).compare_exchange_strong(before, value, std::memory_order_release))
      each.shown = value;
  }
}

}  // namespace epysim::board
