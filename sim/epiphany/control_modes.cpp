// The scheduler's part of CONFIG.CTRLMODE: what becomes of a core's stores and loads when they carry a mode along. A message raises an
// interrupt where it arrives; multicast goes to every core whose MULTICAST register names it; a direction leads, at the chip's edge, to the
// registers of the link on that side. Link registers: e-hal; of their effects there is the east link's clock divider and, by the west
// side, SYNC, halt and reset of the whole chip; everything else is ignored.

#include <algorithm>
#include <string>

#include "sim/core/hex.h"
#include "sim/epiphany/registers.h"
#include "sim/epiphany/scheduler.h"

namespace epysim::epiphany {
namespace {

enum Mode : unsigned { kNorth = 1, kMulticast = 3, kEast = 5, kSouth = 9, kMessage = 12, kWest = 13 };

bool is_direction(unsigned mode) { return mode == kNorth || mode == kEast || mode == kSouth || mode == kWest; }

/// Offsets in the window of the node at the edge.
constexpr Address kLinkMode = 0xf0300, kChipSync = 0xf031c, kChipHalt = 0xf0320, kChipReset = 0xf0324, kLinkEnd = 0xf032c;
constexpr std::uint64_t kSlowestDivider = 2;

}  // namespace

Cycle Scheduler::store_by_mode(Core& core, Event event, unsigned mode, Cycle at) {
  if (mode == kMessage) {
    event.message = true;
    return send(event, node(core.id()), at);
  }
  if (is_direction(mode)) {
    const Place place = place_of(event.address);
    event.kind = Event::Kind::Edge;
    event.channel = static_cast<std::uint8_t>(mode);
    const mesh::Interconnect::Write write =
        interconnect_.write(node(core.id()), place.core >= 0 ? node(place.core) : node(core.id()), event.bytes, at);
    event.at = write.arrival;
    push(event);
    return write.accepted;
  }
  if (mode == kMulticast) return multicast(core, event, at);
  core.misuse(core::Misuse::Reserved, "store with reserved control mode " + std::to_string(mode) + ": an ordinary store");
  return send(event, node(core.id()), at);
}

Cycle Scheduler::multicast(Core& core, Event event, Cycle at) {
  if (node(core.id()).column != 0) {
    // Reported of the chip: it works from the first column only.
    core.misuse(core::Misuse::Multicast, "multicast from a core that is not in the first column: the core hangs");
    return kNever;
  }
  std::vector<mesh::Node> nodes;
  std::vector<Address> addresses;
  for (int id = 0; id < core_count(); ++id) {
    if ((this->core(id).stored(special::MULTICAST) & 0xfffu) != event.address >> 20) continue;
    nodes.push_back(node(id));
    addresses.push_back(window(id) | (event.address & (kWindowBytes - 1)));
  }
  std::vector<Cycle> arrivals(nodes.size());
  const Cycle accepted = interconnect_.multicast(node(core.id()), nodes, event.bytes, at, arrivals);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    event.address = addresses[i];
    event.at = visit(place_of(event.address), arrivals[i]);
    push(event);
  }
  return accepted;
}

/// A load that leaves the chip by a direction: nobody ever answers.
bool Scheduler::load_hangs(Core& core, Address address) {
  if (!is_direction(core.cpu().config >> config::kCtrlmodeShift & 15u)) return false;
  core.misuse(core::Misuse::Link, "load from " + core::hex(address) +
                                      " with a direction as control mode: link registers can only be written, the " + "core hangs");
  return true;
}

/// A store with a direction is at the router where it leaves the chip's grid.
void Scheduler::edge_store(const Event& event) {
  const Place place = place_of(event.address);
  const unsigned side = event.channel;
  const mesh::Node gate = side == kNorth   ? mesh::Node{0, std::min(2, shape_.columns - 1)}
                          : side == kEast  ? mesh::Node{std::min(2, shape_.rows - 1), shape_.columns - 1}
                          : side == kSouth ? mesh::Node{shape_.rows - 1, std::min(2, shape_.columns - 1)}
                                           : mesh::Node{std::min(2, shape_.rows - 1), 0};
  if (place.core < 0 || node(place.core) != gate || place.address < kLinkMode || place.address >= kLinkEnd) {
    core(event.source).unanswered(event.address, true, event.pc);
    return;
  }
  if (side == kEast && place.address == kLinkMode) {
    if ((event.data & 15u) <= kSlowestDivider) interconnect_.set_link_divider(static_cast<unsigned>(event.data & 15u));
  } else if (side == kWest && event.data != 0) {
    for (int id = 0; id < core_count(); ++id) {
      if (place.address == kChipSync) core(id).latch(interrupt::kSync, event.at);
      if (place.address == kChipHalt) core(id).halt(event.at);
      if (place.address == kChipReset) {
        core(id).reset(event.at);
        dma_reset(id);
      }
      touch(id);
    }
  }
}

}  // namespace epysim::epiphany
