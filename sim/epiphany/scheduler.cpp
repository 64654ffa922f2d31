#include "sim/epiphany/scheduler.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "sim/core/hex.h"
#include "sim/core/trace_sink.h"
#include "sim/epiphany/registers.h"

namespace epysim::epiphany {

using core::Cause;

namespace {

/// The longest a core runs without a look at request_stop().
constexpr Cycle kAlone = 4096;

/// A core that has to do with others (Core::near_others) runs ahead of them by this much only: a store takes about as long to get there.
constexpr Cycle kClose = 5;

/// One that others have left alone for long (Core::left_alone) runs ahead by so many quanta.
constexpr Cycle kFar = 8;

constexpr std::size_t kStackPointer = 13;
constexpr std::uint32_t kStackReserve = 16;  // the ABI's save area lies above the first frame

constexpr Address kGeneralRegisterBytes = 0x100;
constexpr Address kDmaRegisterBytes = 0x40;  // of both channels

std::uint64_t load_bytes(const std::byte* from, unsigned bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, bytes);
  return value;
}

}  // namespace

/// A program's memory, for the services behind TRAP.
class Scheduler::Guest : public core::GuestMemory {
 public:
  Guest(Scheduler& scheduler, int id) : scheduler_(scheduler), id_(id) {}
  bool read(Address address, std::span<std::byte> to) override { return scheduler_.debug_read(address, to, id_); }
  bool write(Address address, std::span<const std::byte> from) override { return scheduler_.debug_write(address, from, id_); }

 private:
  Scheduler& scheduler_;
  int id_;
};

Scheduler::Scheduler(const Shape& shape, mesh::Interconnect& interconnect, core::OffChip& off_chip, core::MulticoreOptions options)
    : shape_(shape),
      interconnect_(interconnect),
      off_chip_(off_chip),
      options_(std::move(options)),
      events_(shape.core_count()),
      phases_(shape.core_count(), options_.trace) {
  for (const core::RamWindow& window : options_.ram) ram_.emplace_back(window.base, window.bytes);
  const int count = shape_.rows * shape_.columns;
  if (shape_.block_visits != 0 && count > 1 && count <= CommonCode::kMostCores)
    common_code_ = std::make_unique<CommonCode>(shape_.local_bytes);
  for (int id = 0; id < count; ++id) {
    nodes_.push_back({id / shape_.columns, id % shape_.columns});
    cores_.push_back(std::make_unique<Core>(id, Scheduler::window(id), shape_.local_bytes, ram_, *this));
    if (options_.memory)
      cores_.back()->local().place(options_.memory(Scheduler::window(id), shape_.local_bytes + core::Scratchpad::kSlack));
    if (shape_.block_visits != 0) cores_.back()->use_fast_engine(shape_.block_visits, common_code_.get());
    syscalls_.push_back(std::make_unique<Syscalls>(options_.arguments));
  }
  agenda_.resize(cores_.size());
  routes_.resize(cores_.size());
  dma_.resize(cores_.size());
  wand_at_.resize(cores_.size());
  stores_.resize(cores_.size() + 1);
  for (int id = 0; id < count; ++id) touch(id);
}

Scheduler::~Scheduler() = default;

Address Scheduler::window(int id) const {
  const unsigned row = static_cast<unsigned>(shape_.first_row + id / shape_.columns);
  const unsigned column = static_cast<unsigned>(shape_.first_column + id % shape_.columns);
  return row << 26 | column << 20;
}

// --------------------------------------------------------------------------------------------------------------- addresses

Scheduler::Place Scheduler::place_for(int id, Address address) const {
  if (id >= 0 && address < kWindowBytes) return {nullptr, id, address};
  return place_of(address);
}

Cycle Scheduler::visit(Place place, Cycle at) { return place.core >= 0 ? core(place.core).visit(place.address, at) : at; }

std::optional<std::uint64_t> Scheduler::value_at(Place place, unsigned bytes, Cycle at) {
  if (place.ram != nullptr) return load_bytes(place.ram->at(place.address), std::min(bytes, place.ram->from(place.address)));
  land(place, at);
  if (place.core >= 0) return core(place.core).outside_read(place.address, bytes);
  std::array<std::byte, 8> buffer{};
  if (!off_chip_.read(place.address, std::span(buffer).first(bytes), at)) return std::nullopt;
  return load_bytes(buffer.data(), 8);
}

bool Scheduler::put_at(Place place, unsigned bytes, std::uint64_t data, Cycle at, int writer) {
  if (place.ram != nullptr) {
    place.ram->store(place.address, std::as_bytes(std::span(&data, 1)).first(std::min(bytes, place.ram->from(place.address))));
    return true;
  }
  land(place, at);
  if (place.core >= 0) {
    core(place.core).outside_write(place.address, bytes, data, at);
    touch(place.core);
    return true;
  }
  std::array<std::byte, 8> buffer{};
  std::memcpy(buffer.data(), &data, 8);
  if (!off_chip_.write(place.address, std::span(buffer).first(bytes), at)) return false;
  if (writer < core_count() && !watched_.empty()) {
    for (auto word = std::lower_bound(watched_.begin(), watched_.end(), place.address & ~3u);
         word != watched_.end() && *word < place.address + bytes; ++word) {
      rings_.push_back({*word, writer, at});
    }
  }
  return true;
}

inline void Scheduler::deliver(Core& target, const Arrival& arrival) {
  Arrivals& arrivals = target.arrivals();
  arrivals.add(arrival);
  if (arrivals.many()) [[unlikely]]
    land(target, now_);
}

void Scheduler::land(Core& core, Cycle at) {
  core.arrivals().take_until(at, [&](const Arrival& arrival) {
    const StoreRecord& store = arrival.store;
    note_store(core.id(), store, 0);
    core.local().store(store.address, store.bytes, store.data);
  });
}

void Scheduler::land_all(Cycle at) {
  for (const auto& core : cores_) land(*core, at);
}

void Scheduler::watch_arrivals(Core& core) {
  land(core, now_);
  core.arrivals().take_until(kNever - 1, [&](const Arrival& arrival) {
    const StoreRecord& store = arrival.store;
    Event event;
    event.at = arrival.at;
    event.source = store.core;
    event.bytes = store.bytes;
    event.pc = store.pc;
    event.address = core.window() | store.address;
    event.data = store.data;
    event.issued = store.issued;
    push(event, core.id());
  });
}

bool Scheduler::debug_read(Address address, std::span<std::byte> to, int as) const {
  while (!to.empty()) {
    const Place place = place_for(as, address);
    std::size_t length = to.size();
    if (place.ram != nullptr) {
      length = std::min<std::size_t>(length, place.ram->from(address));
      std::memcpy(to.data(), place.ram->at(address), length);
    } else if (place.core >= 0) {
      const Core& target = *cores_[static_cast<std::size_t>(place.core)];
      if (place.address < shape_.local_bytes) {
        length = std::min<std::size_t>(length, shape_.local_bytes - place.address);
        std::memcpy(to.data(), target.local().data() + place.address, length);
      } else if (place.address - kRegisterBase < kRegisterBytes) {
        const bool word = place.address % sizeof(std::uint32_t) == 0 && to.size() >= sizeof(std::uint32_t);
        length = word ? sizeof(std::uint32_t) : 1;
        const std::uint64_t value = target.outside_read(place.address, static_cast<unsigned>(length));
        std::memcpy(to.data(), &value, length);
      } else {
        return false;
      }
    } else {
      length = std::min<std::size_t>(length, kWindowBytes - (address & (kWindowBytes - 1)));
      if (!off_chip_.debug_read(address, to.first(length))) return false;
    }
    to = to.subspan(length);
    address += static_cast<Address>(length);
  }
  return true;
}

bool Scheduler::debug_write(Address address, std::span<const std::byte> from, int as) {
  while (!from.empty()) {
    const Place place = place_for(as, address);
    std::size_t length = from.size();
    if (place.ram != nullptr) {
      length = std::min<std::size_t>(length, place.ram->from(address));
      place.ram->store(address, from.first(length));
    } else if (place.core >= 0) {
      Core& target = core(place.core);
      if (place.address < shape_.local_bytes) {
        length = std::min<std::size_t>(length, shape_.local_bytes - place.address);
        target.poke(place.address, from.first(length));
      } else if (place.address - kRegisterBase < kRegisterBytes && (place.address & 3u) == 0 && length >= 4) {
        length = 4;
        target.outside_write(place.address, 4, load_bytes(from.data(), 4), now_);
        touch(place.core);
      } else {
        return false;
      }
    } else {
      length = std::min<std::size_t>(length, kWindowBytes - (address & (kWindowBytes - 1)));
      if (!off_chip_.debug_write(address, from.first(length))) return false;
    }
    from = from.subspan(length);
    address += static_cast<Address>(length);
  }
  return true;
}

void Scheduler::memory_changed(int id, Address offset, std::uint32_t bytes) { core(id).drop_code(offset, bytes); }

std::vector<core::HostRegister> Scheduler::host_registers() const {
  // Both read as zero, but what counts is a level: to resume a core, 0 is stored where 1 had halted it, or would have.
  constexpr std::uint32_t kCommand = register_offset(special::DEBUGCMD), kReset = register_offset(special::RESETCORE);
  std::vector<core::HostRegister> registers;
  for (int id = 0; id < core_count(); ++id) {
    const Address first = window(id) + kRegisterBase;
    for (std::uint32_t offset = 0; offset < kRegisterBytes; offset += sizeof(std::uint32_t)) {
      if (!is_register(offset)) continue;
      const Address address = first + offset;
      if (offset == kCommand) {
        registers.push_back({address, first + register_offset(special::DEBUGSTATUS), debug::kHalted});
      } else {
        registers.push_back({address, address, offset == kReset ? 0 : ~0u});
      }
    }
  }
  return registers;
}

// ----------------------------------------------------------------------------------------------------------------- control

void Scheduler::reset(int id) {
  core(id).reset(now_);
  core(id).clear_memory();
  syscalls_[static_cast<std::size_t>(id)]->reset();
  dma_reset(id);
  touch(id);
}

void Scheduler::start(int id, std::optional<Address> entry) {
  if (entry) {
    // No interrupt vector leads there, so nothing but this gives it a stack. (A C start-up file sets its own.)
    core(id).cpu().r[kStackPointer] = shape_.local_bytes - kStackReserve;
    core(id).start_at(*entry, now_);
  } else {
    core(id).resume(now_);
    core(id).latch(interrupt::kSync, now_);
  }
  touch(id);
}

void Scheduler::halt(int id) {
  core(id).halt(now_);
  touch(id);
}

void Scheduler::stop_for_good(int id) {
  core(id).stop_for_good(now_);
  touch(id);
}

void Scheduler::watch(std::span<const Address> words) {
  watched_.assign(words.begin(), words.end());
  std::sort(watched_.begin(), watched_.end());
}

std::vector<core::Ring> Scheduler::take_rings() { return std::exchange(rings_, {}); }

void Scheduler::write_at(Cycle at, Address address, unsigned bytes, std::uint64_t value) {
  Event event;
  event.at = visit(place_of(address), std::max(at, now_));
  event.source = core_count();
  event.bytes = static_cast<std::uint8_t>(bytes);
  event.address = address;
  event.data = value;
  push(event);
}

void Scheduler::host_store(Cycle at, Address address, unsigned bytes, std::uint64_t value) {
  const Place place = place_of(address);
  const Cycle from = std::max(at, now_);
  write_at(place.core >= 0 ? interconnect_.host_write(node(place.core), bytes, from) : from, address, bytes, value);
}

void Scheduler::host_wait_begins(int id) {
  core(id).settle(now_);
  core(id).begin_host_wait();
  retrace(core(id));
}

void Scheduler::host_wait_ends(int id) {
  if (!core(id).waits_for_host()) return;
  core(id).settle(now_);
  core(id).end_host_wait();
  retrace(core(id));
}

void Scheduler::observe(const core::ObservedCode& code) {
  for (const auto& core : cores_) core->observe(code);
}

core::CoreSnapshot Scheduler::snapshot(int id) {
  Core& target = core(id);
  target.settle(now_);
  core::CoreSnapshot view;
  view.state = target.state();
  view.pc = target.cpu().pc;
  view.cycle = target.now();
  view.instructions = target.pipeline().instructions();
  view.dual_issues = target.pipeline().dual_issues();
  const Pipeline& pipeline = target.pipeline();
  view.issued = {pipeline.issued(Unit::Ialu), pipeline.issued(Unit::Fpu), pipeline.issued(Unit::LoadStore), pipeline.issued(Unit::Control),
                 pipeline.fused()};
  view.diagnostics = target.misuses();
  view.exit_code = target.exit_code();
  view.causes = target.causes();
  return view;
}

// -------------------------------------------------------------------------------------------------------------------- time

core::RunStop Scheduler::run(Cycle deadline) {
  const core::RunStop stop = run_cores(deadline);
  land_all(now_);
  return stop;
}

core::RunStop Scheduler::run_cores(Cycle deadline) {
  if (!rings_.empty()) return core::RunStop::Doorbell;
  for (;;) {
    if (stop_requested_.load(std::memory_order_relaxed)) {
      stop_requested_.store(false, std::memory_order_relaxed);
      return core::RunStop::Interrupted;
    }

    const core::Agenda::Turn turn = agenda_.next();
    const Cycle first = turn.at;
    const Cycle event_at = events_.next();
    Cycle earliest = std::min(first, event_at);
    if (earliest == kNever) {
      for (const auto& each : cores_) {
        if (!each->arrivals().empty() && each->arrivals().last() >= deadline) earliest = deadline;
      }
    }
    if (earliest == kNever) {
      for (const auto& each : cores_) {
        now_ = std::max(now_, each->now());
        if (!each->arrivals().empty()) now_ = std::max(now_, each->arrivals().last());
      }
      if (now_ >= deadline) now_ = deadline;
      return core::RunStop::AllStopped;
    }
    if (earliest >= deadline) {
      now_ = std::max(now_, deadline);
      return core::RunStop::Deadline;
    }
    now_ = std::max(now_, earliest);

    if (event_at <= first) {
      events_.pop([this](const Event& event) { happen(event); });
      if (!rings_.empty()) return core::RunStop::Doorbell;
      continue;
    }

    running_ = &core(turn.id);
    attentive_ = !running_->left_alone(first);
    const Cycle ahead = !attentive_                    ? 1 + (shape_.quantum - 1) * kFar
                        : running_->near_others(first) ? std::min(shape_.quantum, kClose)
                                                       : shape_.quantum;
    const Cycle until = std::min({std::min(turn.behind, first + kAlone) + ahead, events_.next_for(turn.id, attentive_), deadline});
    running_->run(until, std::min(event_at, turn.horizon));
    running_ = nullptr;
    touch(turn.id);
  }
}

void Scheduler::push(const Event& event, int concerns) {
  if (running_ != nullptr) {
    running_->others_act(event.at);
    if (concerns == kEverybody || concerns == running_->id() || (concerns == kAttentive && attentive_)) running_->limit(event.at);
  }
  events_.push(event, concerns);
}

void Scheduler::happen(const Event& event) {
  switch (event.kind) {
    case Event::Kind::Store: {
      const Place place = place_of(event.address);
      judge(event, place, event.pc);
      note_store(place, event, 0);
      if (!put_at(place, event.bytes, event.data, event.at, event.source) && event.source < core_count()) {
        core(event.source).unanswered(event.address, true, event.pc);
      } else if (event.message && place.core >= 0) {
        core(place.core).latch(interrupt::kMessage, event.at);
        touch(place.core);
      }
      break;
    }
    case Event::Kind::Edge:
      edge_store(event);
      break;
    case Event::Kind::Load:
    case Event::Kind::Testset:
    case Event::Kind::Fetch:
      answer(event);
      break;
    case Event::Kind::Latch:
      core(event.core).latch(event.bytes, event.at);
      touch(event.core);
      break;
    case Event::Kind::Halt:
      core(event.core).halt(event.at, true);
      touch(event.core);
      break;
    case Event::Kind::Link:
      link_moves(event);
      break;
    case Event::Kind::DmaTick:
      dma_tick(event.source, event.at);
      break;
    case Event::Kind::DmaRead:
      dma_read(event);
      break;
    case Event::Kind::DmaReturn:
      dma_return(event);
      break;
    case Event::Kind::DmaDatum:
    case Event::Kind::DmaStore:
      dma_arrive(event);
      break;
  }
}

void Scheduler::answer(const Event& event) {
  Core& requester = core(event.source);
  if (requester.life() != event.life || !requester.waiting()) return;  // it was reset meanwhile
  const Place place = place_of(event.address);
  judge(event, place, requester.cpu().pc);
  if (event.kind == Event::Kind::Testset && place.core >= 0) {
    land(place, event.at);
    requester.complete_load(core(place.core).outside_testset(place.address, static_cast<std::uint32_t>(event.data)), event.returned);
    touch(place.core);
  } else if (const auto value = value_at(place, event.bytes, event.at)) {
    if (event.kind == Event::Kind::Fetch) {
      requester.complete_fetch(*value, event.returned);
    } else {
      requester.complete_load(*value, event.returned);
    }
  } else {
    requester.unanswered(event.address, false, requester.cpu().pc);
  }
  touch(event.source);
}

void Scheduler::judge_register(const Event& event, const Place& place, Address pc) {
  const Address offset = place.address - kRegisterBase;
  const auto where = [&] { return core::hex(event.address) + " of core " + std::to_string(place.core); };
  if (!is_register(offset)) {
    core(event.source).misuse(core::Misuse::Reserved, pc, "access to reserved address " + where() + ": reads 0, stores are ignored");
  } else if (offset < kGeneralRegisterBytes && core(place.core).state() == core::CoreState::Running) {
    core(event.source)
        .misuse(core::Misuse::Registers, pc,
                "access to general register r" + std::to_string(offset / 4) + " at " + where() +
                    ", which is running: on the chip this corrupts it");
  }
}

void Scheduler::stored_at_home(Core& core, Address offset, unsigned bytes, std::uint64_t data, Cycle at) {
  Event event;
  event.source = core.id();
  event.bytes = static_cast<std::uint8_t>(bytes);
  event.pc = core.cpu().pc;
  event.address = offset;
  event.data = data;
  event.issued = at;
  note_store({nullptr, core.id(), offset}, event, 0);
}

void Scheduler::judge_order(int owner, const StoreRecord& before, const StoreRecord& store, unsigned life) {
  if (before.core == store.core) {
    // A core and its own engine: the transfer under way overwrites what the core has stored since it began.
    if (store.agent == 0 || before.agent != 0) return;
    const DmaChannel& channel = dma_of(store.core).channels[store.agent - 1u];
    if (channel.runs != life || before.issued < channel.began) return;
  } else {
    const mesh::Node a = node(before.core), b = node(store.core);
    const int hops = std::abs(a.row - b.row) + std::abs(a.column - b.column);
    const Cycle knowing = 3 + static_cast<Cycle>(hops) / 2;
    if (std::max(before.issued, store.issued) - std::min(before.issued, store.issued) >= knowing) return;
  }
  const Address where = owner < 0 ? store.address : window(owner) | store.address;
  const auto who = [](int id, unsigned by) {
    return by == 0 ? "core " + std::to_string(id) : "DMA" + std::to_string(by - 1) + " of core " + std::to_string(id);
  };
  core(store.core)
      .misuse(core::Misuse::Unordered, store.pc,
              "store of " + std::to_string(store.bytes) + " bytes at " + core::hex(where) + " by " + who(store.core, store.agent) +
                  ", where " + who(before.core, before.agent) + " stored another value (pc " + core::hex(before.pc) + ", cycle " +
                  std::to_string(before.issued) + "): nothing orders the two, the one that arrives last stays");
}

std::uint64_t Scheduler::mesh_events(const Core& core, unsigned code) { return interconnect_.mesh_events(node(core.id()), code); }

void Scheduler::changed(const Core& core) { retrace(core); }

// ------------------------------------------------------------------------------------------------------- what cores ask for

[[gnu::flatten]] Cycle Scheduler::post(Core& core, Address address, unsigned bytes, std::uint64_t data, Cycle at) {
  Route& route = routes_[static_cast<std::size_t>(core.id())];
  if ((address & ~(kWindowBytes - 1)) != route.window) [[unlikely]] {
    const Place to = place_of(address);
    if (to.core < 0 || to.core == core.id() || !ram_.empty()) return kNever;
    route = {window(to.core), &this->core(to.core), interconnect_.way(node(core.id()), node(to.core))};
  }
  const Address offset = address & (kWindowBytes - 1);
  if (offset >= shape_.local_bytes || (core.cpu().config >> config::kCtrlmodeShift & 15u) != 0) return kNever;
  Core& target = *route.target;
  if (!target.is_plain(offset) || (shape_.quantum == 1 && !core.has_turn(at))) return kNever;
  const mesh::Interconnect::Write write = interconnect_.write(route.way, bytes, at);
  if (write.accepted == kNever) return kNever;
  // The target meets it at a line that is shared by now.
  deliver(target, {target.visit(offset, write.arrival),
                   {offset, core.cpu().pc, at, data, static_cast<std::int16_t>(core.id()), 0, static_cast<std::uint8_t>(bytes)}});
  return write.accepted;
}

Cycle Scheduler::store(Core& core, Address address, unsigned bytes, std::uint64_t data, Cycle at) {
  Event event;
  event.source = core.id();
  event.life = core.life();
  event.bytes = static_cast<std::uint8_t>(bytes);
  event.pc = core.cpu().pc;
  event.address = address;
  event.data = data;
  event.issued = at;
  if (const unsigned mode = core.cpu().config >> config::kCtrlmodeShift & 15u; mode != 0) [[unlikely]]
    return store_by_mode(core, event, mode, at);
  return send(event, node(core.id()), at);
}

Cause Scheduler::load(Core& core, Address address, unsigned bytes, Cycle at) {
  if (core.cpu().config >> config::kCtrlmodeShift != 0 && load_hangs(core, address)) [[unlikely]]
    return Cause::RemoteLoad;
  Event event;
  event.kind = Event::Kind::Load;
  event.source = core.id();
  event.life = core.life();
  event.bytes = static_cast<std::uint8_t>(bytes);
  event.address = address;
  request(event, node(core.id()), at);
  const Place place = place_of(address);
  if (place.core == core.id() && place.address - (kRegisterBase + register_offset(special::DMA0CONFIG)) < kDmaRegisterBytes) {
    return Cause::DmaWait;  // it looks how far its own transfer is
  }
  return place.core >= 0 ? Cause::RemoteLoad : Cause::OffChipLoad;
}

Cause Scheduler::testset(Core& core, Address address, std::uint32_t value, Cycle at) {
  const Place place = place_of(address);
  if (place.core < 0 || place.address >= shape_.local_bytes) {
    core.misuse(core::Misuse::Testset,
                "TESTSET on " + core::hex(address) + " does nothing but load: it works on scratchpads of the chip only");
    return load(core, address, 4, at);
  }
  const mesh::Interconnect::Read read = interconnect_.testset(node(core.id()), node(place.core), at);
  Event event;
  event.kind = Event::Kind::Testset;
  event.at = visit(place, read.at_target);
  event.returned = read.returned + (event.at - read.at_target);
  event.source = core.id();
  event.life = core.life();
  event.bytes = 4;
  event.address = address;
  event.data = value;
  push(event);
  return Cause::RemoteLoad;
}

void Scheduler::fetch(Core& core, Address line, Cycle at) {
  Event event;
  event.kind = Event::Kind::Fetch;
  event.source = core.id();
  event.life = core.life();
  event.bytes = 8;
  event.address = line;
  request(event, node(core.id()), at);
}

Cycle Scheduler::send(Event& event, mesh::Node from, Cycle at) {
  const Place to = place_of(event.address);
  if (to.core < 0) {
    const bool by_dma = event.kind != Event::Kind::Store;
    const Cycle accepted = interconnect_.write_off_chip(from, event.address, event.bytes, by_dma, at, park(event));
    watch_link();
    return accepted;
  }
  const mesh::Interconnect::Write write = interconnect_.write(from, node(to.core), event.bytes, at);
  if (write.accepted == kNever) {
    const Cycle accepted = interconnect_.hold(from, node(to.core), event.bytes, at, park(event));
    watch_link();
    return accepted;
  }
  event.at = visit(to, write.arrival);
  const bool quiet = to.address < shape_.local_bytes && !event.message && core(to.core).is_plain(to.address);
  if (quiet && event.kind == Event::Kind::Store) {
    deliver(core(to.core), {event.at, record(event, to)});
  } else {
    push(event, quiet ? kNobody : to.core);
  }
  return write.accepted;
}

void Scheduler::request(Event event, mesh::Node from, Cycle at) {
  const Place to = place_of(event.address);
  const bool line = event.kind == Event::Kind::Fetch;
  if (to.core < 0) {
    if (line) {
      interconnect_.fetch_off_chip(from, event.address, at, park(event));
    } else {
      interconnect_.read_off_chip(from, event.address, event.bytes, event.kind != Event::Kind::Load, at, park(event));
    }
    return watch_link();
  }
  const bool in_register = to.address >= kRegisterBase;
  const mesh::Interconnect::Read read =
      line ? interconnect_.fetch(from, node(to.core), at) : interconnect_.read(from, node(to.core), event.bytes, in_register, at);
  event.at = visit(to, read.at_target);
  event.returned = read.returned + (event.at - read.at_target);
  push(event, to.core);
}

mesh::Interconnect::Ticket Scheduler::park(const Event& event) {
  if (!only_asks(event)) ++stores_parked_;
  if (free_tickets_.empty()) {
    parked_.push_back(event);
    return static_cast<mesh::Interconnect::Ticket>(parked_.size() - 1);
  }
  const mesh::Interconnect::Ticket ticket = free_tickets_.back();
  free_tickets_.pop_back();
  parked_[ticket] = event;
  return ticket;
}

/// Makes sure that the link's next turn is an event, of which the cores take heed if a store may arrive.
void Scheduler::watch_link() {
  const Cycle next = interconnect_.next_turn();
  const bool heeded = stores_parked_ != 0;
  if (next > link_event_ || (next == link_event_ && (link_heeded_ || !heeded))) return;
  link_event_ = next;
  link_heeded_ = heeded;
  Event event;
  event.kind = Event::Kind::Link;
  event.at = next;
  event.source = core_count();
  push(event, heeded ? kEverybody : kAttentive);
}

void Scheduler::link_moves(const Event& event) {
  if (event.at != link_event_) return;  // there was an earlier one
  link_event_ = kNever;
  using Notice = mesh::Interconnect::Notice;
  for (const Notice& notice : interconnect_.advance(event.at)) {
    Event& parked = parked_[notice.ticket];
    if (notice.kind == Notice::Kind::Room) {
      room_for(parked, notice.at);
      continue;
    }
    parked.at = visit(place_of(parked.address), notice.at);
    parked.returned = notice.returned;
    free_tickets_.push_back(notice.ticket);
    const bool asks = only_asks(parked);
    if (!asks) --stores_parked_;
    push(parked, asks ? kAttentive : kEverybody);
  }
  watch_link();
}

void Scheduler::room_for(const Event& store, Cycle accepted) {
  Core& sender = core(store.source);
  if (store.kind == Event::Kind::DmaStore) return dma_accepted(store, accepted);
  if (store.kind != Event::Kind::Store) return;                  // nobody waits for what a DMA engine passes on
  if (sender.life() != store.life || !sender.waiting()) return;  // it was reset meanwhile
  sender.complete_store(accepted);
  touch(store.source);
}

TrapOutcome Scheduler::trap(Core& core, unsigned number) {
  if (!options_.services && !Syscalls::ends_program(number)) return {TrapOutcome::Kind::Unknown, 0};
  land_all(core.now());
  Guest memory(*this, core.id());
  const double microseconds = static_cast<double>(core.now()) * 1e6 / shape_.clock_hz;
  return syscalls_[static_cast<std::size_t>(core.id())]->handle(number, std::span<std::uint32_t, 4>(core.cpu().r.data(), 4), memory,
                                                                static_cast<std::uint64_t>(microseconds));
}

void Scheduler::diagnose(const Core& core, core::Misuse kind, Address pc, Cycle at, const std::string& text) {
  if (options_.diagnostics) options_.diagnostics({core.id(), kind, pc, at, text});
}

// ---------------------------------------------------------------------------------------------------------------- timeline

void Scheduler::retrace(const Core& core) { phases_.show(core.id(), core.state(), core.waits_for_host(), core.now()); }

void Scheduler::finish_trace() {
  for (int id = 0; id < core_count(); ++id) {
    core(id).settle(now_);
    phases_.finish(id, std::max(now_, core(id).now()));
  }
}

}  // namespace epysim::epiphany
