#include "sim/mesh/mesh.h"

#include <array>
#include <cstdlib>
#include <utility>

namespace epysim::mesh {

unsigned hops(Node from, Node to) { return static_cast<unsigned>(std::abs(from.row - to.row) + std::abs(from.column - to.column)); }

Mesh::Mesh(std::string name, int rows, int columns, HalfCycles hop)
    : name_(std::move(name)),
      rows_(rows),
      columns_(columns),
      hop_(hop),
      links_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns + 1) * kDirections) {}

Link& Mesh::link(Node from, Direction direction) {
  const auto node = static_cast<std::size_t>(from.row * (columns_ + 1) + from.column);
  return links_[node * kDirections + direction];
}

HalfCycles Mesh::hop(Node& at, Direction direction, HalfCycles time, unsigned bytes) {
  const Cycle slot = link(at, direction).carry(time / 2, 1, bytes).first;
  if (slot > time / 2) time = half_cycles(slot);
  at.row += direction == kSouth ? 1 : direction == kNorth ? -1 : 0;
  at.column += direction == kEast ? 1 : direction == kWest ? -1 : 0;
  return time + hop_;
}

HalfCycles Mesh::walk(Node from, Node to, HalfCycles time, unsigned bytes) {
  while (from.column != to.column) time = hop(from, from.column < to.column ? kEast : kWest, time, bytes);
  while (from.row != to.row) time = hop(from, from.row < to.row ? kSouth : kNorth, time, bytes);
  return time;
}

Cycle Mesh::inject(Node at, Cycle time, unsigned gap, unsigned bytes) { return link(at, kOut).carry(time, gap, bytes).first; }

HalfCycles Mesh::route(Node from, Node to, HalfCycles time, unsigned bytes) {
  time = walk(from, to, time, bytes);
  const Cycle slot = link(to, kIn).carry(time / 2, 1, bytes).first;
  return slot > time / 2 ? half_cycles(slot) : time;
}

HalfCycles Mesh::leave_east(Node from, HalfCycles time, unsigned bytes) { return walk(from, {from.row, columns_}, time, bytes); }

HalfCycles Mesh::enter_east(int row, Node to, HalfCycles time, unsigned bytes) { return route({row, columns_}, to, time, bytes); }

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
}

}  // namespace epysim::mesh
