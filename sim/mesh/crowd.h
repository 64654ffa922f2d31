#pragma once
// Who may send while a link of a mesh is booked out.
//
//   A link is congested while it is booked further ahead than the mesh can hold (mesh.h). A store whose route crosses one waits in its
//   node, which has `places` for such stores before its core or DMA engine has to stop. When the link opens, one of those that wait for it
//   goes: at the link's router the inputs (four neighbours and the core) take turns, and so on up the routes to a node.
//
// So under saturation those who share a link get what round robin at every router gives them, whoever asked first: a core next to the link
// half of it, if it wants that much. As the edge arbiter does, it chooses for the whole tree at once; ignored is what has passed a
// router already.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/types.h"
#include "sim/mesh/mesh.h"

namespace epysim::mesh {

class Crowd {
 public:
  struct Store {
    std::uint32_t ticket = 0;
    Node to;
    unsigned bytes = 0;
  };

  Crowd(int rows, int columns, unsigned places, Mesh& mesh)
      : columns_(columns),
        places_(places),
        mesh_(mesh),
        nodes_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)),
        turn_(nodes_.size() * Mesh::kDirections, 0) {}

  /// Whether a store has to wait: because a link of its route is congested, or because others wait for one, or behind its own node's.
  bool must_wait(const Node& from, const Node& to, Cycle now) const {
    if (waiting_ == 0 && !mesh_.congested(now)) [[likely]]
      return false;
    if (waiting_ != 0 && !at(from).held.empty()) return true;
    return obstacle(from, to, now).has_value();
  }
  /// Returns when its sender may go on; kNever: when a place is free (Released::accepted).
  Cycle hold(Node from, const Store& store, Cycle now) {
    Waiting& node = at(from);
    node.held.push_back(store);
    ++waiting_;
    if (node.held.size() == 1) settle(from, now);
    return node.held.size() <= places_ ? now + 1 : kNever;
  }

  /// When somebody may go; kNever while nobody waits.
  Cycle next() const {
    if (waiting_ == 0) return kNever;
    Cycle earliest = kNever;
    for (const Waiting& node : nodes_)
      if (!node.held.empty()) earliest = std::min(earliest, node.link ? mesh_.opens(*node.link) : Cycle{0});
    return earliest;
  }

  struct Released {
    Node from;
    Store store;
    std::optional<std::uint32_t> accepted;  // the ticket of a store that has its place now
  };
  /// Who goes at `now`, if anybody may.
  std::optional<Released> release(Cycle now) {
    if (waiting_ == 0) return std::nullopt;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const Waiting& node = nodes_[i];
      if (node.held.empty() || (node.link && mesh_.opens(*node.link) > now)) continue;
      const Node chosen = node.link ? choose(*node.link) : node_of(i);
      Waiting& winner = at(chosen);
      winner.link = mesh_.congested_link(chosen, winner.held.front().to, now);
      if (winner.link) return release(now);  // another link of its route is congested meanwhile
      Released released{chosen, winner.held.front(), {}};
      winner.held.pop_front();
      if (winner.held.size() >= places_) released.accepted = winner.held[places_ - 1].ticket;
      --waiting_;
      return released;
    }
    return std::nullopt;
  }
  /// What `from` had waiting behind the store that went; has to follow it.
  void settle(Node from, Cycle now) {
    Waiting& node = at(from);
    node.link.reset();  // it does not wait for itself
    if (!node.held.empty()) node.link = obstacle(from, node.held.front().to, now);
  }

  void reset() {
    for (Waiting& node : nodes_) node = {};
    turn_.assign(turn_.size(), 0);
    waiting_ = 0;
  }

 private:
  static constexpr unsigned kPorts = 5;  // north, east, south, west, core
  static constexpr unsigned kCore = 4;

  struct Waiting {
    std::deque<Store> held;
    std::optional<Mesh::LinkName> link;  // that the first one waits for
  };

  Waiting& at(Node node) { return nodes_[node.number(columns_)]; }
  const Waiting& at(Node node) const { return nodes_[node.number(columns_)]; }
  Node node_of(std::size_t number) const { return {static_cast<int>(number) / columns_, static_cast<int>(number) % columns_}; }

  std::optional<Mesh::LinkName> obstacle(Node from, Node to, Cycle now) const {
    if (const auto link = mesh_.congested_link(from, to, now); link || waiting_ == 0) return link;
    for (const Waiting& node : nodes_)
      if (!node.held.empty() && node.link && on_route(*node.link, from, to)) return node.link;
    return std::nullopt;
  }

  static bool on_route(const Mesh::LinkName& link, Node from, Node to) {
    const auto [row, column] = link.router;
    switch (link.direction) {
      case Mesh::kEast:
        return row == from.row && from.column <= column && column < to.column;
      case Mesh::kWest:
        return row == from.row && to.column < column && column <= from.column;
      case Mesh::kSouth:
        return column == to.column && from.row <= row && row < to.row;
      case Mesh::kNorth:
        return column == to.column && to.row < row && row <= from.row;
      default:
        return link.router == to;
    }
  }

  /// Where a store from `from` comes into `router`, on its way along the row and then the column.
  static unsigned port(Node from, Node router) {
    if (from.row != router.row) return from.row < router.row ? Mesh::kNorth : Mesh::kSouth;
    return from.column == router.column ? kCore : from.column < router.column ? Mesh::kWest : Mesh::kEast;
  }

  Node choose(const Mesh::LinkName& link) {
    std::vector<Node> candidates;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (!nodes_[i].held.empty() && nodes_[i].link == link) candidates.push_back(node_of(i));
    Node router = link.router;
    unsigned output = link.direction;
    for (;;) {
      std::array<bool, kPorts> wants{};
      for (const Node from : candidates) wants[port(from, router)] = true;
      std::uint8_t& turn = turn_[router.number(columns_) * Mesh::kDirections + output];
      unsigned input = turn;
      while (!wants[input]) input = (input + 1) % kPorts;
      turn = static_cast<std::uint8_t>((input + 1) % kPorts);
      if (input == kCore) return router;
      std::erase_if(candidates, [&](Node from) { return port(from, router) != input; });
      router.row += input == Mesh::kSouth ? 1 : input == Mesh::kNorth ? -1 : 0;
      router.column += input == Mesh::kEast ? 1 : input == Mesh::kWest ? -1 : 0;
      output = (input + 2) % 4;
    }
  }

  int columns_;
  unsigned places_;
  Mesh& mesh_;
  std::vector<Waiting> nodes_;
  std::vector<std::uint8_t> turn_;  // per router and output: the input whose turn it is
  std::size_t waiting_ = 0;
};

}  // namespace epysim::mesh
