#pragma once
// What a transaction costs on the link between the chip's east edge and the FPGA. The unit is the byte slot: the link moves a byte per
// edge of its clock.
//
//   slot              = core clock / (2 LCLK) cycles
//   a transaction     = `transaction_slots`, whatever its size
//   of a burst        = `burst_slots`: a double-word write behind one of the same node, without a pause, to the next double word or to the
//                       same one
//   by a DMA engine   = one slot more
//   read request      = the path beyond takes one per `read_slots`
//
// After `stall_after` burst transactions in a row the FPGA's buffer is full and holds the link up once for `stall_cycles`.
// Figures: EBSP 2015 and forum 2013 measurements, value by value in configs/parallella.json.

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/mesh/node.h"
#include "sim/mesh/traffic.h"

namespace epysim::mesh {

class Elink {
 public:
  struct Timing {
    double slot_cycles = 2;
    unsigned transaction_slots = 16;
    unsigned burst_slots = 8;
    unsigned dma_extra_slots = 1;
    unsigned read_slots = 18;
    unsigned dma_read_slots = 17;
    unsigned stall_after = 98;
    Cycle stall_cycles = 180;
  };

  explicit Elink(const Timing& timing) : timing_(timing) {}

  /// Transmits a write as soon as the link is free at or after `at`. Returns the cycle in which it is through.
  Cycle write(Node from, Address address, unsigned bytes, bool by_dma, Cycle at) {
    const bool burst = continues(from, address, bytes) && at <= free_;
    const unsigned slots = (burst ? timing_.burst_slots : timing_.transaction_slots) + (by_dma ? timing_.dma_extra_slots : 0);
    Cycle cycles = cycles_of(slots);
    burst_length_ = burst ? burst_length_ + 1 : 0;
    if (burst && burst_length_ == timing_.stall_after) {
      cycles += timing_.stall_cycles;
      burst_length_ = 0;
    }
    last_ = Last{from, address, bytes};
    free_ = std::max(at, free_) + cycles;
    writes_.add(cycles, bytes);
    return free_;
  }

  /// How long the path is taken by one read.
  Cycle read(unsigned bytes, bool by_dma) {
    const Cycle cycles = cycles_of(by_dma ? timing_.dma_read_slots : timing_.read_slots);
    reads_.add(cycles, bytes);
    return cycles;
  }

  /// How long a read request is on the link.
  Cycle request_cycles() const { return cycles_of(timing_.transaction_slots); }

  double slot() const { return timing_.slot_cycles; }
  void set_slot(double cycles) { timing_.slot_cycles = cycles; }

  const Traffic& writes() const { return writes_; }
  const Traffic& reads() const { return reads_; }
  void reset() { *this = Elink(timing_); }

 private:
  struct Last {
    Node from;
    Address address;
    unsigned bytes;
  };

  bool continues(Node from, Address address, unsigned bytes) const {
    return last_ && bytes == 8 && last_->bytes == 8 && last_->from == from && (address == last_->address || address == last_->address + 8);
  }
  Cycle cycles_of(unsigned slots) const { return std::max(Cycle{1}, static_cast<Cycle>(std::llround(slots * timing_.slot_cycles))); }

  Timing timing_;
  std::optional<Last> last_;
  Cycle free_ = 0;
  unsigned burst_length_ = 0;
  Traffic writes_;
  Traffic reads_;
};

}  // namespace epysim::mesh
