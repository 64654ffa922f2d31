#pragma once
// A run of decoded slots, one per half-word of code from `base` on, with two ends behind it. Walking along it needs no program counter.

#include <cstddef>
#include <cstdint>

#include "sim/core/types.h"
#include "sim/epiphany/decoded.h"

namespace epysim::epiphany {

struct Code {
  char* slots = nullptr;
  Address base = 0;
  std::uint32_t bytes = 0;

  bool holds(Address pc) const { return pc - base < bytes; }
  Decoded* at(Address pc) const { return reinterpret_cast<Decoded*>(slots + std::size_t{pc - base} * (sizeof(Decoded) / 2)); }
  Address pc_of(const Decoded* d) const {
    return base + static_cast<Address>(static_cast<std::size_t>(reinterpret_cast<const char*>(d) - slots) / (sizeof(Decoded) / 2));
  }
};

/// The slot of the instruction behind this one.
inline Decoded* behind(Decoded* d) { return reinterpret_cast<Decoded*>(reinterpret_cast<char*>(d) + d->next); }

}  // namespace epysim::epiphany
