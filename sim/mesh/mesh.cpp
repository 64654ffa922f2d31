#include "sim/mesh/mesh.h"

#include <array>
#include <cstdlib>
#include <utility>

namespace epysim::mesh {

unsigned hops(Node from, Node to) { return static_cast<unsigned>(std::abs(from.row - to.row) + std::abs(from.column - to.column)); }

Mesh::Mesh(std::string name, int rows, int columns, HalfCycles hop, unsigned places)
    : name_(std::move(name)),
      rows_(rows),
      columns_(columns),
      hop_(hop),
      routers_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns + 1)),
      horizon_(whole_cycles(hop * static_cast<HalfCycles>(rows + columns)) + 2 * Cycle{places}) {}

HalfCycles Mesh::leave_east(Node from, HalfCycles time, unsigned bytes) {
  Place place{&router(from), kOut};
  return walk(place, columns_ - from.column, 0, time, bytes);
}

HalfCycles Mesh::enter_east(int row, Node to, HalfCycles time, unsigned bytes) {
  Place place{&router({row, columns_}), kEast};
  time = walk(place, to.column - columns_, to.row - row, time, bytes);
  return cross(place, kIn, time, bytes);
}

HalfCycles Mesh::take(Node at, HalfCycles time, unsigned bytes) { return route(at, at, time, bytes); }

void Mesh::spread(Node from, HalfCycles time, unsigned bytes, std::vector<HalfCycles>& arrived) {
  const auto reached = [&](Node at) -> HalfCycles& { return arrived[at.number(columns_)]; };
  const auto outwards = [&](Node at, Direction direction, int steps, const auto& at_each) {
    Place place{&router(at), opposite(direction)};
    for (HalfCycles then = reached(at); steps > 0; --steps) {
      then = hop(place, direction, then, bytes);
      at.row += direction == kSouth ? 1 : direction == kNorth ? -1 : 0;
      at.column += direction == kEast ? 1 : direction == kWest ? -1 : 0;
      reached(at) = then;
      at_each(at);
    }
  };
  const auto column = [&](Node at) {
    outwards(at, kNorth, at.row, [](Node) {});
    outwards(at, kSouth, rows_ - 1 - at.row, [](Node) {});
  };
  arrived.assign(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_), 0);
  reached(from) = time;
  column(from);
  outwards(from, kWest, from.column, column);
  outwards(from, kEast, columns_ - 1 - from.column, column);
}

std::optional<Mesh::LinkName> Mesh::find_congested(Node from, Node to, Cycle now) const {
  const auto congested = [&](Direction direction) { return router(from).opens[direction] > now; };
  while (from.column != to.column) {
    const Direction direction = from.column < to.column ? kEast : kWest;
    if (congested(direction)) return LinkName{from, direction};
    from.column += from.column < to.column ? 1 : -1;
  }
  while (from.row != to.row) {
    const Direction direction = from.row < to.row ? kSouth : kNorth;
    if (congested(direction)) return LinkName{from, direction};
    from.row += from.row < to.row ? 1 : -1;
  }
  if (congested(kIn)) return LinkName{from, kIn};
  return std::nullopt;
}

std::uint64_t Mesh::accesses(Node at, Direction side) const {
  if (side == kOut || side == kIn) return router(at).links[side].traffic().transactions;
  Node neighbour = at;
  neighbour.row += side == kSouth ? 1 : side == kNorth ? -1 : 0;
  neighbour.column += side == kEast ? 1 : side == kWest ? -1 : 0;
  if (neighbour.row < 0 || neighbour.row >= rows_ || neighbour.column < 0) return 0;
  return router(neighbour).links[opposite(side)].traffic().transactions;
}

void Mesh::each_link(const std::function<void(const std::string&, const Traffic&)>& visit) const {
  static constexpr std::array<const char*, kDirections> kNames{"north", "east", "south", "west", "to core", "from core"};
  for (std::size_t i = 0; i < routers_.size(); ++i) {
    const auto node = static_cast<int>(i);
    const std::string at = std::to_string(node / (columns_ + 1)) + "," + std::to_string(node % (columns_ + 1));
    for (unsigned direction = 0; direction < kDirections; ++direction) {
      const Traffic& traffic = routers_[i].links[direction].traffic();
      if (traffic.transactions != 0) visit(name_ + " " + at + " " + kNames[direction], traffic);
    }
  }
}

void Mesh::reset() {
  for (Router& each : routers_) each = {};
  congested_until_ = 0;
}

}  // namespace epysim::mesh
