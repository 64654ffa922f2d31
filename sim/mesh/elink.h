#pragma once
// The link between the chip's east edge and the board's memory, with the memory's own time in it.
//
//   write: t_memory = end of `write_cycles` on the outgoing link, at or after arrival, + write_latency
//   read:  t_edge   = start of `read_cycles` on the read path, at or after arrival, + read_latency
//
// One rate for every write transaction and one for every read, whatever their size and neighbours, as measured for accesses without
// bursts (EBSP 2015). Ignored: bursts, and the fixed order in which the chip's edge serves cores of different columns; so 16 cores writing
// at once share the link equally here, where the chip favours the eastern columns.

#include "sim/mesh/link.h"

namespace epysim::mesh {

class Elink {
 public:
  struct Timing {
    unsigned write_cycles = 0;
    unsigned read_cycles = 0;
    Cycle read_latency = 0;   // from the chip's edge and back to it, unloaded
    Cycle write_latency = 0;  // from the end of the transfer to the memory
  };

  explicit Elink(const Timing& timing) : timing_(timing) {}

  struct Write {
    Cycle sent;    // the transaction has left the chip
    Cycle stored;  // the bytes are in memory
  };
  Write write(Cycle arrival, unsigned bytes) {
    const Calendar::Grant grant = writes_.carry(arrival, timing_.write_cycles, bytes);
    return {grant.end, grant.end + timing_.write_latency};
  }

  struct Read {
    Cycle at_memory;  // the memory is read
    Cycle back;       // the data is at the chip's edge
  };
  Read read(Cycle arrival, unsigned bytes) {
    const Cycle started = reads_.carry(arrival, timing_.read_cycles, bytes).first;
    return {started + timing_.read_latency / 2, started + timing_.read_latency};
  }

  const Link& writes() const { return writes_; }
  const Link& reads() const { return reads_; }
  void reset() {
    writes_.reset();
    reads_.reset();
  }

 private:
  Timing timing_;
  Link writes_;
  Link reads_;
};

}  // namespace epysim::mesh
