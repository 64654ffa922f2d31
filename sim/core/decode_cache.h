#pragma once
// Decoded instructions, kept. Two caches with one entry type:
//
//   LocalDecodeCache     one slot per place of local memory where an instruction can begin, found by pc >> kShift. Stores drop the slots of
//   their line (Scratchpad::kDecoded). ExternalDecodeCache  direct-mapped, for code anywhere else. A slot is valid when pc and encoding
//   match, so nobody has to drop it.
//
// Entry is an aggregate in which all-zero bytes mean "nothing decoded", with `bool empty() const` and `void drop()`. drop() must leave
// the rest intact: an instruction may overwrite itself and is still finished. Behind the last slot of local memory are two that hold
// Entry::end(), so that whoever walks along the slots notices.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

#include "sim/core/scratchpad.h"
#include "sim/core/types.h"

namespace epysim::core {

/// Instructions begin at multiples of 1 << kShift bytes: 1 or 2.
template <typename Entry, unsigned kShift = 1>
class LocalDecodeCache {
  static_assert(std::is_trivially_copyable_v<Entry> && std::is_trivially_destructible_v<Entry>);

 public:
  /// The system hands out zeroed pages on first touch, so that only slots in use cost memory.
  explicit LocalDecodeCache(std::uint32_t bytes)
      : count_(bytes >> kShift), slots_(static_cast<Entry*>(std::calloc(count_ + 2, sizeof(Entry)))) {
    if (!slots_) throw std::bad_alloc();
    slots_.get()[count_] = slots_.get()[count_ + 1] = Entry::end();
  }

  Entry& operator[](Address pc) { return slots_.get()[pc >> kShift]; }
  Entry* slots() { return slots_.get(); }

  /// Notes that an instruction of `length` bytes at `pc` was decoded from `memory`.
  static void mark(Scratchpad& memory, Address pc, unsigned length) {
    memory.set(pc, Scratchpad::kDecoded);
    if (pc + length - 1 < memory.bytes()) memory.set(pc + length - 1, Scratchpad::kDecoded);
  }

  /// Drops every slot whose instruction has a byte in the line of `address`.
  void drop_line(Scratchpad& memory, Address address) {
    constexpr std::size_t kSlots = std::size_t{1} << (Scratchpad::kLineShift - kShift);  // of a line
    const std::size_t first = (address >> Scratchpad::kLineShift) * kSlots;
    if (kShift == 1 && first > 0) slots_.get()[first - 1].drop();  // it may reach into this line
    for (std::size_t i = first; i < first + kSlots && i < count_; ++i) slots_.get()[i].drop();
    memory.clear(address, Scratchpad::kDecoded);
  }

  /// The same for each line of a range, where there are any; whether there were.
  bool drop(Scratchpad& memory, Address first, std::uint32_t bytes) {
    constexpr Address kLine = Address{1} << Scratchpad::kLineShift;
    bool any = false;
    for (Address line = first & ~(kLine - 1); line < first + bytes; line += kLine) {
      if ((memory.flags(line) & Scratchpad::kDecoded) == 0) continue;
      drop_line(memory, line);
      any = true;
    }
    return any;
  }

  void drop_all() {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!slots_.get()[i].empty()) slots_.get()[i].drop();
    }
  }

 private:
  struct Free {
    void operator()(Entry* p) const { std::free(p); }
  };
  std::size_t count_;
  std::unique_ptr<Entry, Free> slots_;
};

template <typename Entry>
class ExternalDecodeCache {
 public:
  static constexpr std::size_t kSlots = 4096;  // instructions; a power of two

  /// The entry for `word` at `pc`; `decode(word)` makes it when it is not there. `word` holds the bytes at pc .. pc+3.
  template <typename Decode>
  Entry& lookup(Address pc, std::uint32_t word, const Decode& decode) {
    if (!slots_) slots_ = std::make_unique<Slot[]>(kSlots);
    Slot& slot = slots_[(pc >> 1) & (kSlots - 1)];
    if (slot.pc != pc || ((slot.word ^ word) & slot.mask) != 0 || slot.entry.empty()) {
      slot.entry = decode(word);
      slot.pc = pc;
      slot.word = word;
      slot.mask = slot.entry.length() == 2 ? 0xffffu : 0xffffffffu;
    }
    return slot.entry;
  }

 private:
  struct Slot {
    Entry entry{};
    Address pc = 0;
    std::uint32_t word = 0;
    std::uint32_t mask = 0;
  };
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace epysim::core
