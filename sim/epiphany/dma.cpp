// The scheduler's part of the DMA engine: moves elements in global time (dma.h).

#include "sim/epiphany/dma.h"

#include <algorithm>

#include "sim/core/hex.h"
#include "sim/epiphany/registers.h"
#include "sim/epiphany/scheduler.h"

namespace epysim::epiphany {
namespace {

constexpr std::uint32_t kIdle = 0, kActive = 5, kError = 0xd;  // DMAxSTATUS[3:0]

/// The registers of a channel, as numbered in group 1.
struct Registers {
  Core& core;
  unsigned channel;
  std::uint32_t& operator[](SpecialRegister of_channel0) const {
    return core.stored(static_cast<SpecialRegister>(of_channel0 + channel * (special::DMA1CONFIG - special::DMA0CONFIG)));
  }
  void state(std::uint32_t value) const { (*this)[special::DMA0STATUS] = ((*this)[special::DMA0STATUS] & ~15u) | value; }
};

/// A signed 16-bit stride, shifted up when CONFIG says so.
std::uint32_t stride(std::uint32_t half, std::uint32_t config, unsigned shift_bit) {
  const std::uint32_t bytes = static_cast<std::uint32_t>(static_cast<std::int32_t>(static_cast<std::int16_t>(half & 0xffff)));
  return (config >> shift_bit & 1u) != 0 ? bytes << 16 : bytes;
}

}  // namespace

void Scheduler::configure_dma(Core& core, unsigned channel, Cycle at) {
  const Registers r{core, channel};
  const std::uint32_t config = r[special::DMA0CONFIG];
  ++dma_[static_cast<std::size_t>(core.id())][channel].runs;
  if ((config & dma::kStartup) != 0) {
    dma_descriptor(core.id(), channel, config >> 16, at);
  } else {
    dma_begin(core.id(), channel, at);
  }
}

void Scheduler::dma_descriptor(int id, unsigned channel, Address pointer, Cycle at) {
  Core& owner = core(id);
  const Registers r{owner, channel};
  if ((pointer & 7u) != 0 || pointer + 24 > shape_.local_bytes) {
    r.state(kError);
    owner.misuse_of_dma("DMA" + std::to_string(channel) + ": descriptor at " + core::hex(pointer) +
                        " is not 8-byte aligned in local memory: the channel stops in its error state");
    return;
  }
  const auto word = [&](unsigned n) { return static_cast<std::uint32_t>(owner.outside_read(pointer + 4 * n, 4)); };
  r[special::DMA0CONFIG] = word(0);
  r[special::DMA0STRIDE] = word(1);
  r[special::DMA0COUNT] = word(2);
  r[special::DMA0SRCADDR] = word(4);
  r[special::DMA0DSTADDR] = word(5);
  r[special::DMA0STATUS] = pointer << 16;
  dma_[static_cast<std::size_t>(id)][channel].outer_stride = word(3);
  if ((r[special::DMA0CONFIG] & dma::kStartup) != 0) r[special::DMA0CONFIG] &= ~dma::kStartup;
  dma_begin(id, channel, at + DmaChannel::kStartup);
}

void Scheduler::dma_begin(int id, unsigned channel, Cycle at) {
  Core& owner = core(id);
  const Registers r{owner, channel};
  DmaChannel& state = dma_[static_cast<std::size_t>(id)][channel];
  const std::uint32_t config = r[special::DMA0CONFIG];
  if ((config & dma::kEnable) == 0) {
    r.state(kIdle);
    return;
  }
  state.inner_count = static_cast<std::uint16_t>(r[special::DMA0COUNT]);
  std::string trouble;
  if ((config & dma::kMaster) == 0) trouble = "slave mode is not modelled";
  if (state.inner_count == 0 || r[special::DMA0COUNT] >> 16 == 0) trouble = "a count is zero";
  if (!trouble.empty()) {
    r.state(kError);
    owner.misuse_of_dma("DMA" + std::to_string(channel) + ": " + trouble + ": the channel stops in its error state");
    return;
  }
  r.state(kActive);
  Event event;
  event.kind = Event::Kind::DmaElement;
  event.at = at;
  event.source = id;
  event.bytes = static_cast<std::uint8_t>(channel);
  event.life = state.runs;
  push(event);
}

void Scheduler::dma_element(const Event& event) {
  const int id = event.source;
  const unsigned channel = event.bytes;
  Core& owner = core(id);
  const Registers r{owner, channel};
  const bool restarted = event.life != dma_[static_cast<std::size_t>(id)][channel].runs;
  if (restarted || (r[special::DMA0CONFIG] & dma::kEnable) == 0) return;
  const unsigned bytes = 1u << (r[special::DMA0CONFIG] >> 5 & 3u);
  const Address source = r[special::DMA0SRCADDR] & ~(bytes - 1);
  const Place from = place_for(id, source);

  const auto lost = [&] {  // the hardware reports nothing and never finishes
    owner.unanswered(source, false);
    r.state(kError);
  };
  Event next = event;
  switch (event.kind) {
    case Event::Kind::DmaElement: {
      if ((source | r[special::DMA0DSTADDR]) != ((source | r[special::DMA0DSTADDR]) & ~(bytes - 1)) || source != r[special::DMA0SRCADDR]) {
        owner.misuse_of_dma("DMA" + std::to_string(channel) + ": an address is not aligned to the element size: its low bits are ignored");
      }
      share(from);
      if (from.ram != nullptr || from.core == id) {
        dma_store(id, channel, value_at(from, bytes, event.at).value_or(0), event.at);
        return;
      }
      const mesh::Interconnect::Read read = from.core >= 0 ? interconnect_.read(node(id), node(from.core), bytes, false, event.at)
                                                           : interconnect_.read_off_chip(node(id), source, bytes, event.at);
      next.kind = Event::Kind::DmaRead;
      next.at = read.at_target;
      next.returned = read.returned;
      push(next);
      return;
    }
    case Event::Kind::DmaRead: {
      const auto value = value_at(from, bytes, event.at);
      if (!value) return lost();
      next.kind = Event::Kind::DmaStore;
      next.at = event.returned;
      next.data = *value;
      push(next);
      return;
    }
    default:
      dma_store(id, channel, event.data, event.at);
      return;
  }
}

void Scheduler::dma_store(int id, unsigned channel, std::uint64_t data, Cycle at) {
  Core& owner = core(id);
  const Registers r{owner, channel};
  const std::uint32_t config = r[special::DMA0CONFIG];
  const unsigned bytes = 1u << (config >> 5 & 3u);
  const Address target = r[special::DMA0DSTADDR] & ~(bytes - 1);
  const Place to = place_for(id, target);
  const bool last = (r[special::DMA0COUNT] & 0xffff) == 1 && r[special::DMA0COUNT] >> 16 == 1;
  Cycle next = at + DmaChannel::kGap;
  if (to.ram != nullptr || to.core == id) {
    share(to);
    put_at(to, bytes, data, at, id);
  } else {
    const Cycle accepted = store(owner, target, bytes, data, at);
    next = std::max(next, accepted);
    if (last && (config & dma::kMessage) != 0 && to.core >= 0) {
      // The message travels with the last store; this one is behind it on the same network.
      Event message;
      message.kind = Event::Kind::Latch;
      message.at = interconnect_.write(node(id), node(to.core), 4, accepted).arrival;
      message.source = id;
      message.core = to.core;
      message.bytes = interrupt::kMessage;
      push(message);
    }
  }
  dma_next(id, channel, next);
}

void Scheduler::dma_next(int id, unsigned channel, Cycle at) {
  Core& owner = core(id);
  const Registers r{owner, channel};
  DmaChannel& state = dma_[static_cast<std::size_t>(id)][channel];
  const std::uint32_t config = r[special::DMA0CONFIG];
  std::uint32_t inner = r[special::DMA0COUNT] & 0xffff;
  std::uint32_t outer = r[special::DMA0COUNT] >> 16;
  const bool row_done = --inner == 0;
  const std::uint32_t strides = row_done ? state.outer_stride : r[special::DMA0STRIDE];
  r[special::DMA0SRCADDR] += stride(strides, config, row_done ? 14 : 12);
  r[special::DMA0DSTADDR] += stride(strides >> 16, config, row_done ? 15 : 13);
  if (row_done) {
    --outer;
    inner = state.inner_count;
  }
  r[special::DMA0COUNT] = outer << 16 | (outer == 0 ? 0 : inner);
  if (outer != 0) {
    Event event;
    event.kind = Event::Kind::DmaElement;
    event.at = at;
    event.source = id;
    event.bytes = static_cast<std::uint8_t>(channel);
    event.life = state.runs;
    push(event);
    return;
  }
  if ((config & dma::kInterrupt) != 0) {
    Event done;
    done.kind = Event::Kind::Latch;
    done.at = at;
    done.source = done.core = id;
    done.bytes = channel == 0 ? interrupt::kDma0 : interrupt::kDma1;
    push(done);
  }
  if ((config & dma::kChain) != 0) {
    dma_descriptor(id, channel, config >> 16, at);
  } else {
    r.state(kIdle);
  }
}

}  // namespace epysim::epiphany
