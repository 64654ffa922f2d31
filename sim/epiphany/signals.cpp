// The scheduler's part of the signals that run over the chip in waves: SYNC, WAND and MBKPT. A wave goes from core to core; the edge bits
// of MESHCFG keep it in or out.
//
//   SYNC, MBKPT: a core at h hops gets it kWaveStart + 1.5 h cycles later
//   WAND:        collected at the north-west corner of the group, released from there when the last core's has come
//
// The shape is that of Adapteva's functional simulator; nothing is published about the times (the least: 1.5 cycles per hop as on the
// networks, and a start).

#include <algorithm>

#include "sim/epiphany/interrupts.h"
#include "sim/epiphany/registers.h"
#include "sim/epiphany/scheduler.h"

namespace epysim::epiphany {
namespace {

constexpr Cycle kWaveStart = 4;

Cycle wave_cycles(int hops) { return static_cast<Cycle>((3 * hops + 1) / 2); }

}  // namespace

/// Hops of a wave from a core to each; -1 where it does not get.
std::vector<int> Scheduler::wave_from(int origin) {
  struct Side {
    int row, column;
    std::uint32_t out, in;  // MESHCFG bits that close it, of this core and of the next
  };
  using namespace mesh_config;
  static constexpr std::array<Side, 4> kSides{
      {{0, -1, kWestEdge, kEastEdge}, {0, 1, kEastEdge, kWestEdge}, {-1, 0, kNorthEdge, kSouthEdge}, {1, 0, kSouthEdge, kNorthEdge}}};
  std::vector<int> hops(cores_.size(), -1);
  std::vector<int> reached{origin};
  hops[static_cast<std::size_t>(origin)] = 0;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const int id = reached[i];
    for (const Side& side : kSides) {
      const int row = id / shape_.columns + side.row;
      const int column = id % shape_.columns + side.column;
      if (row < 0 || row >= shape_.rows || column < 0 || column >= shape_.columns) continue;
      const int next = row * shape_.columns + column;
      const bool closed = (core(id).stored(special::MESHCFG) & side.out) != 0 || (core(next).stored(special::MESHCFG) & side.in) != 0;
      if (closed || hops[static_cast<std::size_t>(next)] >= 0) continue;
      hops[static_cast<std::size_t>(next)] = hops[static_cast<std::size_t>(id)] + 1;
      reached.push_back(next);
    }
  }
  return hops;
}

void Scheduler::signal(Event::Kind kind, unsigned interrupt, int source, int target, Cycle at) {
  Event event;
  event.kind = kind;
  event.at = at;
  event.source = source;
  event.core = target;
  event.bytes = static_cast<std::uint8_t>(interrupt);
  push(event);
}

void Scheduler::sync(Core& core, Cycle at) {
  const std::vector<int> hops = wave_from(core.id());
  for (int id = 0; id < core_count(); ++id) {
    const int far = hops[static_cast<std::size_t>(id)];
    if (far >= 0) signal(Event::Kind::Latch, interrupt::kSync, core.id(), id, at + kWaveStart + wave_cycles(far));
  }
}

void Scheduler::breakpoint_all(Core& core, Cycle at) {
  const std::vector<int> hops = wave_from(core.id());
  for (int id = 0; id < core_count(); ++id) {
    const int far = hops[static_cast<std::size_t>(id)];
    if (far > 0) signal(Event::Kind::Halt, 0, core.id(), id, at + kWaveStart + wave_cycles(far));
  }
}

void Scheduler::wand(Core& core, Cycle at) {
  wand_at_[static_cast<std::size_t>(core.id())] = at;
  const std::vector<int> group = wave_from(core.id());
  int corner = -1;
  for (int id = 0; id < core_count(); ++id) {
    if (group[static_cast<std::size_t>(id)] < 0) continue;
    if ((this->core(id).cpu().status & status::kWand) == 0) return;
    if (corner < 0) corner = id;
  }
  const std::vector<int> hops = wave_from(corner);
  Cycle together = 0;
  for (std::size_t id = 0; id < hops.size(); ++id) {
    if (hops[id] >= 0) together = std::max(together, wand_at_[id] + wave_cycles(hops[id]));
  }
  for (int id = 0; id < core_count(); ++id) {
    const int far = hops[static_cast<std::size_t>(id)];
    if (far >= 0) signal(Event::Kind::Latch, interrupt::kWand, core.id(), id, together + kWaveStart + wave_cycles(far));
  }
}

}  // namespace epysim::epiphany
