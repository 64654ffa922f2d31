#pragma once
// What passed over a link.

#include <cstdint>

#include "sim/core/types.h"

namespace epysim::mesh {

struct Traffic {
  std::uint64_t transactions = 0;
  Cycle busy = 0;
  std::uint64_t bytes = 0;

  void add(Cycle cycles, unsigned more_bytes) {
    ++transactions;
    busy += cycles;
    bytes += more_bytes;
  }
};

}  // namespace epysim::mesh
