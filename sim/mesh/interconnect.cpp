#include "sim/mesh/interconnect.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/mesh/elink.h"
#include "sim/mesh/mesh.h"
#include "sim/mesh/send_window.h"

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
        off_chip_buffers(count(config, "elink.write_buffers", 1, 1024)),
        off_chip_release(cycles(config, "elink.write_release_cycles")),
        off_chip_fetch_extra(cycles(config, "elink.fetch_extra_cycles")),
        host_latency(cycles(config, "elink.host_write_latency")) {}

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
  unsigned off_chip_buffers;
  Cycle off_chip_release;
  Cycle off_chip_fetch_extra;
  Cycle host_latency;
};

Elink::Timing elink_timing(const core::Config& config) {
  return {.write_cycles = count(config, "elink.write_cycles", 1, kMostService),
          .read_cycles = count(config, "elink.read_cycles", 1, kMostService),
          .read_latency = cycles(config, "elink.read_latency", 1),
          .write_latency = cycles(config, "dram.write_latency")};
}

// What limits one core's posted writes, per way out.
struct Sender {
  SendWindow on_chip;
  SendWindow off_chip;
};

}  // namespace

struct Interconnect::Impl {
  explicit Impl(const core::Config& config)
      : timing(config),
        cmesh("cmesh", timing.rows, timing.columns, timing.hop),
        rmesh("rmesh", timing.rows, timing.columns, timing.hop),
        xmesh("xmesh", timing.rows, timing.columns, timing.hop),
        elink(elink_timing(config)),
        senders(static_cast<std::size_t>(timing.rows) * static_cast<std::size_t>(timing.columns),
                Sender{SendWindow(timing.router_buffers * static_cast<unsigned>(timing.rows + timing.columns)),
                       SendWindow(timing.off_chip_buffers)}) {}

  Sender& sender(Node node) { return senders[static_cast<std::size_t>(node.row * timing.columns + node.column)]; }

  Write write(Node from, Node to, unsigned bytes, Cycle at);
  Read read(Node from, Node to, unsigned bytes, Cycle target_return, Cycle at);
  Write write_off_chip(Node from, unsigned bytes, Cycle at);
  Read read_off_chip(Node from, unsigned bytes, Cycle at);

  Timing timing;
  Mesh cmesh;
  Mesh rmesh;
  Mesh xmesh;
  Elink elink;
  std::vector<Sender> senders;
};

Interconnect::Write Interconnect::Impl::write(Node from, Node to, unsigned bytes, Cycle at) {
  SendWindow& window = sender(from).on_chip;
  const Cycle earliest = std::max(at, window.earliest(timing.router_buffers * (hops(from, to) + 1)));
  const Cycle sent = cmesh.inject(from, earliest, timing.injection_gap, bytes);
  const Cycle arrival = whole_cycles(cmesh.route(from, to, half_cycles(sent + timing.write_cycles), bytes));
  window.sent(arrival);
  return {sent + 1, arrival};
}

Interconnect::Read Interconnect::Impl::read(Node from, Node to, unsigned bytes, Cycle target_return, Cycle at) {
  const HalfCycles there = rmesh.route(from, to, half_cycles(at + timing.request), kRequestBytes);
  // The memory answers on whole cycles; what the request's half cycle gained is not lost on the way back.
  const Cycle at_target = whole_cycles(there);
  const Cycle reply = cmesh.inject(to, there / 2, 1, bytes);
  const HalfCycles start = std::max(there, half_cycles(reply));
  const HalfCycles back = cmesh.route(to, from, start + half_cycles(target_return), bytes);
  return {at_target, whole_cycles(back)};
}

Interconnect::Write Interconnect::Impl::write_off_chip(Node from, unsigned bytes, Cycle at) {
  SendWindow& window = sender(from).off_chip;
  const Cycle earliest = std::max(at, window.earliest(timing.off_chip_buffers));
  const Cycle sent = xmesh.inject(from, earliest, timing.injection_gap, bytes);
  const Cycle edge = whole_cycles(xmesh.leave_east(from, half_cycles(sent + timing.write_cycles), bytes));
  const Elink::Write done = elink.write(edge, bytes);
  window.sent(done.sent + timing.off_chip_release);
  return {sent + 1, done.stored};
}

Interconnect::Read Interconnect::Impl::read_off_chip(Node from, unsigned bytes, Cycle at) {
  const HalfCycles edge = rmesh.leave_east(from, half_cycles(at), kRequestBytes);
  const Elink::Read done = elink.read(edge / 2, bytes);
  const HalfCycles back = xmesh.enter_east(from.row, from, half_cycles(done.back) + edge % 2, bytes);
  return {done.at_memory, whole_cycles(back)};
}

Interconnect::Interconnect(const core::Config& config) : impl_(std::make_unique<Impl>(config)) {}
Interconnect::~Interconnect() = default;

Interconnect::Write Interconnect::write(Node from, Node to, unsigned bytes, Cycle at) { return impl_->write(from, to, bytes, at); }

Interconnect::Read Interconnect::read(Node from, Node to, unsigned bytes, bool register_target, Cycle at) {
  const Timing& timing = impl_->timing;
  Read read = impl_->read(from, to, bytes, register_target ? timing.register_return : timing.memory_return, at);
  if (from == to && !register_target) read.returned += timing.own_extra;
  return read;
}

Interconnect::Read Interconnect::testset(Node from, Node to, Cycle at) { return read(from, to, 4, false, at); }

Interconnect::Write Interconnect::write_off_chip(Node from, Address, unsigned bytes, Cycle at) {
  return impl_->write_off_chip(from, bytes, at);
}

Interconnect::Read Interconnect::read_off_chip(Node from, Address, unsigned bytes, Cycle at) {
  return impl_->read_off_chip(from, bytes, at);
}

Interconnect::Read Interconnect::fetch_off_chip(Node from, Address, Cycle at) {
  Read line = impl_->read_off_chip(from, 8, at);
  line.returned += impl_->timing.off_chip_fetch_extra;
  return line;
}

Interconnect::Read Interconnect::fetch(Node from, Node to, Cycle at) {
  Read line = read(from, to, 8, false, at);
  line.returned += impl_->timing.fetch_extra;
  return line;
}

Cycle Interconnect::host_write(Node to, unsigned bytes, Cycle at) {
  return whole_cycles(impl_->xmesh.enter_east(to.row, to, half_cycles(at + impl_->timing.host_latency), bytes));
}

void Interconnect::reset() {
  impl_->cmesh.reset();
  impl_->rmesh.reset();
  impl_->xmesh.reset();
  impl_->elink.reset();
  for (Sender& sender : impl_->senders) {
    sender.on_chip.reset();
    sender.off_chip.reset();
  }
}

nlohmann::ordered_json Interconnect::links() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  const auto add = [&list](const std::string& network, const std::string& name, const Link& link) {
    list.push_back({{"name", name},
                    {"network", network},
                    {"busy_cycles", link.busy_cycles()},
                    {"transactions", link.transactions()},
                    {"bytes", link.bytes()}});
  };
  for (const auto& [network, mesh] :
       {std::pair<const char*, const Mesh&>{"cmesh", impl_->cmesh}, std::pair<const char*, const Mesh&>{"rmesh", impl_->rmesh},
        std::pair<const char*, const Mesh&>{"xmesh", impl_->xmesh}})
    mesh.each_link([&](const std::string& name, const Link& link) { add(network, name, link); });
  if (impl_->elink.writes().transactions() > 0) add("elink", "elink east write", impl_->elink.writes());
  if (impl_->elink.reads().transactions() > 0) add("elink", "elink east read", impl_->elink.reads());
  return list;
}

}  // namespace epysim::mesh
