#include "sim/microblaze/core.h"

#include <algorithm>

#include "sim/core/hex.h"
#include "sim/microblaze/engine.h"
#include "sim/microblaze/fast_engine.h"
#include "sim/microblaze/pvr.h"

namespace epysim::microblaze {

using core::Cause;
using core::Misuse;

namespace {

namespace vector {
constexpr Address kInterrupt = 0x10, kBreak = 0x18, kException = 0x20;
}

constexpr Address kHomeArea = 32;  // of a caller's frame: the link register and six arguments, rounded up

}  // namespace

Core::Core(int id, std::uint32_t local_bytes, const Options& options, zynq::Surroundings& surroundings)
    : SoftCore(id, local_bytes, surroundings, pipeline_),
      pipeline_(options.five_stages, options.shared_port_cycles),
      options_(options),
      decoded_(local_bytes),
      blocks_(local_bytes),
      engine_(&ReferenceEngine::run) {
  state_.pc = options_.base_vectors;
  state_.msr = options_.reset_msr;
}

void Core::use_fast_engine(unsigned visits) {
  engine_ = &FastEngine::run;
  block_visits_ = visits;
}

// ---------------------------------------------------------------------------------------------------------------- running

bool Core::advance() { return engine_(*this); }

std::optional<Cause> Core::waits_for() const {
  if (access_.under_way) return access_.insn.action == Action::Load ? Cause::OffChipLoad : Cause::OffChipStore;
  if (blocked_ && !halted_) return Cause::StreamWait;
  return std::nullopt;
}

// ----------------------------------------------------------------------------------------------------------------- control

void Core::clear() {
  const auto registers = state_.r;  // only configuring the logic clears them
  state_ = {};
  state_.r = registers;
  state_.pc = options_.base_vectors;
  state_.msr = options_.reset_msr;
  pipeline_.reset();
  in_slot_ = prefixed_ = atomic_ = false;
  late_msr_ = {};
  next_late_msr_ = {};
  access_ = {};
  blocked_ = false;
  break_ = Break::None;
}

void Core::begin_at(Address entry) {
  state_.pc = entry & ~3u;
  state_.r[1] = local().bytes() - kHomeArea;
  resume_ = {};
}

void Core::interrupt(bool level, Cycle at) {
  interrupt_level_ = level;
  attention_ = level || break_ != Break::None;
  if (level) wake_up(at);
}

void Core::request_break(bool maskable, Cycle at) {
  if (break_ != Break::Certain) break_ = maskable ? Break::Maskable : Break::Certain;
  attention_ = true;
  wake_up(at);
}

void Core::wake_up(Cycle at) {
  settle(at);
  blocked_ = false;
  wake(at, penalty::kWakeUp);
}

// ------------------------------------------------------------------------------------------- interrupts, breaks, exceptions

void Core::attend() {
  if (in_slot_ || prefixed_ || atomic_) return;
  if (break_ == Break::Certain || (break_ == Break::Maskable && (state_.msr & msr::kBreak) == 0)) {
    break_ = Break::None;
    attention_ = interrupt_level_;
    apply_late_msr();
    state_.r[kBreakLink] = state_.pc;
    state_.msr |= msr::kBreak;
    enter_vector(vector::kBreak);
    state_.pc = next_pc_;
    return;
  }
  constexpr std::uint32_t kBlocks = msr::kBreak | msr::kExceptionInProgress;
  if (!interrupt_level_ || (state_.msr & msr::kInterruptEnable) == 0 || (state_.msr & kBlocks) != 0) return;
  apply_late_msr();
  state_.r[kInterruptLink] = state_.pc;
  state_.msr &= ~msr::kInterruptEnable;
  enter_vector(vector::kInterrupt);
  state_.pc = next_pc_;
}

void Core::enter_vector(Address offset) {
  state_.reservation = false;
  next_pc_ = options_.base_vectors + offset;
  next_in_slot_ = false;
  pipeline_.charge(Cause::Interrupt, penalty::kVector);
}

bool Core::takes_exceptions() const { return (state_.msr & (msr::kExceptionEnable | msr::kExceptionInProgress)) == msr::kExceptionEnable; }

/// `cause`: all of ESR but DS.
void Core::raise(std::uint32_t cause, Address pc, bool in_slot) {
  apply_late_msr();
  state_.esr = cause | (in_slot ? esr::kDelaySlot : 0);
  if (!in_slot) state_.r[kExceptionLink] = pc + 4;
  state_.msr = (state_.msr & ~msr::kExceptionEnable) | msr::kExceptionInProgress;
  enter_vector(vector::kException);
}

/// `but`: bits that the instruction in between has written itself.
void Core::apply_late_msr(std::uint32_t but) {
  const std::uint32_t mask = late_msr_.mask & ~but;
  state_.msr = (state_.msr & ~mask) | (late_msr_.value & mask);
  late_msr_ = {};
}

// ------------------------------------------------------------------------------------------------------------------ memory

void Core::complete(std::uint32_t value, bool error, Cycle at) {
  settle(at);
  const Access access = std::exchange(access_, {});
  if (error && options_.exceptions.bus && takes_exceptions()) {
    state_.ear = access.address;
    raise(esr::kDataBus, access.pc, access.in_slot);
    in_slot_ = prefixed_ = false;
    state_.pc = next_pc_;
  } else if (access.insn.action == Action::Load) {
    put_loaded(access.insn, error ? 0 : value);
  }
}

void Core::decode_into(Decoded& slot, Address pc) {
  const auto word = local().load<std::uint32_t>(pc);
  slot = prepare(options_.big_endian ? __builtin_bswap32(word) : word, options_);
  slot.observed = is_observed(pc);
  core::LocalDecodeCache<Decoded, 2>::mark(local(), pc, 4);
}

void Core::written(Address offset, std::uint32_t bytes) {
  if (decoded_.drop(local(), offset, bytes)) blocks_.drop(offset & ~7u, (offset + bytes - 1) | 7u);  // whole lines
}

void Core::fetch_outside() {
  misuse(Misuse::Unmapped, "instruction fetch from " + core::hex(state_.pc) + ": there is code in block RAM only; the core halts");
  halt(now());
}

// ------------------------------------------------------------------------------------------------------------------ misuse

void Core::undefined(Misuse kind, const std::string& text) {
  misuse(kind, text + (options_.undefined_is_nop ? "" : "; the core halts"));
  if (!options_.undefined_is_nop) halt(now());
}

std::uint32_t Core::read_special(std::uint32_t number) const {
  switch (number) {
    case special::kPc:
      return state_.pc;
    case special::kMsr:
      return state_.msr | (options_.pvr != 0 ? msr::kPvr : 0) | ((state_.msr & msr::kCarry) != 0 ? msr::kCarryCopy : 0);
    case special::kEar:
      return state_.ear;
    case special::kEsr:
      return state_.esr;
    case special::kFsr:
      return state_.fsr;
    case special::kBtr:
      return state_.btr;
    case special::kEdr:
      return state_.edr;
    default:
      return number - special::kPvr0 < special::kPvrs ? version_register(options_, number - special::kPvr0) : 0;
  }
}

}  // namespace epysim::microblaze
