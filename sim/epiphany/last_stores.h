#pragma once
// Who stored last where: finds stores to the same bytes that nothing orders, so that which value stays is a matter of luck.
//
//   Two stores of different cores are unordered when they issue so close in time that neither core can know of the other's: knowing takes
//   at least a store through the mesh (one cycle, and half a cycle or more per hop) and a load that sees it (two cycles).
//   A store of a core is unordered with its own DMA engine's when it falls into the transfer that overwrites it later.
//
// So what is reported is unordered for certain (unless the values are equal, which is not reported), but not everything is: stores further
// apart are not compared, and of each line of 8 bytes only the last store is remembered, in a table that forgets.

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "sim/core/types.h"

namespace epysim::epiphany {

struct StoreRecord {
  Address address = 0;
  Address pc = 0;
  Cycle issued = 0;
  std::uint64_t data = 0;
  std::int16_t core = -1;
  std::uint8_t agent = 0;  // 0: the core itself; 1, 2: its DMA channel
  std::uint8_t bytes = 0;  // 0: none
};

class LastStores {
 public:
  /// Remembers a store; returns the one before in its line when it was another's, and they share bytes and do not agree about them.
  std::optional<StoreRecord> note(const StoreRecord& store) {
    StoreRecord& last = table_[store.address >> 3 & (kLines - 1)];
    if ((last.core == store.core && last.agent == store.agent) || last.bytes == 0 || !disagree(last, store)) [[likely]] {
      last = store;
      return std::nullopt;
    }
    return std::exchange(last, store);
  }

 private:
  static constexpr Address kLines = 64;

  static bool disagree(const StoreRecord& a, const StoreRecord& b) {
    if (a.address >> 3 != b.address >> 3) [[likely]]
      return false;
    const Address first = a.address > b.address ? a.address : b.address;
    const Address end = a.address + a.bytes < b.address + b.bytes ? a.address + a.bytes : b.address + b.bytes;
    if (first >= end) return false;
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * (end - first));
    return ((a.data >> 8 * (first - a.address) ^ b.data >> 8 * (first - b.address)) & mask) != 0;
  }

  std::array<StoreRecord, kLines> table_{};
};

}  // namespace epysim::epiphany
