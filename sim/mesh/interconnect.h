#pragma once
// Everything between a core's load/store unit and a memory that is not its own: the three eMesh networks, the eLink
// and off-chip DRAM, as *times*. No data passes through here; the chip moves the bytes when the times say so.
//
//   write: t_arrival = inject(at) + route on cMesh (or xMesh + eLink + DRAM write service when off chip)
//   read:  t_target  = at + route on rMesh           the moment at which the target memory is read
//          t_return  = t_target + route on cMesh     (or eLink + DRAM read service + eLink)
//
// Links are calendars (one bit per cycle); a request takes the first free slots at or after its arrival, in any call
// order; calls of one core must be in the order of its program. Sources of the figures: configs/parallella.json, value by value.

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "sim/core/types.h"

namespace epysim::core {
class Config;
}

namespace epysim::mesh {

/// A node of the chip's grid, counted from its north-west corner.
struct Node {
  int row = 0;
  int column = 0;
  bool operator==(const Node&) const = default;
};

class Interconnect {
 public:
  /// Reads the sections "mesh", "elink" and "dram" of a board configuration. Throws UsageError naming a bad key.
  explicit Interconnect(const core::Config& config);
  ~Interconnect();
  Interconnect(const Interconnect&) = delete;
  Interconnect& operator=(const Interconnect&) = delete;

  struct Write {
    Cycle accepted;  // the core may execute its next instruction from this cycle on; `at` + 1 unless the path before it was full
    Cycle arrival;   // the bytes are in the target memory
  };
  struct Read {
    Cycle at_target;  // the target memory is read at this cycle
    Cycle returned;   // an instruction that uses the data can issue; `returned` - `at` is the issue-to-use distance
  };

  /// A posted store of `bytes` (1..8) issued by the core at `from` in cycle `at` to another node's scratchpad (or its own by the
  /// global address).
  Write write(Node from, Node to, unsigned bytes, Cycle at);
  /// A blocking load from another node. `register_target`: the target is a memory-mapped register, not SRAM.
  Read read(Node from, Node to, unsigned bytes, bool register_target, Cycle at);
  /// TESTSET on another node: a read request that may write at the target.
  Read testset(Node from, Node to, Cycle at);

  /// Off-chip DRAM through the east eLink. `address` matters for bursts and is only used to price the access.
  Write write_off_chip(Node from, Address address, unsigned bytes, Cycle at);
  Read read_off_chip(Node from, Address address, unsigned bytes, Cycle at);
  /// One instruction line (8 bytes) from off-chip DRAM, or from another node.
  Read fetch_off_chip(Node from, Address address, Cycle at);
  Read fetch(Node from, Node to, Cycle at);

  /// The host writes into, or reads from, a node of the chip (through the eLink, from the east edge): arrival at the node.
  Cycle host_write(Node to, unsigned bytes, Cycle at);

  /// Forgets all reservations and counts; time starts again anywhere.
  void reset();

  /// One entry per link that was used: name, network, busy cycles, transactions, bytes; in a fixed order.
  nlohmann::ordered_json links() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::mesh
