#pragma once
// Code that cores have in common, made ready for the fast engine once. Most programs are the same on all cores, and one copy of their
// blocks stays in the caches of the machine that this runs on, where sixteen do not.
//
//   A core uses a block after it has seen that its own memory holds the bytes that the block was made of (Core::takes_over); it marks their
//   lines as decoded, and has its bit in Block::live from then on. A core whose code is another one, or changes, leaves: it makes blocks of
//   its own until its memory is cleared.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/core/decode_cache.h"
#include "sim/core/scratchpad.h"
#include "sim/epiphany/block.h"
#include "sim/epiphany/decoded.h"

namespace epysim::epiphany {

class CommonCode {
 public:
  static constexpr int kMostCores = 64;  // bits of Block::live

  explicit CommonCode(std::uint32_t local_bytes)
      : blocks(local_bytes), decoded(local_bytes), bytes_(local_bytes + core::Scratchpad::kSlack) {}

  /// A core begins to use it: the first one finds it empty.
  void join(std::uint64_t core) {
    if ((users_ & core) != 0) return;
    if (users_ == 0) {
      decoded.drop_all();
      std::fill(known_.begin(), known_.end(), false);
    }
    users_ |= core;
  }
  /// What a core has executed stays as it is until the next one joins: it may be in the midst of a block.
  void leave(std::uint64_t core) {
    if ((users_ & core) == 0) return;
    users_ &= ~core;
    blocks.for_each([core](Block& block) { block.live &= ~core; });
  }

  /// The bytes of [first, first + count) are those of `memory`; false: some are known to be others.
  bool note(const core::Scratchpad& memory, Address first, std::uint32_t count) {
    for (Address at = first; at < first + count; ++at) {
      if (known_[at] && bytes_[at] != memory.data()[at]) return false;
    }
    std::memcpy(bytes_.data() + first, memory.data() + first, count);
    std::fill_n(known_.begin() + first, count, true);
    return true;
  }
  bool same(const core::Scratchpad& memory, Address first, std::uint32_t count) const {
    return std::memcmp(bytes_.data() + first, memory.data() + first, count) == 0;
  }

  BlockTable blocks;
  core::LocalDecodeCache<Decoded> decoded;  // what the blocks' steps point to; of bytes that were noted

 private:
  std::vector<std::byte> bytes_;
  std::vector<bool> known_ = std::vector<bool>(bytes_.size());
  std::uint64_t users_ = 0;
};

}  // namespace epysim::epiphany
