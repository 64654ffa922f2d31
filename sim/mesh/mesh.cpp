#include "sim/mesh/mesh.h"

#include <array>
#include <cstdlib>
#include <utility>

namespace epysim::mesh {

namespace {

Mesh::Direction opposite(Mesh::Direction direction) { return static_cast<Mesh::Direction>((direction + 2) % 4); }

}  // namespace

unsigned hops(Node from, Node to) { return static_cast<unsigned>(std::abs(from.row - to.row) + std::abs(from.column - to.column)); }

Mesh::Mesh(std::string name, int rows, int columns, HalfCycles hop)
    : name_(std::move(name)),
      rows_(rows),
      columns_(columns),
      hop_(hop),
      links_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns + 1) * kDirections),
      waits_(links_.size()) {}

HalfCycles Mesh::hop(Node& at, Direction& side, Direction direction, HalfCycles time, unsigned bytes) {
  const Cycle slot = link(at, direction).carry(time / 2, 1, bytes).first;
  if (slot > time / 2) {
    waits_[index(at) * kDirections + side] += slot - time / 2;
    time = half_cycles(slot);
  }
  at.row += direction == kSouth ? 1 : direction == kNorth ? -1 : 0;
  at.column += direction == kEast ? 1 : direction == kWest ? -1 : 0;
  side = opposite(direction);
  return time + hop_;
}

HalfCycles Mesh::walk(Node from, Node to, Direction& side, HalfCycles time, unsigned bytes) {
  while (from.column != to.column) time = hop(from, side, from.column < to.column ? kEast : kWest, time, bytes);
  while (from.row != to.row) time = hop(from, side, from.row < to.row ? kSouth : kNorth, time, bytes);
  return time;
}

Cycle Mesh::inject(Node at, Cycle time, unsigned gap, unsigned bytes) { return link(at, kOut).carry(time, gap, bytes).first; }

HalfCycles Mesh::route(Node from, Node to, HalfCycles time, unsigned bytes) {
  Direction side = from.column < columns_ ? kOut : kEast;
  time = walk(from, to, side, time, bytes);
  const Cycle slot = link(to, kIn).carry(time / 2, 1, bytes).first;
  if (slot <= time / 2) return time;
  waits_[index(to) * kDirections + side] += slot - time / 2;
  return half_cycles(slot);
}

HalfCycles Mesh::leave_east(Node from, HalfCycles time, unsigned bytes) {
  Direction side = kOut;
  return walk(from, {from.row, columns_}, side, time, bytes);
}

HalfCycles Mesh::enter_east(int row, Node to, HalfCycles time, unsigned bytes) { return route({row, columns_}, to, time, bytes); }

HalfCycles Mesh::take(Node at, HalfCycles time, unsigned bytes) { return route(at, at, time, bytes); }

void Mesh::spread(Node from, HalfCycles time, unsigned bytes, std::vector<HalfCycles>& arrived) {
  const auto reached = [&](Node at) -> HalfCycles& { return arrived[static_cast<std::size_t>(at.row * columns_ + at.column)]; };
  const auto outwards = [&](Node at, Direction direction, int steps, const auto& at_each) {
    Direction side = opposite(direction);
    for (HalfCycles then = reached(at); steps > 0; --steps) {
      then = hop(at, side, direction, then, bytes);
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

std::uint64_t Mesh::accesses(Node at, Direction side) const {
  if (side == kOut || side == kIn) return links_[index(at) * kDirections + side].traffic().transactions;
  Node neighbour = at;
  neighbour.row += side == kSouth ? 1 : side == kNorth ? -1 : 0;
  neighbour.column += side == kEast ? 1 : side == kWest ? -1 : 0;
  if (neighbour.row < 0 || neighbour.row >= rows_ || neighbour.column < 0) return 0;
  return links_[index(neighbour) * kDirections + opposite(side)].traffic().transactions;
}

void Mesh::each_link(const std::function<void(const std::string&, const Traffic&)>& visit) const {
  static constexpr std::array<const char*, kDirections> kNames{"north", "east", "south", "west", "to core", "from core"};
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (links_[i].traffic().transactions == 0) continue;
    const auto node = static_cast<int>(i / kDirections);
    const std::string row = std::to_string(node / (columns_ + 1));
    const std::string column = std::to_string(node % (columns_ + 1));
    visit(name_ + " " + row + "," + column + " " + kNames[i % kDirections], links_[i].traffic());
  }
}

void Mesh::reset() {
  for (Link& each : links_) each.reset();
  waits_.assign(waits_.size(), 0);
}

}  // namespace epysim::mesh
