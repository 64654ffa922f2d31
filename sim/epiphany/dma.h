#pragma once
// One channel of a core's DMA engine in master mode: 1-D and 2-D block copies, chained descriptors, completion interrupts.
//
//   local source:  one element every kGap cycles, or when the network takes it
//   other source:  one element at a time: request, answer, store
//
// A channel works on its registers in the register file (registers.def), as the hardware does; here is only what has none. The scheduler
// moves the elements (dma.cpp).

#include <cstdint>

#include "sim/core/types.h"

namespace epysim::epiphany {

struct DmaChannel {
  static constexpr Cycle kGap = 2;      // cycles per element; EBSP 2015 and forum 2013: 2.02 cycles per double word to a neighbour
  static constexpr Cycle kStartup = 4;  // to load a descriptor: one cycle and three double-word reads

  std::uint32_t outer_stride = 0;  // [15:0] source, [31:16] destination, signed bytes
  std::uint16_t inner_count = 0;   // reloaded for every row
  Address descriptor = 0;
  unsigned runs = 0;  // counts starts, so that what a stopped transfer had under way is void
};

}  // namespace epysim::epiphany
