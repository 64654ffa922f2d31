#pragma once
// Stores from one node of the chip to another, the most frequent of all that passes through the mesh:
//
//   t_arrival = inject(at) + route on cMesh
//
// or, where the route is full, a place in the crowd before it.

#include <ostream>

#include "sim/core/types.h"
#include "sim/mesh/crowd.h"
#include "sim/mesh/mesh.h"
#include "sim/mesh/node.h"

namespace epysim::mesh {

struct ChipWrite {
  Cycle accepted;  // the core may execute its next instruction from this cycle on; kNever: the path is full
  Cycle arrival;   // the bytes are in the target memory
};

class ChipWrites {
 public:
  struct Shape {
    int rows;
    int columns;
    HalfCycles hop;
    unsigned router_buffers;
    unsigned injection_gap;
    Cycle write_cycles;
  };
  explicit ChipWrites(const Shape& shape)
      : cmesh("cmesh", shape.rows, shape.columns, shape.hop, shape.router_buffers),
        crowd(shape.rows, shape.columns, shape.router_buffers, cmesh),
        shape_(shape) {}
  ChipWrites(const ChipWrites&) = delete;
  ChipWrites& operator=(const ChipWrites&) = delete;

  /// A way from one node to another, for those who take it often.
  struct Way {
    Node from;
    Node to;
    Mesh::Path path;
  };
  Way way(Node from, Node to) { return {from, to, cmesh.path(from, to)}; }

  /// Accepted is kNever when the route is full: the crowd has to hold it.
  ChipWrite write(const Way& way, unsigned bytes, Cycle at) {
    if (crowd.must_wait(way.from, way.to, at)) [[unlikely]]
      return {kNever, kNever};
    return carry(way, bytes, at);
  }
  /// The same, full or not.
  ChipWrite carry(const Way& way, unsigned bytes, Cycle at) {
    const Cycle sent = cmesh.inject(way.path, at, shape_.injection_gap, bytes);
    const Cycle arrival = whole_cycles(cmesh.route(way.path, half_cycles(sent + shape_.write_cycles), bytes, at));
    if (recording != nullptr) [[unlikely]]
      record(at, way.from, way.to);
    return {sent + 1, arrival};
  }
  /// What cMesh carries: a line with cycle, sender and receiver, nodes numbered row by row.
  void record(Cycle at, Node from, Node to) const {
    *recording << at << ' ' << from.number(shape_.columns) << ' ' << to.number(shape_.columns) << '\n';
  }

  Mesh cmesh;
  Crowd crowd;
  std::ostream* recording = nullptr;  // not owned

 private:
  Shape shape_;
};

}  // namespace epysim::mesh
