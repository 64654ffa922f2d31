#include "hostlink/prefetch.h"

#include <algorithm>
#include <numeric>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr std::uint32_t kCells = EPY_CELLS - EPY_FIRST_CHUNK_CELL;
constexpr std::uint32_t kCellElements = EPY_CELL_BYTES / 4;
constexpr std::uint32_t kHeapOverhead = 24;  // of a heap, and of the block that a ring is

std::uint32_t cells_of(const Ring& ring) { return (ring.chunks + 1) * ring.cells_of_chunk(); }

Ring wanted(const Prefetched& argument) {
  Ring ring;
  ring.elements = std::min(argument.setting.elements, argument.length);
  ring.chunks = std::min(std::max(2u, argument.setting.buffer / argument.setting.elements), (argument.length - 1) / ring.elements + 1);
  return ring;
}

template <typename Size>
std::uint32_t sum(const std::vector<Ring>& rings, Size size) {
  return std::accumulate(rings.begin(), rings.end(), 0u, [&](std::uint32_t all, const Ring& ring) { return all + size(ring); });
}

std::string count_text(std::uint32_t count, const std::string& what) { return std::to_string(count) + " " + what; }

// Chunks are given up until the cells are enough: by whoever has most of them.
void share_cells(const std::vector<Prefetched>& arguments, std::vector<Ring>& rings) {
  while (sum(rings, cells_of) > kCells) {
    const auto largest =
        std::max_element(rings.begin(), rings.end(), [](const Ring& a, const Ring& b) { return cells_of(a) < cells_of(b); });
    if (largest->chunks > 2) {
      --largest->chunks;
      continue;
    }
    const Prefetch& setting = arguments[static_cast<std::size_t>(largest - rings.begin())].setting;
    const std::uint32_t others = sum(rings, cells_of) - cells_of(*largest);
    const std::uint32_t left = others < kCells ? (kCells - others) / 3 * kCellElements : 0;
    throw UsageError("prefetch of " + setting.argument + ": elements=" + std::to_string(setting.elements) +
                     " is too large for the core's channel, whose " + count_text(kCells, "KB") +
                     " two chunks and one of stores must share" +
                     (left > 0 ? "; at most " + std::to_string(left) : std::string(", with the chunks of the other arguments")));
  }
}

}  // namespace

std::vector<Ring> plan_rings(const std::vector<Prefetched>& arguments, std::uint32_t heap_bytes) {
  std::vector<Ring> rings;
  rings.reserve(arguments.size());
  for (const Prefetched& argument : arguments) rings.push_back(wanted(argument));
  share_cells(arguments, rings);
  std::uint32_t cell = EPY_FIRST_CHUNK_CELL;
  std::uint32_t bytes = 0;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    Ring& ring = rings[i];
    const Prefetch& setting = arguments[i].setting;
    ring.ahead = std::min(setting.distance / ring.elements, ring.chunks - 1);
    ring.cell = cell;
    cell += cells_of(ring);
    const std::uint32_t left = heap_bytes > bytes ? heap_bytes - bytes : 0;
    const std::uint32_t once = EPY_RING_BYTES + kHeapOverhead, each = EPY_CHUNK_BYTES + 4 * ring.elements;
    bytes += ring.bytes() + kHeapOverhead;
    if (heap_bytes == 0 || bytes <= heap_bytes) continue;
    const std::uint32_t chunks = left > once ? (left - once) / each : 0;
    const std::uint32_t elements = left > once + 2 * EPY_CHUNK_BYTES ? (left - once - 2 * EPY_CHUNK_BYTES) / 8 : 0;
    throw UsageError("prefetch of " + setting.argument + ": buffer=" + std::to_string(setting.buffer) + " takes " +
                     count_text(ring.bytes(), "bytes of a core's memory") + ", which has " + std::to_string(left) +
                     " left for it; at most " +
                     (chunks >= 2 ? "buffer=" + std::to_string(chunks * ring.elements) + " with elements=" + std::to_string(ring.elements)
                      : elements > 0 ? "elements=" + std::to_string(elements) + " with buffer=" + std::to_string(2 * elements)
                                     : std::string("none fits beside those of the other arguments")));
  }
  return rings;
}

epy_launch_argument external_argument(epy_external external, const Ring* ring, std::uint32_t channel) {
  constexpr auto kDescriptor = static_cast<std::uint32_t>(sizeof(epy_transfer));
  epy_launch_argument argument{};
  argument.tag = EPY_EXTERNAL;
  argument.word = ring != nullptr ? ring->bytes() : EPY_EXTERNAL_BYTES;
  argument.data = external;
  argument.data.dimensions = 1;
  const bool through_channel = external.home == 0;
  if (through_channel) {
    // A cell is 64 times as large as its descriptor, so that the core finds the one from the other (vm/device/channel.c).
    argument.data.home = channel + static_cast<std::uint32_t>(offsetof(epy_channel, cell)) - (channel << 6);
    argument.transfer = channel + (ring != nullptr ? ring->cell : EPY_BLOCKING_CELL) * kDescriptor;
  }
  if (ring == nullptr) return argument;
  argument.data.elements = ring->elements;
  argument.data.ahead = ring->ahead;
  argument.chunks = ring->chunks;
  argument.chunk_bytes = ring->chunk_bytes();
  argument.transfer_bytes = through_channel ? ring->cells_of_chunk() * kDescriptor : 0;
  return argument;
}

}  // namespace epysim::hostlink
