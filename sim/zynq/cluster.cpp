#include "sim/zynq/cluster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/hex.h"

namespace epysim::zynq {

using core::Misuse;

namespace {

constexpr Address kLocalEnd = 0x100000;  // nothing but block RAM below
constexpr int kMostCores = 16;           // bits of the lines

/// The longest a core runs without a look at request_stop().
constexpr Cycle kAlone = 100'000;

std::uint64_t from_bytes(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), std::min<std::size_t>(bytes.size(), sizeof value));
  return value;
}

std::span<const std::byte> bytes_of(const std::uint64_t& value, unsigned bytes) { return std::as_bytes(std::span(&value, 1)).first(bytes); }

}  // namespace

/// A program's memory, for the services below it.
class Cluster::Guest : public core::GuestMemory {
 public:
  Guest(Cluster& cluster, int id) : cluster_(cluster), id_(id) {}
  bool read(Address address, std::span<std::byte> to) override { return cluster_.debug_read(address, to, id_); }
  bool write(Address address, std::span<const std::byte> from) override { return cluster_.debug_write(address, from, id_); }

 private:
  Cluster& cluster_;
  int id_;
};

Cluster::Shape Cluster::read_shape(const core::Config& config) {
  Shape shape{};
  shape.cores = static_cast<int>(config.integer("chip.cores", 1, kMostCores));
  const auto address = [&](const char* key, Address low) { return static_cast<Address>(config.integer(key, low, 0xfffffffc)); };
  shape.windows = address("chip.windows", kLocalEnd);
  shape.window_stride = address("chip.window_stride", 4096);
  shape.requests = address("chip.requests", kLocalEnd);
  shape.lines = address("chip.lines", kLocalEnd);
  shape.local_bytes = static_cast<std::uint32_t>(config.integer("chip.local_bytes", 4096, shape.window_stride));
  if ((shape.local_bytes & (shape.local_bytes - 1)) != 0) throw UsageError("chip.local_bytes must be a power of two");
  if (shape.windows + std::uint64_t{shape.window_stride} * static_cast<unsigned>(shape.cores) > 0x100000000)
    throw UsageError("chip.window_stride: the block RAMs of " + std::to_string(shape.cores) + " cores would end beyond 32-bit addresses");
  if (((shape.requests | shape.lines) & 3u) != 0) throw UsageError("chip.requests and chip.lines must be multiples of 4");
  shape.clock_hz = static_cast<double>(config.integer("chip.clock_hz", 1'000'000, 10'000'000'000));
  shape.quantum = static_cast<Cycle>(config.integer("chip.quantum", 1, 1'000'000));
  shape.peripheral_read = static_cast<Cycle>(config.integer("axi.peripheral_read_cycles", 1, 10'000));
  shape.peripheral_write = static_cast<Cycle>(config.integer("axi.peripheral_write_cycles", 1, 10'000));
  return shape;
}

mesh::AxiPort::Timing Cluster::read_timing(const core::Config& config, double clock_hz) {
  constexpr double kBeat = 4;  // bytes
  mesh::AxiPort::Timing timing;
  timing.request_cycles = static_cast<Cycle>(config.integer("axi.request_cycles", 0, 10'000));
  timing.return_cycles = static_cast<Cycle>(config.integer("axi.return_cycles", 0, 10'000));
  const Cycle both = timing.request_cycles + timing.return_cycles;
  timing.read_latency = static_cast<Cycle>(config.integer("axi.read_latency", static_cast<std::int64_t>(both), 100'000));
  timing.write_latency = static_cast<Cycle>(config.integer("axi.write_latency", static_cast<std::int64_t>(both), 100'000));
  const double rate = std::min(config.real("axi.rate", 1e3, 1e12), config.real("axi.practical_rate", 1e3, 1e12));
  timing.interval = static_cast<std::uint64_t>(std::llround(std::max(1.0, kBeat * clock_hz / rate) * 1000));
  return timing;
}

Cluster::Cluster(const core::Config& config, core::OffChip& off_chip, core::MulticoreOptions options, const Make& make)
    : shape_(read_shape(config)),
      off_chip_(off_chip),
      options_(std::move(options)),
      port_(static_cast<std::size_t>(shape_.cores), read_timing(config, shape_.clock_hz)),
      phases_(static_cast<std::size_t>(shape_.cores), options_.trace) {
  if (!options_.ram.empty())
    throw UsageError("--ram: these cores fetch instructions from their block RAM only; give them more of it: --set chip.local_bytes=1M");
  if (!options_.services)
    throw UsageError(
        "--traps halt is for Epiphany cores; soft cores without system calls: --set microblaze.system_calls=none (or picorv32)");
  const auto count = static_cast<std::size_t>(shape_.cores);
  agenda_.resize(count);
  accesses_.resize(count);
  moments_.assign(count, kNever);
  beside_.resize(count);
  for (int id = 0; id < shape_.cores; ++id) {
    cores_.push_back(make(id, shape_.local_bytes, *this));
    if (options_.memory) cores_.back()->local().place(options_.memory(Cluster::window(id), shape_.local_bytes + core::Scratchpad::kSlack));
    services_.push_back(std::make_unique<core::GuestServices>(options_.arguments));
  }
  for (int id = 0; id < shape_.cores; ++id) touch(id);
}

Cluster::~Cluster() = default;

Address Cluster::window(int id) const { return shape_.windows + static_cast<Address>(id) * shape_.window_stride; }
Address Cluster::local_end() const { return kLocalEnd; }

// ------------------------------------------------------------------------------------------------------------------ memory

Cluster::Place Cluster::place_of(Address address, int as) const {
  if (as >= 0 && address < kLocalEnd) return {as, address};
  const Address id = (address - shape_.windows) / shape_.window_stride;
  if (address >= shape_.windows && id < cores_.size()) return {static_cast<int>(id), address - window(static_cast<int>(id))};
  return {};
}

std::optional<std::uint32_t> Cluster::line_register(Address address) const {
  if (address == shape_.requests) {
    std::uint32_t requests = 0;
    for (std::size_t id = 0; id < beside_.size(); ++id) requests |= (beside_[id].requests() ? 1u : 0u) << id;
    return requests;
  }
  if (address == shape_.lines) return lines_;
  return std::nullopt;
}

bool Cluster::debug_read(Address address, std::span<std::byte> to, int as) const {
  if (const auto value = line_register(address); value && to.size() == sizeof *value) {
    std::memcpy(to.data(), &*value, sizeof *value);
    return true;
  }
  const Place place = place_of(address, as);
  if (place.core < 0) return off_chip_.debug_read(address, to);
  if (place.offset + to.size() > shape_.local_bytes) return false;
  std::memcpy(to.data(), cores_[static_cast<std::size_t>(place.core)]->local().data() + place.offset, to.size());
  return true;
}

bool Cluster::debug_write(Address address, std::span<const std::byte> from, int as) {
  if (line_register(address) && from.size() == sizeof lines_) {
    if (address == shape_.lines) set_lines(static_cast<std::uint32_t>(from_bytes(from)));
    return true;
  }
  const Place place = place_of(address, as);
  if (place.core < 0) return off_chip_.debug_write(address, from);
  if (place.offset + from.size() > shape_.local_bytes) return false;
  SoftCore& target = core(place.core);
  std::memcpy(target.local().data() + place.offset, from.data(), from.size());
  target.written(place.offset, static_cast<std::uint32_t>(from.size()));
  return true;
}

void Cluster::memory_changed(int id, Address offset, std::uint32_t bytes) { core(id).written(offset, bytes); }

std::vector<core::HostRegister> Cluster::host_registers() const {
  const auto [first, second] = std::minmax(shape_.requests, shape_.lines);
  return {{first, first}, {second, second}};
}

void Cluster::put(Place place, Address address, unsigned bytes, std::uint64_t value, Cycle at, int writer) {
  if (place.core >= 0) {
    if (place.offset + bytes > shape_.local_bytes) return;
    SoftCore& target = core(place.core);
    std::memcpy(target.local().data() + place.offset, &value, bytes);
    target.written(place.offset, bytes);
    touch(place.core);
    return;
  }
  off_chip_.write(address, bytes_of(value, bytes), at);
  if (writer < 0) return;
  for (auto word = std::lower_bound(watched_.begin(), watched_.end(), address & ~3u); word != watched_.end() && *word < address + bytes;
       ++word) {
    rings_.push_back({*word, writer, at});
  }
}

// ----------------------------------------------------------------------------------------------------------------- control

void Cluster::set_lines(std::uint32_t value) {
  const std::uint32_t changed_lines = value ^ lines_;
  lines_ = value;
  for (int id = 0; id < core_count(); ++id) {
    if ((changed_lines >> id & 1u) != 0) {
      if ((value >> id & 1u) != 0)
        reset_core(id);
      else
        core(id).start(std::nullopt, now_);
      touch(id);
    }
    beside_[static_cast<std::size_t>(id)].acknowledge((value >> (kMostCores + id) & 1u) != 0);
  }
}

/// An access that it has asked for ahead of its time will not be made. What it has stored before gets where it belongs, at once: the core
/// may ask for something else as soon as it is started.
void Cluster::reset_core(int id) {
  const auto number = static_cast<std::size_t>(id);
  core(id).reset(now_);
  const bool under_way = moments_[number] != kNever || port_.waits(number);
  port_.withdraw(number);
  moments_[number] = now_;
  if (under_way && accesses_[number].write && accesses_[number].at <= now_) perform(id);
  moments_[number] = kNever;
  beside_[number].reset();
  core(id).interrupt(false, now_);
  look_up_signal();
  look_up_event();
}

void Cluster::reset(int id) {
  reset_core(id);
  beside_[static_cast<std::size_t>(id)] = {};
  beside_[static_cast<std::size_t>(id)].acknowledge((lines_ >> (kMostCores + id) & 1u) != 0);
  core(id).written(0, shape_.local_bytes);  // before its flags are gone that tell what was decoded
  core(id).local().reset();
  services_[static_cast<std::size_t>(id)]->reset();
  touch(id);
}

void Cluster::start(int id, std::optional<Address> entry) {
  core(id).start(entry, now_);
  touch(id);
}

void Cluster::halt(int id) {
  core(id).halt(now_);
  touch(id);
}

void Cluster::stop_for_good(int id) {
  core(id).stop_for_good(now_);
  touch(id);
}

void Cluster::watch(std::span<const Address> words) {
  watched_.assign(words.begin(), words.end());
  std::sort(watched_.begin(), watched_.end());
}

std::vector<core::Ring> Cluster::take_rings() { return std::exchange(rings_, {}); }

namespace {
constexpr auto kLater = [](const auto& a, const auto& b) { return a.at != b.at ? a.at > b.at : a.sequence > b.sequence; };
}

void Cluster::write_at(Cycle at, Address address, unsigned bytes, std::uint64_t value) {
  if (const Place place = place_of(address, -1); place.core >= 0) core(place.core).share(place.offset);
  host_stores_.push_back({std::max(at, now_), ++sequence_, address, bytes, value});
  std::push_heap(host_stores_.begin(), host_stores_.end(), kLater);
  event_ = std::min(event_, host_stores_.front().at);
}

void Cluster::host_store(Cycle at, Address address, unsigned bytes, std::uint64_t value) { write_at(at, address, bytes, value); }

void Cluster::host_wait_begins(int id) {
  core(id).settle(now_);
  core(id).begin_host_wait();
  retrace(id);
}

void Cluster::host_wait_ends(int id) {
  if (!core(id).waits_for_host()) return;
  core(id).settle(now_);
  core(id).end_host_wait();
  retrace(id);
}

void Cluster::observe(const core::ObservedCode& code) {
  for (const auto& core : cores_) core->observe(code);
}

core::CoreSnapshot Cluster::snapshot(int id) {
  core(id).settle(now_);
  return core(id).snapshot();
}

nlohmann::ordered_json Cluster::links() const {
  nlohmann::ordered_json links = nlohmann::ordered_json::array();
  const mesh::Traffic& traffic = port_.traffic();
  if (traffic.transactions != 0)
    links.push_back({{"name", "axi"},
                     {"network", "axi"},
                     {"busy_cycles", traffic.busy},
                     {"transactions", traffic.transactions},
                     {"bytes", traffic.bytes}});
  return links;
}

// -------------------------------------------------------------------------------------------------------------------- time

core::RunStop Cluster::run(Cycle deadline) {
  if (!rings_.empty()) return core::RunStop::Doorbell;
  for (;;) {
    if (stop_requested_.exchange(false, std::memory_order_relaxed)) return core::RunStop::Interrupted;

    const core::Agenda::Turn turn = agenda_.next();
    const Cycle earliest = std::min(turn.at, event_);
    if (earliest == kNever) {
      for (const auto& each : cores_) now_ = std::max(now_, each->now());
      now_ = std::min(std::max(now_, Cycle{0}), deadline);
      return core::RunStop::AllStopped;
    }
    if (earliest >= deadline) {
      now_ = std::max(now_, deadline);
      return core::RunStop::Deadline;
    }
    now_ = std::max(now_, earliest);
    if (event_ <= turn.at) {
      happen();
      if (!rings_.empty()) return core::RunStop::Doorbell;
      continue;
    }

    const Cycle host = host_stores_.empty() ? kNever : host_stores_.front().at;
    const Cycle until = std::min({std::min(turn.behind, turn.at + kAlone) + shape_.quantum, host, signal_, deadline});
    core(turn.id).run(until, std::min(event_, turn.horizon));
    touch(turn.id);
  }
}

void Cluster::look_up_signal() {
  signal_ = kNever;
  for (std::size_t id = 0; id < cores_.size(); ++id) {
    if (cores_[id]->can_go_on()) signal_ = std::min(signal_, beside_[id].next_event());
  }
}

void Cluster::look_up_event() {
  event_ = std::min({signal_, port_.next_turn(), *std::min_element(moments_.begin(), moments_.end())});
  if (!host_stores_.empty()) event_ = std::min(event_, host_stores_.front().at);
}

/// The next event: signals before memory, memory before grants, cores before the host, lower numbers first.
void Cluster::happen() {
  if (signal_ == event_) {
    signal();
  } else if (const auto moment = std::find(moments_.begin(), moments_.end(), event_); moment != moments_.end()) {
    perform(static_cast<int>(moment - moments_.begin()));
  } else if (port_.next_turn() == event_) {
    grant(event_);
  } else {
    perform_host_store();
  }
  look_up_event();
}

/// Of the first core whose interrupt line, or timer, has one.
void Cluster::signal() {
  int id = 0;
  while (!core(id).can_go_on() || beside_[static_cast<std::size_t>(id)].next_event() != signal_) ++id;
  Peripherals& beside = beside_[static_cast<std::size_t>(id)];
  const bool before = beside.interrupt();
  beside.happen(signal_);
  if (beside.interrupt() != before) {
    core(id).interrupt(!before, signal_);
    touch(id);
  }
  look_up_signal();
}

void Cluster::perform_host_store() {
  std::pop_heap(host_stores_.begin(), host_stores_.end(), kLater);
  const HostStore store = host_stores_.back();
  host_stores_.pop_back();
  if (store.address == shape_.lines) return set_lines(static_cast<std::uint32_t>(store.value));
  put(place_of(store.address, -1), store.address, store.bytes, store.value, store.at, -1);
}

void Cluster::touch(int id) { agenda_.set(id, core(id).next_time()); }

// ------------------------------------------------------------------------------------------------------- what cores ask for

void Cluster::load(SoftCore& core, Address address, unsigned bytes, Cycle at) {
  Access access;
  access.address = address;
  access.bytes = bytes;
  ask(core, access, at);
}

void Cluster::store(SoftCore& core, Address address, unsigned bytes, std::uint32_t value, Cycle at) {
  Access access;
  access.address = address;
  access.bytes = bytes;
  access.write = true;
  access.value = value;
  ask(core, access, at);
}

void Cluster::ask(SoftCore& core, const Access& access, Cycle at) {
  const auto id = static_cast<std::size_t>(core.id());
  accesses_[id] = access;
  accesses_[id].life = core.life();
  accesses_[id].pc = core.pc();
  accesses_[id].at = at;
  std::byte probe{};
  if (off_chip_.debug_read(access.address, std::span(&probe, 1))) {
    port_.request(id, access.write, access.bytes, at);
  } else {
    moments_[id] = accesses_[id].returned = at + (access.write ? shape_.peripheral_write : shape_.peripheral_read);
  }
  event_ = std::min({event_, port_.next_turn(), moments_[id]});
}

void Cluster::grant(Cycle at) {
  const mesh::AxiPort::Grant grant = port_.grant(at);
  moments_[grant.master] = grant.memory;
  accesses_[grant.master].returned = grant.returned;
}

bool Cluster::perform_beside(int id, const Access& access, Cycle at, std::uint32_t& loaded) {
  Peripherals& beside = beside_[static_cast<std::size_t>(id)];
  if (access.write) {
    if (!beside.write(access.address, access.value, at)) return false;
  } else {
    const std::optional<std::uint32_t> value = beside.read(access.address, at);
    if (!value) return false;
    loaded = *value;
  }
  look_up_signal();
  return true;
}

void Cluster::perform(int id) {
  const Access access = accesses_[static_cast<std::size_t>(id)];
  const Cycle at = std::exchange(moments_[static_cast<std::size_t>(id)], kNever);
  SoftCore& requester = core(id);
  std::uint32_t loaded = 0;
  const auto data = std::as_writable_bytes(std::span(&loaded, 1));
  bool answered = true;
  if (perform_beside(id, access, at, loaded)) {
  } else if (access.write) {
    answered = off_chip_.debug_read(access.address, data.first(1));
    if (answered) put({}, access.address, access.bytes, access.value, at, id);
  } else {
    answered = off_chip_.read(access.address, data.first(access.bytes), at);
  }
  if (!answered) {
    requester.misuse(Misuse::Unmapped, access.pc,
                     (access.write ? "store to " : "load from ") + core::hex(access.address) + ", where nobody answers" +
                         (access.write ? "" : ": reads 0"));
  }
  if (requester.life() != access.life) return;  // it was reset meanwhile
  requester.complete(loaded, !answered, access.returned);
  touch(id);
}

core::GuestServices::Reply Cluster::system_call(SoftCore& core, core::GuestCall call, std::span<const std::uint32_t, 3> arguments) {
  if (call == core::GuestCall::ProcessId) return {core.id() + 1, 0};
  Guest memory(*this, core.id());
  const auto microseconds = static_cast<std::uint64_t>(static_cast<double>(core.now()) * 1e6 / shape_.clock_hz);
  return services_[static_cast<std::size_t>(core.id())]->call(call, arguments, memory, microseconds);
}

void Cluster::changed(const SoftCore& core) {
  if (cores_.empty() || core.id() >= core_count()) return;
  look_up_signal();
  look_up_event();
  retrace(core.id());
}

void Cluster::retrace(int id) {
  const core::CoreSnapshot view = core(id).snapshot();
  phases_.show(id, view.state, core(id).waits_for_host(), view.cycle);
}

void Cluster::finish_trace() {
  for (int id = 0; id < core_count(); ++id) {
    core(id).settle(now_);
    phases_.finish(id, std::max(now_, core(id).now()));
  }
}

void Cluster::diagnose(const SoftCore& core, Misuse kind, Address pc, Cycle at, const std::string& text) {
  if (options_.diagnostics) options_.diagnostics({core.id(), kind, pc, at, text});
}

}  // namespace epysim::zynq
