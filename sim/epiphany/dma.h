#pragma once
// The DMA engine of a core: two channels that move blocks element by element, 1, 2, 4 or 8 bytes each ("Epiphany Architecture Reference",
// DMA chapter and DMA registers).
//
//   An engine issues at most one element per `inject_gap` cycles; channel 0 goes before channel 1.
//   write:  the element is in local memory; it leaves when the network takes it (Interconnect::write...::accepted)
//   read:   a request leaves; its datum is stored when it returns; at most `read_window` requests of a channel are under way on chip,
//           one per `off_chip_read_gap` cycles and `off_chip_read_slots` byte slots of the link, whatever its clock is then, and at most
//           `off_chip_read_window` off chip
//
// A channel works on its registers in the register file (registers.def), as the hardware does: COUNT, SRCADDR and DSTADDR show the
// next element. Here is only what has no register. The scheduler moves the elements in global time (dma.cpp).
//
// States of DMAxSTATUS[3:0]: idle; active; a slave waiting for data; waiting for the last datum of a read in message mode; paused by
// CONFIG; configuration error. Without message mode a read is over when its last request has been sent.

#include <array>
#include <cstdint>

#include "sim/core/types.h"

namespace epysim::epiphany {

/// Figures of the configuration's section "dma". Gaps are in thousandths of a cycle, slots in byte slots of the link, everything else in
/// cycles or elements.
struct DmaTiming {
  Cycle descriptor;  // to load a descriptor
  std::uint64_t inject_gap;
  unsigned read_window;
  std::uint64_t off_chip_read_gap;
  double off_chip_read_slots;
  unsigned off_chip_read_window;
};

struct DmaChannel {
  enum class Stage : std::uint8_t { Off, Elements, Slave, Ending, LastDatum };
  Stage stage = Stage::Off;
  bool own_data = false;           // the transfer started with its destination in the core's own memory
  std::uint16_t inner_count = 0;   // reloaded for every row
  std::uint32_t outer_stride = 0;  // [15:0] source, [31:16] destination, signed bytes
  unsigned runs = 0;               // counts transfers, so that the answers to an earlier one are told apart
  unsigned under_way = 0;          // read requests without their data yet
  std::uint64_t ready = 0;         // thousandths of a cycle: the next element, or the end, is not before this
  Cycle began = 0;
  Address begun_at = 0;  // the instruction of the owner that started it
};

struct DmaEngine {
  std::array<DmaChannel, 2> channels;
  std::uint64_t free = 0;  // thousandths of a cycle: the next element of either channel is not before this
  Cycle tick = kNever;     // the engine's next event
  bool paused = false;     // CONFIG, bit 24
  // Of all transfers, also of those that are over. While there is nothing left to do the owner's accesses need not wait for their turn.
  unsigned data_under_way = 0;  // read requests without their data yet
  bool marked = false;          // lines of the owner have the flag kTransfer
};

}  // namespace epysim::epiphany
