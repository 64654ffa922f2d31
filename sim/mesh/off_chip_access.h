#pragma once
// One load, store or instruction fetch that leaves the chip.

#include "sim/core/types.h"

namespace epysim::mesh {

struct OffChipAccess {
  std::uint32_t ticket = 0;  // the caller's name for it
  Address address = 0;
  std::uint8_t bytes = 0;
  bool by_dma = false;
  bool fetch = false;
  bool half_late = false;  // it is at the edge half a cycle after `ready`
  Cycle ready = 0;         // at the edge
};

}  // namespace epysim::mesh
