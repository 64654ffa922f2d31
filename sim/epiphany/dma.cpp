// The scheduler's part of the DMA engines: moves elements in global time (dma.h).

#include "sim/epiphany/dma.h"

#include <algorithm>
#include <cmath>

#include "sim/core/hex.h"
#include "sim/core/trace_sink.h"
#include "sim/epiphany/registers.h"
#include "sim/epiphany/scheduler.h"

namespace epysim::epiphany {
namespace {

using Stage = DmaChannel::Stage;

constexpr Cycle kFraction = 1000;  // times in thousandths of a cycle

constexpr std::uint64_t fine(Cycle at) { return at == kNever ? kNever : at * kFraction; }
constexpr Cycle whole(std::uint64_t at) { return at == kNever ? kNever : (at + kFraction - 1) / kFraction; }

constexpr Address kDescriptorBytes = 24;

/// The registers of a channel, as numbered in group 1.
struct Registers {
  Core& core;
  unsigned channel;
  std::uint32_t& operator[](SpecialRegister of_channel0) const {
    return core.stored(static_cast<SpecialRegister>(of_channel0 + channel * (special::DMA1CONFIG - special::DMA0CONFIG)));
  }
  void state(dma::State value) const { (*this)[special::DMA0STATUS] = ((*this)[special::DMA0STATUS] & ~15u) | value; }
  bool is(std::uint32_t bit) const { return ((*this)[special::DMA0CONFIG] & bit) != 0; }
  unsigned bytes() const { return 1u << ((*this)[special::DMA0CONFIG] >> dma::kSizeShift & 3u); }
};

/// A signed 16-bit stride, shifted up when CONFIG says so.
std::uint32_t stride(std::uint32_t half, std::uint32_t config, std::uint32_t shift) {
  const std::uint32_t bytes = static_cast<std::uint32_t>(static_cast<std::int32_t>(static_cast<std::int16_t>(half & 0xffff)));
  return (config & shift) != 0 ? bytes << 16 : bytes;
}

/// Where a transfer stands.
struct Position {
  std::uint32_t count;  // [15:0] elements left in this row, [31:16] rows left
  Address source;
  Address target;

  /// Steps to the next element; false when that was the last one.
  bool step(std::uint32_t config, std::uint32_t inner_stride, const DmaChannel& channel) {
    std::uint32_t inner = count & 0xffff;
    std::uint32_t outer = count >> 16;
    const bool row_done = --inner == 0;
    const std::uint32_t strides = row_done ? channel.outer_stride : inner_stride;
    if ((config & dma::kMaster) != 0) source += stride(strides, config, row_done ? dma::kShiftSourceOuter : dma::kShiftSourceInner);
    target += stride(strides >> 16, config, row_done ? dma::kShiftTargetOuter : dma::kShiftTargetInner);
    if (row_done) inner = --outer == 0 ? 0 : channel.inner_count;
    count = outer << 16 | inner;
    return outer != 0;
  }
};

Position position(const Registers& r) { return {r[special::DMA0COUNT], r[special::DMA0SRCADDR], r[special::DMA0DSTADDR]}; }

bool advance(const Registers& r, const DmaChannel& channel) {
  Position at = position(r);
  const bool more = at.step(r[special::DMA0CONFIG], r[special::DMA0STRIDE], channel);
  r[special::DMA0COUNT] = at.count;
  r[special::DMA0SRCADDR] = at.source;
  r[special::DMA0DSTADDR] = at.target;
  return more;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------ begin and end

void Scheduler::configure_dma(Core& core, unsigned channel, Cycle at) {
  const Registers r{core, channel};
  DmaChannel& state = dma_of(core.id()).channels[channel];
  dma_stop(core.id(), channel, dma::kIdle);
  state.begun_at = core.cpu().pc;
  if (r.is(dma::kStartup)) {
    dma_descriptor(core.id(), channel, r[special::DMA0CONFIG] >> 16, at, at + shape_.dma.descriptor);
  } else {
    state.outer_stride = r[special::DMA0STRIDE];  // no register holds another one (assumption)
    dma_begin(core.id(), channel, at, at);
  }
  dma_schedule(core.id());
}

void Scheduler::pause_dma(Core& core, bool paused) {
  DmaEngine& engine = dma_of(core.id());
  if (engine.paused == paused) return;
  engine.paused = paused;
  for (unsigned channel = 0; channel < 2; ++channel) dma_show(core.id(), channel);
  dma_schedule(core.id());
}

void Scheduler::dma_reset(int id) {
  for (unsigned channel = 0; channel < 2; ++channel) dma_stop(id, channel, dma::kIdle);
  dma_of(id).paused = false;
}

/// Whatever it was doing is over; data under way still arrive, but are nobody's any more.
void Scheduler::dma_stop(int id, unsigned channel, dma::State shown) {
  DmaChannel& state = dma_of(id).channels[channel];
  ++state.runs;
  state.under_way = 0;
  state.stage = Stage::Off;
  core(id).banks().watch(dma_of(id).channels[1 - channel].stage != Stage::Off);
  Registers{core(id), channel}.state(shown);
  dma_settle(id);
}

/// An engine is at work, or will be, on a place: cores wait for their turn at it.
void Scheduler::dma_share(int id, Place place, Cycle at) {
  if (place.core < 0) return;
  const bool own = place.core == id;
  core(place.core).share(place.address, at, own ? core::Scratchpad::kTransfer : core::Scratchpad::kShared);
  dma_of(id).marked |= own;
}

/// With nothing more to come the core has its memory for itself again.
void Scheduler::dma_settle(int id) {
  DmaEngine& engine = dma_of(id);
  const auto off = [](const DmaChannel& channel) { return channel.stage == Stage::Off; };
  if (!engine.marked || engine.data_under_way != 0 || !std::all_of(engine.channels.begin(), engine.channels.end(), off)) return;
  core(id).end_transfers();
  engine.marked = false;
}

void Scheduler::dma_wrong(int id, unsigned channel, const std::string& text) {
  dma_stop(id, channel, dma::kError);
  core(id).misuse(core::Misuse::Dma, dma_of(id).channels[channel].begun_at,
                  "DMA" + std::to_string(channel) + ": " + text + ": the channel stops in its error state");
}

/// The state that DMAxSTATUS shows of a working channel.
void Scheduler::dma_show(int id, unsigned channel) {
  const Registers r{core(id), channel};
  const Stage stage = dma_of(id).channels[channel].stage;
  if (stage == Stage::Off) return;
  r.state(dma_of(id).paused           ? dma::kPaused
          : stage == Stage::Slave     ? dma::kSlave
          : stage == Stage::LastDatum ? dma::kLastDatum
                                      : dma::kActive);
}

void Scheduler::dma_descriptor(int id, unsigned channel, Address pointer, Cycle at, Cycle first) {
  Core& owner = core(id);
  const Registers r{owner, channel};
  if ((pointer & 7u) != 0 || pointer + kDescriptorBytes > shape_.local_bytes) {
    return dma_wrong(id, channel, "descriptor at " + core::hex(pointer) + " is not 8-byte aligned in local memory");
  }
  land(owner, at);
  const auto word = [&](unsigned n) { return static_cast<std::uint32_t>(owner.outside_read(pointer + 4 * n, 4)); };
  r[special::DMA0CONFIG] = word(0) & ~dma::kStartup;
  r[special::DMA0STRIDE] = word(1);
  r[special::DMA0COUNT] = word(2);
  r[special::DMA0SRCADDR] = word(4);
  r[special::DMA0DSTADDR] = word(5);
  r[special::DMA0STATUS] = pointer << 16;
  dma_of(id).channels[channel].outer_stride = word(3);
  dma_begin(id, channel, at, first);
}

void Scheduler::dma_begin(int id, unsigned channel, Cycle at, Cycle first) {
  const Registers r{core(id), channel};
  DmaChannel& state = dma_of(id).channels[channel];
  if (!r.is(dma::kEnable)) return;
  state.own_data = place_for(id, r[special::DMA0DSTADDR]).core == id;
  state.inner_count = static_cast<std::uint16_t>(r[special::DMA0COUNT]);
  state.began = at;
  if (state.inner_count == 0 || r[special::DMA0COUNT] >> 16 == 0) {
    if (!r.is(dma::kMaster) || !r.is(dma::kMessage) || !state.own_data) return dma_wrong(id, channel, "a count is zero");
    // Measured: it waits for a last datum that never comes.
    dma_stop(id, channel, dma::kLastDatum);
    core(id).misuse(core::Misuse::Dma, dma_of(id).channels[channel].begun_at,
                    "DMA" + std::to_string(channel) + ": a read of no elements in message mode never ends");
    return;
  }
  state.stage = r.is(dma::kMaster) ? Stage::Elements : Stage::Slave;
  state.ready = fine(first);
  core(id).banks().watch(true);
  dma_show(id, channel);
  // Cores wait for their turn at what the transfer will touch, before its elements come. (A transfer of more elements touches every line
  // of a local memory several times or the same ones again and again.)
  Position element = position(r);
  unsigned marks = 65536;
  do {
    if (r.is(dma::kMaster)) dma_share(id, place_for(id, element.source), at);
    dma_share(id, place_for(id, element.target), at);
  } while (--marks != 0 && element.step(r[special::DMA0CONFIG], r[special::DMA0STRIDE], state));
}

void Scheduler::dma_finish(int id, unsigned channel, Cycle at) {
  const Registers r{core(id), channel};
  DmaChannel& state = dma_of(id).channels[channel];
  if (options_.trace != nullptr && at > state.began) {
    options_.trace->slice("core " + std::to_string(id) + " dma " + std::to_string(channel), "transfer", state.began, at);
  }
  dma_stop(id, channel, dma::kIdle);
  if (r.is(dma::kInterrupt)) {
    core(id).latch(channel == 0 ? interrupt::kDma0 : interrupt::kDma1, at);
    touch(id);
  }
  if (r.is(dma::kChain)) dma_descriptor(id, channel, r[special::DMA0CONFIG] >> 16, at, at + shape_.dma.descriptor);
}

// ------------------------------------------------------------------------------------------------------------------- elements

/// Makes sure that the engine's next element, or end, is an event.
void Scheduler::dma_schedule(int id) {
  DmaEngine& engine = dma_of(id);
  if (engine.paused) return;
  Cycle next = kNever;
  for (unsigned channel = 0; channel < 2; ++channel) {
    const DmaChannel& state = engine.channels[channel];
    if (state.stage == Stage::Ending) next = std::min(next, whole(state.ready));
    if (state.stage == Stage::Elements && dma_may_ask(id, channel)) next = std::min(next, whole(std::max(state.ready, engine.free)));
  }
  if (next >= whole(fine(kNever))) return;  // nothing to do, or waiting for dma_accepted
  next = std::max(next, now_);
  if (next >= engine.tick && engine.tick >= now_) return;
  engine.tick = next;
  Event event;
  event.kind = Event::Kind::DmaTick;
  event.at = next;
  event.source = id;
  push(event);
}

/// Whether the window of outstanding reads lets the next element through.
bool Scheduler::dma_may_ask(int id, unsigned channel) {
  const DmaChannel& state = dma_of(id).channels[channel];
  const Place source = place_for(id, Registers{core(id), channel}[special::DMA0SRCADDR]);
  if (source.ram != nullptr || source.core == id) return true;
  return state.under_way < (source.core >= 0 ? shape_.dma.read_window : shape_.dma.off_chip_read_window);
}

void Scheduler::dma_tick(int id, Cycle at) {
  DmaEngine& engine = dma_of(id);
  if (engine.paused || at != engine.tick) return;  // there is an earlier or later one
  engine.tick = kNever;
  for (unsigned channel = 0; channel < 2; ++channel) {
    if (engine.channels[channel].stage == Stage::Ending && engine.channels[channel].ready <= fine(at)) dma_finish(id, channel, at);
  }
  for (unsigned channel = 0; channel < 2; ++channel) {
    const DmaChannel& state = engine.channels[channel];
    const std::uint64_t due = std::max(state.ready, engine.free);
    if (state.stage != Stage::Elements || due > fine(at) || !dma_may_ask(id, channel)) continue;
    if (dma_loses_bank(id, channel, at - 1)) {
      engine.channels[channel].ready = fine(at + 1);
      continue;
    }
    const std::uint64_t exact = whole(due) == at ? due : fine(at);
    engine.free = exact + shape_.dma.inject_gap;
    dma_element(id, channel, at, exact);
    break;
  }
  dma_schedule(id);
}

/// Whether somebody more urgent has the bank of the next element's local end in a cycle that the core has passed. (Data that come through
/// the mesh are the mesh's business.)
bool Scheduler::dma_loses_bank(int id, unsigned channel, Cycle at) {
  const Registers r{core(id), channel};
  const Place source = place_for(id, r[special::DMA0SRCADDR]);
  if (source.core != id || source.address >= shape_.local_bytes) return false;
  const Banks& banks = core(id).banks();
  if (banks.taken(source.address, at)) return true;
  const Place target = place_for(id, r[special::DMA0DSTADDR]);
  return target.core == id && target.address < shape_.local_bytes && banks.taken(target.address, at);
}

/// From one read request off chip to the next, in thousandths of a cycle.
std::uint64_t Scheduler::dma_read_gap() const {
  const double on_the_link = shape_.dma.off_chip_read_slots * interconnect_.slot_cycles();
  return shape_.dma.off_chip_read_gap + static_cast<std::uint64_t>(std::llround(on_the_link * kFraction));
}

/// Moves the next element: stores it, or asks for it. `exact`: the time in thousandths of a cycle.
void Scheduler::dma_element(int id, unsigned channel, Cycle at, std::uint64_t exact) {
  const Registers r{core(id), channel};
  DmaChannel& state = dma_of(id).channels[channel];
  const unsigned bytes = r.bytes();
  const Address source = r[special::DMA0SRCADDR];
  const Address target = r[special::DMA0DSTADDR];
  if (((source | target) & (bytes - 1)) != 0) {
    return dma_wrong(
        id, channel,
        "element of " + std::to_string(bytes) + " bytes from " + core::hex(source) + " to " + core::hex(target) + " is not aligned");
  }
  const Place from = place_for(id, source);
  dma_share(id, from, at);
  const bool more = advance(r, state);
  const bool message = !more && r.is(dma::kMessage);
  const unsigned run = state.runs;
  state.ready = exact + shape_.dma.inject_gap;

  Event event;
  event.source = id;
  event.channel = static_cast<std::uint8_t>(channel);
  event.pc = state.begun_at;
  event.life = run;
  event.bytes = static_cast<std::uint8_t>(bytes);
  event.message = message;
  bool asked = false;
  if (from.ram != nullptr || from.core == id) {
    event.kind = Event::Kind::DmaStore;
    event.data = value_at(from, bytes, at).value_or(0);
    event.address = target;
    event.issued = at;
    const Cycle accepted = dma_send(node(id), event, at);
    if (state.runs == run) state.ready = std::max(state.ready, fine(accepted));
  } else {
    asked = true;
    ++state.under_way;
    ++dma_of(id).data_under_way;
    if (from.core < 0) state.ready = exact + dma_read_gap();
    event.kind = Event::Kind::DmaRead;
    event.address = source;
    event.data = target;
    request(event, node(id), at);
  }
  if (more || state.runs != run) return;  // a local store may have hit the channel's own registers
  state.stage = asked && state.own_data && r.is(dma::kMessage) ? Stage::LastDatum : Stage::Ending;
  dma_show(id, channel);
}

/// Sends a datum from a node to event.address; returns when the path takes the next one (kNever: dma_accepted will tell).
Cycle Scheduler::dma_send(mesh::Node from, Event event, Cycle at) {
  const Place to = place_for(event.source, event.address);
  if (to.ram == nullptr && to.core != event.source) return send(event, from, at);
  dma_share(event.source, to, at);
  event.at = at;
  dma_arrive(event);
  return at;
}

/// The path was full; it has taken the store now.
void Scheduler::dma_accepted(const Event& store, Cycle accepted) {
  DmaChannel& state = dma_of(store.source).channels[store.channel];
  if (state.runs != store.life) return;
  state.ready = fine(accepted);
  dma_schedule(store.source);
}

/// A read request is at its target.
void Scheduler::dma_read(const Event& event) {
  const int id = event.source;
  const Place from = place_for(id, event.address);
  const auto value = value_at(from, event.bytes, event.at);
  if (!value) {
    // The hardware reports nothing, and the datum never comes.
    core(id).unanswered(event.address, false, event.pc);
    --dma_of(id).data_under_way;
    if (dma_of(id).channels[event.channel].runs == event.life) dma_stop(id, event.channel, dma::kError);
    return;
  }
  Event datum = event;
  datum.kind = Event::Kind::DmaDatum;
  datum.address = static_cast<Address>(event.data);
  datum.data = *value;
  datum.issued = event.at;
  if (from.core >= 0) {
    const Place to = place_for(id, datum.address);
    if (to.core == id || to.ram != nullptr) {
      datum.at = visit(to, event.returned);
      push(datum);
    } else {
      dma_send(node(from.core), datum, event.at);  // the answer goes where it is wanted, not where it was asked for
    }
  } else {
    datum.kind = Event::Kind::DmaReturn;
    datum.at = event.returned;
    push(datum);
  }
}

/// A datum from off-chip memory is back at the node that asked.
void Scheduler::dma_return(Event event) {
  event.kind = Event::Kind::DmaDatum;
  event.issued = event.at;
  dma_send(node(event.source), event, event.at);
}

/// A datum is at its destination.
void Scheduler::dma_arrive(const Event& event) {
  const int id = event.source;
  DmaChannel& state = dma_of(id).channels[event.channel];
  const Place to = place_for(id, event.address);
  note_store(to, event, 1u + event.channel);
  if (!put_at(to, event.bytes, event.data, event.at, id)) {
    core(id).unanswered(event.address, true, event.pc);
    if (state.runs == event.life) dma_stop(id, event.channel, dma::kError);
  } else if (event.message && to.core >= 0 && to.core != id) {
    core(to.core).latch(interrupt::kMessage, event.at);
    touch(to.core);
  }
  if (event.kind != Event::Kind::DmaDatum) return;
  --dma_of(id).data_under_way;
  dma_settle(id);
  if (state.runs != event.life) return;
  --state.under_way;
  if (state.stage == Stage::LastDatum && state.under_way == 0) dma_finish(id, event.channel, event.at);
  dma_schedule(id);
}

/// Somebody has written AUTO0 (`high` false) or AUTO1 of a channel: a slave passes it on.
void Scheduler::dma_slave_data(Core& core, unsigned channel, bool high, Cycle at) {
  const int id = core.id();
  const Registers r{core, channel};
  DmaChannel& state = dma_of(id).channels[channel];
  if (state.stage != Stage::Slave || high != (r.bytes() == 8)) return;
  const Address target = r[special::DMA0DSTADDR];
  if ((target & (r.bytes() - 1)) != 0) {
    return dma_wrong(id, channel, "element of " + std::to_string(r.bytes()) + " bytes to " + core::hex(target) + " is not aligned");
  }
  const bool more = advance(r, state);
  Event event;
  event.kind = Event::Kind::DmaStore;
  event.source = id;
  event.channel = static_cast<std::uint8_t>(channel);
  event.pc = state.begun_at;
  event.life = state.runs;
  event.bytes = static_cast<std::uint8_t>(r.bytes());
  event.message = !more && r.is(dma::kMessage);
  event.address = target;
  event.data = r[special::DMA0AUTO0] | (high ? std::uint64_t{r[special::DMA0AUTO1]} << 32 : 0);
  event.issued = at;
  const unsigned run = state.runs;
  const Cycle accepted = dma_send(node(id), event, at);
  if (more || state.runs != run) return;
  state.ready = fine(accepted);
  state.stage = Stage::Ending;
  dma_schedule(id);
}

}  // namespace epysim::epiphany
