#pragma once
// Everything between a core's load/store unit and a memory that is not its own: the three eMesh networks, the eLink
// and off-chip DRAM, as *times*. No data passes through here; the chip moves the bytes when the times say so.
//
//   write: t_arrival = inject(at) + route on cMesh
//   read:  t_target  = at + route on rMesh           the moment at which the target memory is read
//          t_return  = t_target + route on cMesh
//   off chip: the route on xMesh or rMesh to the east edge, a turn at the link (edge_path.h, edge_requests.h), the link's own time
//   (elink.h), DRAM
//
// On chip, links are calendars (one bit per cycle); a request takes the first free slots at or after its arrival, in any call
// order, and its times are known at once, unless a link is booked out (crowd.h). The link off the chip serves its senders in turn. There a
// time depends on what others send later: it is told by `advance`. Calls of one core must be in the order of its program; calls about the
// link, and of advance(), in the order of time. Sources of the figures: configs/parallella.json, value by value.

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>

#include "sim/core/types.h"
#include "sim/mesh/chip_writes.h"
#include "sim/mesh/node.h"

namespace epysim::core {
class Config;
}

namespace epysim::mesh {

class Interconnect {
 public:
  /// Reads the sections "mesh", "elink" and "dram" of a board configuration. Throws UsageError naming a bad key.
  explicit Interconnect(const core::Config& config);
  ~Interconnect();
  Interconnect(const Interconnect&) = delete;
  Interconnect& operator=(const Interconnect&) = delete;

  /// The caller's name for an access whose times are not known yet.
  using Ticket = std::uint32_t;

  struct Read {
    Cycle at_target;  // the target memory is read at this cycle
    Cycle returned;   // an instruction that uses the data can issue; `returned` - `at` is the issue-to-use distance
  };

  using Write = ChipWrite;
  /// A posted store of `bytes` (1..8) issued by the core at `from` in cycle `at` to another node's scratchpad (or its own by the
  /// global address). Accepted is kNever when the path is full: hold() has to follow.
  Write write(Node from, Node to, unsigned bytes, Cycle at) { return write(way(from, to), bytes, at); }
  using Way = ChipWrites::Way;
  Way way(Node from, Node to) { return chip_writes_->way(from, to); }
  Write write(const Way& way, unsigned bytes, Cycle at) { return chip_writes_->write(way, bytes, at); }
  /// A store that met a full path waits in its node, and with it everything that the node sends; a notice tells when it has arrived.
  /// Returns when the sender may go on; kNever: another notice will tell.
  Cycle hold(Node from, Node to, unsigned bytes, Cycle at, Ticket ticket);
  /// A blocking load from another node. `register_target`: the target is a memory-mapped register, not SRAM.
  Read read(Node from, Node to, unsigned bytes, bool register_target, Cycle at);
  /// TESTSET on another node: a read request that may write at the target.
  Read testset(Node from, Node to, Cycle at);

  /// One instruction line (8 bytes) from another node.
  Read fetch(Node from, Node to, Cycle at);

  // -- memory behind the east eLink. The times are told when the link takes an access.
  /// A posted store. Returns the cycle from which the sender may go on; kNever: the path before it is full, a notice will tell.
  Cycle write_off_chip(Node from, Address address, unsigned bytes, bool by_dma, Cycle at, Ticket ticket);
  void read_off_chip(Node from, Address address, unsigned bytes, bool by_dma, Cycle at, Ticket ticket);
  /// One instruction line (8 bytes).
  void fetch_off_chip(Node from, Address address, Cycle at, Ticket ticket);

  struct Notice {
    enum class Kind : std::uint8_t {
      Write,  // `at`: the bytes are in memory
      Read,   // `at`: the memory is read; `returned`: an instruction that uses the data can issue
      Room    // `at`: the sender of a store that met a full path may go on
    };
    Kind kind;
    Ticket ticket;
    Cycle at;
    Cycle returned;
  };
  /// When something that waits goes on, at the link or on the chip; kNever while nothing waits. Changes with every access.
  Cycle next_turn() const;
  /// What goes on up to `now`, and what follows from it. Valid until the next call.
  std::span<const Notice> advance(Cycle now);

  /// A store to the link's mode register: LCLK becomes the core clock divided by 2, 4 or 8.
  void set_link_divider(unsigned divider);
  /// Core cycles in which the link moves a byte: one edge of LCLK.
  double slot_cycles() const;

  /// A store that all nodes of `targets` take, spreading over the whole chip. Returns the cycle from which the core may go on;
  /// `arrivals`, as long as `targets`, gets when the bytes are in each node's memory.
  Cycle multicast(Node from, std::span<const Node> targets, unsigned bytes, Cycle at, std::span<Cycle> arrivals);

  /// What a mesh monitor of a node's router has counted so far. `code` as in MESHCFG: 2 to 9 cycles waited (any, core, south, north, west,
  /// east, south or east, north or west), 10 to 15 transactions that came in (south, north, west, east, core, any). All networks together.
  std::uint64_t mesh_events(Node at, unsigned code) const;

  /// The host writes into, or reads from, a node of the chip (through the eLink, from the east edge): arrival at the node.
  Cycle host_write(Node to, unsigned bytes, Cycle at);

  /// Forgets all reservations and counts; time starts again anywhere.
  void reset();

  /// One entry per link that was used: name, network, busy cycles, transactions, bytes; in a fixed order.
  nlohmann::ordered_json links() const;

 private:
  struct Impl;
  std::unique_ptr<ChipWrites> chip_writes_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::mesh
