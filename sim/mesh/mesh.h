#pragma once
// One network of the eMesh: routers in a grid, a link from each to its neighbours, to its core and from its core. The chip has three
// (cMesh: writes and read data on chip; rMesh: read requests; xMesh: writes that leave the chip and read data that enters it).
//
//   t(next router) = first free cycle of the link at or after t, + hop
//
// A transaction is one beat (address, data and control side by side) and takes one cycle of each link that it crosses: along the
// row first, then along the column. An unloaded route of d hops takes d * hop.
//
// A link is congested while it is booked further ahead of the present than the mesh can hold:
//
//   slot > asked + longest route + 2 * places      until slot - longest route - 2 * places (what senders do then: crowd.h)
//
// Ignored below that: finite buffers and the arbiter's order. Against a cycle-level router, mean latency is within 4 % and the 95th
// percentile within 13 % up to 79 % of saturation; senders saturate within 2 % of where the router's do (calendar_vs_router_test.cpp).
//
// Time is counted in half cycles here, because a hop takes one and a half cycles ("Epiphany Architecture Reference", eMesh).

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/mesh/link.h"
#include "sim/mesh/node.h"

namespace epysim::mesh {

using HalfCycles = std::uint64_t;

constexpr HalfCycles half_cycles(Cycle cycles) { return 2 * cycles; }
/// The first whole cycle at or after a time.
constexpr Cycle whole_cycles(HalfCycles time) { return (time + 1) / 2; }

/// Manhattan distance.
unsigned hops(Node from, Node to);

class Mesh {
  struct Router;

 public:
  enum Direction : unsigned { kNorth, kEast, kSouth, kWest, kIn, kOut, kDirections };

  /// `places`: transactions that wait at a router's input before those behind them have to stop.
  Mesh(std::string name, int rows, int columns, HalfCycles hop, unsigned places);

  /// From the core into its router; takes `gap` cycles of that link. Returns the cycle in which the router gets it.
  Cycle inject(Node at, Cycle time, unsigned gap, unsigned bytes) { return inject(router(at), time, gap, bytes); }
  /// From router to router and into the node's core. `asked`: since when it wants to.
  HalfCycles route(Node from, Node to, HalfCycles time, unsigned bytes) { return route(from, to, time, bytes, time / 2); }
  HalfCycles route(Node from, Node to, HalfCycles time, unsigned bytes, Cycle asked) { return route(path(from, to), time, bytes, asked); }
  /// A way from one node to another, for those who take it often.
  struct Path {
    Router* router = nullptr;
    int east = 0;  // hops, negative for the other way
    int south = 0;
  };
  Path path(Node from, Node to) {
    Path path;
    path.router = &router(from);
    path.east = to.column - from.column;
    path.south = to.row - from.row;
    return path;
  }
  Cycle inject(const Path& path, Cycle time, unsigned gap, unsigned bytes) { return inject(*path.router, time, gap, bytes); }
  HalfCycles route(const Path& path, HalfCycles time, unsigned bytes, Cycle asked) {
    asked_ = asked;
    Place place{path.router, kOut};
    time = walk(place, path.east, path.south, time, bytes);
    return cross(place, kIn, time, bytes);
  }
  /// From a router eastwards out of the chip, `columns - from.column` hops away.
  HalfCycles leave_east(Node from, HalfCycles time, unsigned bytes);
  /// From outside the chip's east edge in row `row` to a core.
  HalfCycles enter_east(int row, Node to, HalfCycles time, unsigned bytes);

  /// From a core to every router of the chip, outwards: along its row, and from there along each column. `arrived(node)` is when a node
  /// could have it; take() brings it into a core.
  void spread(Node from, HalfCycles time, unsigned bytes, std::vector<HalfCycles>& arrived);
  /// From a router into its core.
  HalfCycles take(Node at, HalfCycles time, unsigned bytes);

  /// A link by the router before it.
  struct LinkName {
    Node router;
    Direction direction;
    bool operator==(const LinkName&) const = default;
  };
  /// The first link on a route that is congested: booked further ahead than the mesh can hold.
  std::optional<LinkName> congested_link(Node from, Node to, Cycle now) const {
    return congested(now) ? find_congested(from, to, now) : std::nullopt;
  }
  /// Whether any link is.
  bool congested(Cycle now) const { return congested_until_ > now; }
  /// When it will be less.
  Cycle opens(const LinkName& link) const { return router(link.router).opens[link.direction]; }

  /// What a router's mesh monitors count: transactions that came in from a side or from the core, and the cycles they waited there.
  std::uint64_t accesses(Node at, Direction side) const;
  Cycle waits(Node at, Direction side) const { return router(at).waits[side]; }

  /// Every link that carried something, with its name, e.g. "cmesh 0,1 east".
  void each_link(const std::function<void(const std::string&, const Traffic&)>& visit) const;
  void reset();

 private:
  struct Router {
    std::array<Link, kDirections> links;     // that lead away, by direction
    std::array<Cycle, kDirections> waits{};  // by the side on which transactions came in
    std::array<Cycle, kDirections> opens{};  // as links: congested until then
  };
  static Cycle inject(Router& router, Cycle time, unsigned gap, unsigned bytes) { return router.links[kOut].carry(time, gap, bytes).first; }
  Router& router(Node at) { return routers_[at.number(columns_ + 1)]; }
  const Router& router(Node at) const { return routers_[at.number(columns_ + 1)]; }
  static Direction opposite(Direction direction) { return static_cast<Direction>((direction + 2) % 4); }

  /// A router, and the side on which a transaction came in.
  struct Place {
    Router* router;
    Direction side;
  };
  /// Onto one link, as soon as it is free.
  HalfCycles cross(const Place& place, Direction direction, HalfCycles time, unsigned bytes) {
    const Cycle slot = place.router->links[direction].carry(time / 2, bytes);
    if (slot == time / 2) [[likely]]
      return time;
    place.router->waits[place.side] += slot - time / 2;
    if (slot > asked_ + horizon_) {
      Cycle& opens = place.router->opens[direction];
      opens = std::max(opens, slot - horizon_);
      congested_until_ = std::max(congested_until_, slot - horizon_);
    }
    return half_cycles(slot);
  }
  HalfCycles hop(Place& place, Direction direction, HalfCycles time, unsigned bytes) {
    time = cross(place, direction, time, bytes) + hop_;
    place.router += direction == kEast ? 1 : direction == kWest ? -1 : direction == kSouth ? columns_ + 1 : -columns_ - 1;
    place.side = opposite(direction);
    return time;
  }
  /// `east` and `south`: how many hops, negative for the other way.
  HalfCycles walk(Place& place, int east, int south, HalfCycles time, unsigned bytes) {
    for (; east > 0; --east) time = hop(place, kEast, time, bytes);
    for (; east < 0; ++east) time = hop(place, kWest, time, bytes);
    for (; south > 0; --south) time = hop(place, kSouth, time, bytes);
    for (; south < 0; ++south) time = hop(place, kNorth, time, bytes);
    return time;
  }

  std::optional<LinkName> find_congested(Node from, Node to, Cycle now) const;

  std::string name_;
  int rows_;
  int columns_;
  HalfCycles hop_;
  std::vector<Router> routers_;  // by row and column (one more than the chip has: the outside of the east edge)
  Cycle horizon_;                // the longest way over the mesh, and the places where transactions wait
  Cycle congested_until_ = 0;
  Cycle asked_ = 0;  // of the present transaction
};

}  // namespace epysim::mesh
