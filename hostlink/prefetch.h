#pragma once
// Prefetch settings of a launch, and how a core carries them out: its rings of chunks (vm/device/prefetch.h).
//
//   elements of a chunk = min(elements, length)
//   chunks              = max(2, buffer / elements), no more than the data have
//   ahead               = min(distance, (chunks - 1) elements) / elements
//
// The chunks of all arguments share the 30 cells of a channel that are for them, and where there are not enough each argument keeps as many
// as the others: so many transfers can be under way, and more would not be of use. A chunk takes ceil(elements / 256) cells, and so does an
// argument that is stored to.

#include <cstdint>
#include <string>
#include <vector>

#include "hostlink/device_format.h"

namespace epysim::hostlink {

struct Prefetch {
  std::string argument;  // its name, for messages
  std::uint32_t buffer = 0, elements = 0, distance = 0;
};

struct Ring {
  std::uint32_t elements = 0, chunks = 0, ahead = 0;
  std::uint32_t cell = 0;  // the first of its cells: of its stores, then of its chunks

  std::uint32_t chunk_bytes() const { return EPY_CHUNK_BYTES + 4 * elements; }
  std::uint32_t cells_of_chunk() const { return (elements + EPY_CELL_BYTES / 4 - 1) / (EPY_CELL_BYTES / 4); }
  std::uint32_t bytes() const { return EPY_RING_BYTES + chunks * chunk_bytes(); }
};

/// One argument that is prefetched.
struct Prefetched {
  Prefetch setting;
  std::uint32_t length = 0;  // of the data, not 0
};

/// The rings of a launch's arguments. `heap_bytes`: local memory that a core has for them, 0 = it has none and they lie elsewhere. Throws
/// UsageError that names the setting which cannot be, and the largest that can.
std::vector<Ring> plan_rings(const std::vector<Prefetched>& arguments, std::uint32_t heap_bytes);

/// How a core whose channel is there gets data: `external` has its address where the core reaches it, else 0. No ring = on demand.
epy_launch_argument external_argument(epy_external external, const Ring* ring, std::uint32_t channel);

}  // namespace epysim::hostlink
