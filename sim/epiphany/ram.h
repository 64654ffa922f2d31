#pragma once
// Plain zero-wait memory over an address range, shared by all cores and priced like local memory. For programs that are larger than
// a scratchpad and are run for what they compute. Accesses of several cores to it are not ordered within a quantum.
//
// Like local memory it keeps its decoded instructions, in pages made on first use; a store to a page that has them drops those of its line.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "sim/core/types.h"
#include "sim/epiphany/block.h"
#include "sim/epiphany/decoded.h"

namespace epysim::epiphany {

class Ram {
 public:
  static constexpr unsigned kPageShift = 12;
  static constexpr std::uint32_t kPageBytes = 1u << kPageShift;
  static constexpr std::uint32_t kWidest = 8;  // bytes of an access

  /// Zero at first; pages that nobody writes cost the simulating machine nothing.
  Ram(Address base, std::uint32_t bytes)
      : base_(base),
        bytes_(bytes),
        memory_(static_cast<std::byte*>(std::calloc(bytes, 1))),
        pages_((std::uint64_t{bytes} >> kPageShift) + 1) {
    if (!memory_) throw std::bad_alloc();
  }

  bool holds(Address address, std::uint64_t length) const { return address - base_ < bytes_ && bytes_ - (address - base_) >= length; }
  /// Whether every access that starts here, of whatever width, lies inside.
  bool covers(Address address) const { return address - base_ < (bytes_ < kWidest ? 0 : bytes_ - kWidest + 1); }
  std::uint32_t from(Address address) const { return bytes_ - (address - base_); }  // bytes from there to the end
  const std::byte* at(Address address) const { return memory_.get() + (address - base_); }

  /// Bytes to store to directly; only where there_is_code() says no.
  std::byte* plain(Address address) { return memory_.get() + (address - base_); }
  bool there_is_code(Address address) const { return pages_[(address - base_) >> kPageShift] != nullptr; }
  /// Stores anywhere inside.
  void store(Address address, std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    std::memcpy(plain(address), bytes.data(), bytes.size());
    const std::uint32_t first = address - base_;
    const std::uint32_t last = first + static_cast<std::uint32_t>(bytes.size()) - 1;
    // An instruction that began two bytes earlier is hit too.
    for (std::uint64_t offset = first < 2 ? 0 : (first & ~1u) - 2; offset <= last; offset = (offset | (kPageBytes - 1)) + 1) {
      if (Page* const page = pages_[offset >> kPageShift].get()) {
        page->drop(static_cast<std::uint32_t>(offset & (kPageBytes - 1)),
                   static_cast<std::uint32_t>(std::min<std::uint64_t>(last, offset | (kPageBytes - 1)) & (kPageBytes - 1)));
      }
    }
  }

  /// The slots of decoded instructions around `pc`, one per half-word from `base` on.
  struct CodePage {
    Decoded* slots = nullptr;
    Address base = 0;
    std::uint32_t bytes = 0;
    BlockTable* blocks = nullptr;
  };
  CodePage code(Address pc) {
    const std::uint32_t first = (pc - base_) & ~(kPageBytes - 1);
    std::unique_ptr<Page>& page = pages_[first >> kPageShift];
    const std::uint32_t bytes = bytes_ - first < kPageBytes ? bytes_ - first : kPageBytes;
    if (!page) {
      page = std::make_unique<Page>();
      page->slots[bytes / 2] = page->slots[bytes / 2 + 1] = Decoded::end();
    }
    return {page->slots.data(), base_ + first, bytes & ~1u, &page->blocks};
  }

 private:
  /// Decoded code of a page.
  struct Page {
    std::array<Decoded, kPageBytes / 2 + 2> slots{};
    BlockTable blocks{kPageBytes};

    /// Bytes `first` to `last` have changed.
    void drop(std::uint32_t first, std::uint32_t last) {
      bool hit = false;
      for (std::uint32_t slot = first / 2; slot <= last / 2; ++slot) {
        hit = hit || !slots[slot].empty();
        slots[slot].drop();
      }
      if (hit) blocks.drop(first, last);
    }
  };
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  Address base_;
  std::uint32_t bytes_;
  std::unique_ptr<std::byte, Free> memory_;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace epysim::epiphany
