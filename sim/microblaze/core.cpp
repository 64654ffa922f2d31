#include "sim/microblaze/core.h"

#include <algorithm>

#include "sim/core/hex.h"
#include "sim/microblaze/engine.h"
#include "sim/microblaze/pvr.h"

namespace epysim::microblaze {

using core::Cause;
using core::Misuse;
using core::Scratchpad;

namespace {

namespace vector {
constexpr Address kInterrupt = 0x10, kBreak = 0x18, kException = 0x20;
}

constexpr Address kHomeArea = 32;  // of a caller's frame: the link register and six arguments, rounded up

}  // namespace

Core::Core(int id, std::uint32_t local_bytes, const Options& options, zynq::Surroundings& surroundings)
    : SoftCore(id, local_bytes),
      pipeline_(options.five_stages, options.shared_port_cycles),
      options_(options),
      decoded_(local_bytes),
      surroundings_(surroundings) {
  state_.pc = options_.base_vectors;
  state_.msr = options_.reset_msr;
}

// ---------------------------------------------------------------------------------------------------------------- running

Cycle Core::next_time() const {
  if (halted_ || access_.under_way || blocked_ || life_ != Life::Awake) return kNever;
  return std::max(now(), wanted_);
}

void Core::run(Cycle until, Cycle horizon) {
  until_ = until;
  horizon_ = horizon;
  wanted_ = 0;
  while (next_time() < until_) {
    limit_ = until_;
    if (!ReferenceEngine::run(*this)) return;
  }
}

void Core::limit(Cycle at) {
  horizon_ = std::min(horizon_, at);
  until_ = std::min(until_, at);
  limit_ = std::min(limit_, at);
}

Cycle Core::turn(Cycle at) {
  if (at < horizon_) return at;
  wanted_ = at;
  return kNever;
}

void Core::settle(Cycle at) {
  if (access_.under_way) {
    pipeline_.charge_until(access_.insn.action == Action::Load ? Cause::OffChipLoad : Cause::OffChipStore, at);
  } else if (blocked_ && !halted_) {
    pipeline_.charge_until(Cause::StreamWait, at);
  } else if (halted_ || life_ == Life::Reset || life_ == Life::Exited) {
    pipeline_.charge_until(Cause::Halted, at);
  } else if (life_ == Life::Asleep) {
    pipeline_.charge_until(Cause::Idle, at);
  }
}

core::CoreState Core::state() const {
  if (life_ == Life::Exited) return core::CoreState::Exited;
  if (halted_) return core::CoreState::Halted;
  if (life_ == Life::Reset) return core::CoreState::Reset;
  return life_ == Life::Awake ? core::CoreState::Running : core::CoreState::Idle;
}

core::CoreSnapshot Core::snapshot() const {
  core::CoreSnapshot view;
  view.state = state();
  view.pc = state_.pc;
  view.cycle = now();
  view.instructions = pipeline_.instructions();
  view.diagnostics = misuses_;
  view.exit_code = exit_code_;
  view.causes = causes();
  return view;
}

void Core::enter(Life life) {
  life_ = life;
  limit_ = 0;
  surroundings_.changed(*this);
}

// ----------------------------------------------------------------------------------------------------------------- control

void Core::reset(Cycle at) {
  settle(at);
  ++lives_;
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
  halted_ = blocked_ = false;
  break_ = Break::None;
  exit_code_.reset();
  enter(Life::Reset);
}

void Core::start(std::optional<Address> entry, Cycle at) {
  settle(at);
  if (entry) {
    state_.pc = *entry & ~3u;
    state_.r[1] = local().bytes() - kHomeArea;
  }
  halted_ = false;
  if (life_ == Life::Reset) pipeline_.charge(Cause::Halted, penalty::kRelease);
  enter(Life::Awake);
}

void Core::halt(Cycle at) {
  settle(at);
  halted_ = true;
  limit_ = 0;
  surroundings_.changed(*this);
}

void Core::interrupt(bool level, Cycle at) {
  interrupt_level_ = level;
  attention_ = level || break_ != Break::None;
  if (level) wake(at);
}

void Core::request_break(bool maskable, Cycle at) {
  if (break_ != Break::Certain) break_ = maskable ? Break::Maskable : Break::Certain;
  attention_ = true;
  wake(at);
}

void Core::wake(Cycle at) {
  settle(at);
  blocked_ = false;
  if (life_ != Life::Asleep) return;
  pipeline_.charge(Cause::Idle, penalty::kWakeUp);
  enter(Life::Awake);
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
  core::LocalDecodeCache<Decoded, 2>::mark(local(), pc, 4);
}

void Core::written(Address offset, std::uint32_t bytes) {
  for (Address line = offset & ~7u; line < offset + bytes; line += 8) {
    if ((local().flags(line) & Scratchpad::kDecoded) != 0) decoded_.drop_line(local(), line);
  }
}

void Core::fetch_outside() {
  misuse(Misuse::Unmapped, "instruction fetch from " + core::hex(state_.pc) + ": there is code in block RAM only; the core halts");
  halt(now());
}

// ------------------------------------------------------------------------------------------------------------------ misuse

void Core::misuse(Misuse kind, Address pc, const std::string& text) {
  ++misuses_;
  if (reported_.emplace(kind, pc).second) surroundings_.diagnose(*this, kind, pc, now(), text);
}

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
