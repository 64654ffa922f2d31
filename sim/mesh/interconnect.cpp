#include "sim/mesh/interconnect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/mesh/crowd.h"
#include "sim/mesh/edge_path.h"
#include "sim/mesh/edge_requests.h"
#include "sim/mesh/elink.h"
#include "sim/mesh/mesh.h"

namespace epysim::mesh {
namespace {

constexpr std::int64_t kMostCycles = 1'000'000;  // no single latency of a board is longer
constexpr std::int64_t kMostService = 4096;      // half of what a calendar remembers
constexpr unsigned kRequestBytes = 0;            // a read request carries no data

Cycle cycles(const core::Config& config, const std::string& key, std::int64_t low = 0, std::int64_t high = kMostCycles) {
  return static_cast<Cycle>(config.integer(key, low, high));
}

unsigned count(const core::Config& config, const std::string& key, std::int64_t low, std::int64_t high) {
  return static_cast<unsigned>(config.integer(key, low, high));
}

HalfCycles hop_of(const core::Config& config) {
  const double doubled = 2 * config.real("mesh.hop_cycles", 0.5, 1000);
  if (doubled != std::floor(doubled)) throw UsageError("mesh.hop_cycles must be a multiple of 0.5 cycles");
  return static_cast<HalfCycles>(doubled);
}

struct Timing {
  explicit Timing(const core::Config& config)
      : rows(static_cast<int>(config.integer("chip.rows", 1, 64))),
        columns(static_cast<int>(config.integer("chip.columns", 1, 64))),
        hop(hop_of(config)),
        injection_gap(count(config, "mesh.injection_gap", 1, kMostService)),
        write_cycles(cycles(config, "mesh.write_cycles", 1)),
        router_buffers(count(config, "mesh.router_buffers", 1, 64)),
        request(cycles(config, "mesh.read_request_cycles", 1)),
        memory_return(cycles(config, "mesh.read_return_cycles", 1)),
        register_return(cycles(config, "mesh.register_return_cycles", 1)),
        own_extra(cycles(config, "mesh.own_read_extra_cycles")),
        fetch_extra(cycles(config, "mesh.fetch_extra_cycles")),
        link_latency(cycles(config, "elink.read_latency", 1)),
        memory(cycles(config, "dram.access_latency")),
        off_chip_fetch_extra(cycles(config, "elink.fetch_extra_cycles")),
        host_latency(cycles(config, "elink.host_write_latency")),
        reads_pass_writes(config.boolean("elink.reads_pass_writes")) {}

  int rows;
  int columns;
  HalfCycles hop;
  unsigned injection_gap;
  Cycle write_cycles;
  unsigned router_buffers;
  Cycle request;
  Cycle memory_return;
  Cycle register_return;
  Cycle own_extra;
  Cycle fetch_extra;
  Cycle link_latency;
  Cycle memory;
  Cycle off_chip_fetch_extra;
  Cycle host_latency;
  bool reads_pass_writes;
};

Elink::Timing elink_timing(const core::Config& config) {
  constexpr std::int64_t kMostSlots = 1024;
  Elink::Timing timing;
  timing.slot_cycles = config.real("chip.clock_hz", 1, 1e12) / (2 * config.real("elink.lclk_hz", 1e3, 1e12));
  timing.transaction_slots = count(config, "elink.transaction_slots", 1, kMostSlots);
  timing.burst_slots = count(config, "elink.burst_slots", 1, kMostSlots);
  timing.dma_extra_slots = count(config, "elink.dma_extra_slots", 0, kMostSlots);
  timing.read_slots = count(config, "elink.read_slots", 1, kMostSlots);
  timing.dma_read_slots = count(config, "elink.dma_read_slots", 1, kMostSlots);
  timing.stall_after = count(config, "elink.stall_after", 1, kMostCycles);
  timing.stall_cycles = cycles(config, "elink.stall_cycles");
  return timing;
}

EdgePath::Limits write_limits(const core::Config& config) {
  const unsigned window = count(config, "elink.write_buffers", 2, 1024);
  // One of the places is the sender's own.
  return {.ahead = window - 1, .window = window, .release = cycles(config, "elink.write_release_cycles")};
}

/// A node's loads behind its own stores at the edge.
struct EdgeOrder {
  struct Behind {
    std::uint64_t stores;  // that were sent before it
    OffChipAccess access;
  };
  std::uint64_t sent = 0;   // stores
  std::uint64_t taken = 0;  // by the link
  Cycle through = 0;        // the last of them
  std::deque<Behind> reads;
};

}  // namespace

struct Interconnect::Impl {
  Impl(const core::Config& config, const Timing& read_timing, ChipWrites& writes_on_chip)
      : timing(read_timing),
        chip_writes(writes_on_chip),
        cmesh(chip_writes.cmesh),
        crowd(chip_writes.crowd),
        rmesh("rmesh", timing.rows, timing.columns, timing.hop, timing.router_buffers),
        xmesh("xmesh", timing.rows, timing.columns, timing.hop, timing.router_buffers),
        elink(elink_timing(config)),
        writes(timing.rows, timing.columns, write_limits(config)),
        reads(timing.rows, timing.columns),
        order(static_cast<std::size_t>(timing.rows) * static_cast<std::size_t>(timing.columns)) {
    if (const std::string file = config.text("mesh.recording"); !file.empty()) {
      recording = std::make_unique<std::ofstream>(file);
      if (!*recording) throw UsageError("mesh.recording: cannot write " + file);
      chip_writes.recording = recording.get();
    }
  }

  Read read(Node from, Node to, unsigned bytes, Cycle target_return, Cycle at);
  Cycle send(Node from, OffChipAccess access, Cycle at);
  void request(Node from, OffChipAccess access, Cycle at);
  void release(Cycle now);
  EdgeOrder& order_of(Node node) { return order[node.number(timing.columns)]; }
  /// The request does not reach memory before the node's last store.
  void enter_behind(Node from, OffChipAccess access) {
    const Cycle through = order_of(from).through;
    if (!timing.reads_pass_writes && through > access.ready + elink.request_cycles()) access.ready = through - elink.request_cycles();
    reads.enter(from, access);
  }
  void take_write();
  void take_read();

  Timing timing;
  ChipWrites& chip_writes;
  Mesh& cmesh;
  Crowd& crowd;
  Mesh rmesh;
  Mesh xmesh;
  Elink elink;
  EdgePath writes;
  EdgeRequests reads;
  std::vector<EdgeOrder> order;
  std::vector<Notice> notices;
  std::unique_ptr<std::ofstream> recording;
};

void Interconnect::Impl::release(Cycle now) {
  while (const auto released = crowd.release(now)) {
    const ChipWrite sent = chip_writes.carry(chip_writes.way(released->from, released->store.to), released->store.bytes, now);
    if (released->accepted) notices.push_back({Notice::Kind::Room, *released->accepted, now + 1, 0});
    notices.push_back({Notice::Kind::Write, released->store.ticket, sent.arrival, 0});
    crowd.settle(released->from, now);
  }
}

Interconnect::Read Interconnect::Impl::read(Node from, Node to, unsigned bytes, Cycle target_return, Cycle at) {
  const HalfCycles there = rmesh.route(from, to, half_cycles(at + timing.request), kRequestBytes);
  // The memory answers on whole cycles; what the request's half cycle gained is not lost on the way back.
  const Cycle at_target = whole_cycles(there);
  const Cycle reply = cmesh.inject(to, there / 2, 1, bytes);
  const HalfCycles start = std::max(there, half_cycles(reply));
  const HalfCycles back = cmesh.route(to, from, start + half_cycles(target_return), bytes);
  if (recording) [[unlikely]]
    chip_writes.record(at_target, to, from);
  return {at_target, whole_cycles(back)};
}

/// Puts a store on its way to the edge; returns when its sender may go on.
Cycle Interconnect::Impl::send(Node from, OffChipAccess access, Cycle at) {
  const Cycle sent = xmesh.inject(from, at, timing.injection_gap, access.bytes);
  access.ready = whole_cycles(xmesh.leave_east(from, half_cycles(sent + timing.write_cycles), access.bytes));
  writes.enter(from, access);
  return sent + 1;
}

void Interconnect::Impl::request(Node from, OffChipAccess access, Cycle at) {
  const HalfCycles edge = rmesh.leave_east(from, half_cycles(at), kRequestBytes);
  access.ready = edge / 2;
  access.half_late = edge % 2 != 0;
  EdgeOrder& before = order_of(from);
  if (!timing.reads_pass_writes && before.sent != before.taken) {
    before.reads.push_back({before.sent, access});
  } else {
    enter_behind(from, access);
  }
}

void Interconnect::Impl::take_write() {
  const Cycle now = writes.next();
  const EdgePath::Transaction taken = writes.take();
  const OffChipAccess& access = taken.access;
  const Cycle through = elink.write(taken.from, access.address, access.bytes, access.by_dma, now);
  notices.push_back({Notice::Kind::Write, access.ticket, through + timing.memory, 0});
  EdgeOrder& behind = order_of(taken.from);
  ++behind.taken;
  behind.through = through;
  for (; !behind.reads.empty() && behind.reads.front().stores <= behind.taken; behind.reads.pop_front()) {
    enter_behind(taken.from, behind.reads.front().access);
  }
  writes.done(taken, through);
  while (const auto released = writes.released(now)) {
    notices.push_back({Notice::Kind::Room, released->access.ticket, send(released->from, released->access, released->at), 0});
  }
}

void Interconnect::Impl::take_read() {
  const EdgeRequests::Taken taken = reads.take();
  const OffChipAccess& access = taken.access;
  reads.done(taken.at + elink.read(access.bytes, access.by_dma));
  const HalfCycles edge = half_cycles(taken.at + timing.link_latency) + (access.half_late ? 1 : 0);
  const Cycle back = whole_cycles(xmesh.enter_east(taken.from.row, taken.from, edge, access.bytes));
  // The request crosses the link and the FPGA as a write does.
  const Cycle at_memory = taken.at + std::min(timing.link_latency, elink.request_cycles() + timing.memory);
  notices.push_back({Notice::Kind::Read, access.ticket, at_memory, back + (access.fetch ? timing.off_chip_fetch_extra : 0)});
}

Interconnect::Interconnect(const core::Config& config) {
  const Timing timing(config);
  chip_writes_ = std::make_unique<ChipWrites>(
      ChipWrites::Shape{timing.rows, timing.columns, timing.hop, timing.router_buffers, timing.injection_gap, timing.write_cycles});
  impl_ = std::make_unique<Impl>(config, timing, *chip_writes_);
}
Interconnect::~Interconnect() = default;

Cycle Interconnect::hold(Node from, Node to, unsigned bytes, Cycle at, Ticket ticket) {
  return impl_->crowd.hold(from, {ticket, to, bytes}, at);
}

Interconnect::Read Interconnect::read(Node from, Node to, unsigned bytes, bool register_target, Cycle at) {
  const Timing& timing = impl_->timing;
  Read read = impl_->read(from, to, bytes, register_target ? timing.register_return : timing.memory_return, at);
  if (from == to && !register_target) read.returned += timing.own_extra;
  return read;
}

Interconnect::Read Interconnect::testset(Node from, Node to, Cycle at) { return read(from, to, 4, false, at); }

Cycle Interconnect::write_off_chip(Node from, Address address, unsigned bytes, bool by_dma, Cycle at, Ticket ticket) {
  const OffChipAccess access{ticket, address, static_cast<std::uint8_t>(bytes), by_dma};
  ++impl_->order_of(from).sent;
  const Cycle room = impl_->writes.room(from, at);
  if (room != kNever) return impl_->send(from, access, room);
  impl_->writes.hold(from, access);
  return kNever;
}

void Interconnect::read_off_chip(Node from, Address address, unsigned bytes, bool by_dma, Cycle at, Ticket ticket) {
  impl_->request(from, {ticket, address, static_cast<std::uint8_t>(bytes), by_dma}, at);
}

void Interconnect::fetch_off_chip(Node from, Address address, Cycle at, Ticket ticket) {
  impl_->request(from, {ticket, address, 8, false, true}, at);
}

Cycle Interconnect::next_turn() const { return std::min({impl_->writes.next(), impl_->reads.next(), impl_->crowd.next()}); }

std::span<const Interconnect::Notice> Interconnect::advance(Cycle now) {
  impl_->notices.clear();
  while (impl_->writes.next() <= now) impl_->take_write();
  while (impl_->reads.next() <= now) impl_->take_read();
  impl_->release(now);
  return impl_->notices;
}

void Interconnect::set_link_divider(unsigned divider) { impl_->elink.set_slot(static_cast<double>(1u << std::min(divider, 2u))); }

double Interconnect::slot_cycles() const { return impl_->elink.slot(); }

Interconnect::Read Interconnect::fetch(Node from, Node to, Cycle at) {
  Read line = read(from, to, 8, false, at);
  line.returned += impl_->timing.fetch_extra;
  return line;
}

Cycle Interconnect::multicast(Node from, std::span<const Node> targets, unsigned bytes, Cycle at, std::span<Cycle> arrivals) {
  Mesh& cmesh = impl_->cmesh;
  const Cycle sent = cmesh.inject(from, at, impl_->timing.injection_gap, bytes);
  std::vector<HalfCycles> arrived;
  cmesh.spread(from, half_cycles(sent + impl_->timing.write_cycles), bytes, arrived);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Node to = targets[i];
    arrivals[i] = whole_cycles(cmesh.take(to, arrived[to.number(impl_->timing.columns)], bytes));
  }
  return sent + 1;
}

std::uint64_t Interconnect::mesh_events(Node at, unsigned code) const {
  using Side = Mesh::Direction;
  static constexpr std::array<std::array<bool, 5>, 16> kSides{{// north, east, south, west, core
                                                               {},
                                                               {},
                                                               {1, 1, 1, 1, 1},
                                                               {0, 0, 0, 0, 1},
                                                               {0, 0, 1, 0, 0},
                                                               {1, 0, 0, 0, 0},
                                                               {0, 0, 0, 1, 0},
                                                               {0, 1, 0, 0, 0},
                                                               {0, 1, 1, 0, 0},
                                                               {1, 0, 0, 1, 0},
                                                               {0, 0, 1, 0, 0},
                                                               {1, 0, 0, 0, 0},
                                                               {0, 0, 0, 1, 0},
                                                               {0, 1, 0, 0, 0},
                                                               {0, 0, 0, 0, 1},
                                                               {1, 1, 1, 1, 1}}};
  static constexpr std::array<Side, 5> kOrder{Side::kNorth, Side::kEast, Side::kSouth, Side::kWest, Side::kOut};
  constexpr unsigned kFirstAccess = 10;
  std::uint64_t sum = 0;
  for (const Mesh* mesh : {&impl_->cmesh, &impl_->rmesh, &impl_->xmesh}) {
    for (std::size_t i = 0; i < kOrder.size(); ++i) {
      if (!kSides[code & 15u][i]) continue;
      sum += code >= kFirstAccess ? mesh->accesses(at, kOrder[i]) : mesh->waits(at, kOrder[i]);
    }
  }
  return sum;
}

Cycle Interconnect::host_write(Node to, unsigned bytes, Cycle at) {
  return whole_cycles(impl_->xmesh.enter_east(to.row, to, half_cycles(at + impl_->timing.host_latency), bytes));
}

void Interconnect::reset() {
  impl_->cmesh.reset();
  impl_->rmesh.reset();
  impl_->xmesh.reset();
  impl_->elink.reset();
  impl_->writes.reset();
  impl_->reads.reset();
  impl_->crowd.reset();
  for (EdgeOrder& order : impl_->order) order = {};
}

nlohmann::ordered_json Interconnect::links() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  const auto add = [&list](const std::string& network, const std::string& name, const Traffic& traffic) {
    list.push_back({{"name", name},
                    {"network", network},
                    {"busy_cycles", traffic.busy},
                    {"transactions", traffic.transactions},
                    {"bytes", traffic.bytes}});
  };
  for (const auto& [network, mesh] :
       {std::pair<const char*, const Mesh&>{"cmesh", impl_->cmesh}, std::pair<const char*, const Mesh&>{"rmesh", impl_->rmesh},
        std::pair<const char*, const Mesh&>{"xmesh", impl_->xmesh}})
    mesh.each_link([&, network = network](const std::string& name, const Traffic& traffic) { add(network, name, traffic); });
  if (impl_->elink.writes().transactions > 0) add("elink", "elink east write", impl_->elink.writes());
  if (impl_->elink.reads().transactions > 0) add("elink", "elink east read", impl_->elink.reads());
  return list;
}

}  // namespace epysim::mesh
