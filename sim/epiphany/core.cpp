#include "sim/epiphany/core.h"

#include <algorithm>

#include "sim/epiphany/engine.h"
#include "sim/epiphany/fast_engine.h"
#include "sim/epiphany/registers.h"

namespace epysim::epiphany {

using core::Cause;

Core::Core(int id, Address window, std::uint32_t local_bytes, std::span<Ram> ram, Outside& outside)
    : local_(local_bytes),
      decoded_(local_bytes),
      banks_(local_bytes),
      blocks_(local_bytes),
      bit_(std::uint64_t{1} << (id % CommonCode::kMostCores)),
      engine_(&ReferenceEngine::run),
      id_(id),
      window_(window),
      ram_(ram),
      outside_(outside) {
  for (unsigned size = 0; size < outside_local_.size(); ++size) outside_local_[size] = ~(local_bytes - 1) | ((1u << size) - 1);
  reset(0);
}

void Core::use_fast_engine(unsigned visits, CommonCode* common) {
  engine_ = &FastEngine::run;
  block_visits_ = visits;
  common_ = offered_ = common;
}

// ---------------------------------------------------------------------------------------------------------------- running

Cycle Core::next_time_asleep() const {
  if (halted_ || waiting() || life_ == Life::Dead) return kNever;
  return attention_ ? now() : timer_check_;
}

void Core::run(Cycle until, Cycle horizon) {
  until_ = until;
  horizon_ = horizon;
  wanted_ = 0;
  if (life_ == Life::Asleep && !halted_ && !waiting() && !attention_ && timer_check_ < until) {
    settle(timer_check_);
    attention_ = true;
  }
  for (;;) {
    if (attention_) attend();
    if (life_ != Life::Awake || halted_ || waiting() || now() >= until_) return;
    limit_ = std::min(until_, timer_check_);
    if (limit_ <= now()) {
      attention_ = true;  // a timer is due
    } else {
      const bool goes_on = engine_(*this);
      state_.next_pc = state_.pc;
      if (!goes_on) return;
    }
  }
}

Cycle Core::turn(Cycle at) {
  if (at < horizon_) {
    if (arrivals_.first() <= at) outside_.land(*this, at);
    return at;
  }
  wanted_ = at;
  return kNever;
}

void Core::settle(Cycle at) {
  if (waiting()) {
    pipeline_.charge_until(waiting_.cause, at);
  } else if (halted_ || life_ == Life::Dead) {
    pipeline_.charge_until(Cause::Halted, at);
  } else if (life_ == Life::Asleep) {
    pipeline_.charge_until(started_ ? Cause::Idle : Cause::Halted, at);
  }
}

core::CoreState Core::state() const {
  if (life_ == Life::Dead) return core::CoreState::Exited;
  if (halted_) return core::CoreState::Halted;
  if (life_ == Life::Awake) return core::CoreState::Running;
  return started_ ? core::CoreState::Idle : core::CoreState::Reset;
}

core::CauseAccount Core::causes() const { return blamed_.of(pipeline_.causes()); }

// ------------------------------------------------------------------------------------------------------------- interrupts

void Core::attend() {
  attention_ = false;
  for (unsigned i = 0; i < 2; ++i) {
    if (timers_[i].expire(events(timers_[i].event()))) interrupts_.latched |= 1u << (interrupt::kTimer0 + i);
  }
  schedule_timers();
  if (halted_ || waiting() || life_ == Life::Dead) {
    attention_ = true;  // later
    return;
  }
  const bool disabled = (state_.status & status::kGid) != 0;
  if (const auto number = interrupts_.acceptable(disabled)) {
    if (life_ == Life::Asleep || state_.pc != hold_interrupts_) take_interrupt(*number);
  } else if (life_ == Life::Asleep && disabled && interrupts_.waiting() != 0) {
    // Asleep with interrupts disabled: wakes and goes on behind the IDLE (assumption; nothing is published).
    state_.status |= status::kActive;
    enter(Life::Awake);
  }
}

void Core::enter(Life life) {
  if (life == Life::Awake) started_ = true;
  life_ = life;
  outside_.changed(*this);
}

void Core::take_interrupt(unsigned number) {
  interrupts_.accept(number, state_.pc);
  state_.pc = number * interrupt::kVectorBytes;
  state_.status |= status::kGid | status::kActive;
  if (life_ != Life::Awake) enter(Life::Awake);
  pipeline_.charge(Cause::Interrupt, penalty::kInterrupt);
  banks_.jump(state_.pc, now());
}

void Core::raise_exception(unsigned cause) {
  // The interrupt comes with the edge from "none" to some cause; a handler has to clear the field.
  if ((state_.status & status::kExcauseMask) == 0) {
    interrupts_.latched |= 1u << interrupt::kException;
    attention();
  }
  state_.status = (state_.status & ~status::kExcauseMask) | (cause << status::kExcauseShift);
}

bool Core::raise_float_exception() {
  constexpr unsigned kFpuException = 3;  // EXCAUSE of Epiphany-III
  const bool due = ((state_.config & config::kInvalidEnable) != 0 && (state_.status & status::kBIS) != 0) ||
                   ((state_.config & config::kOverflowEnable) != 0 && (state_.status & status::kBVS) != 0) ||
                   ((state_.config & config::kUnderflowEnable) != 0 && (state_.status & status::kBUS) != 0);
  if (due) raise_exception(kFpuException);
  return due;
}

void Core::sleep() {
  state_.status &= ~status::kActive;
  enter(Life::Asleep);
  attention();  // something may be latched already; timers may be the only ones to wake it
}

std::uint64_t Core::events(unsigned code) const {
  switch (code) {
    case event::kClock:
      return now();
    case event::kIdle:
      return pipeline_.charged(Cause::Idle);
    case event::kIalu:
      return pipeline_.issued(Unit::Ialu);
    case event::kFpu:
      return pipeline_.issued(Unit::Fpu);
    case event::kDualIssue:
      return pipeline_.dual_issues();
    case event::kLoadStall:
      return pipeline_.load_stalls();
    case event::kRegisterStall:
      return pipeline_.register_stalls();
    case event::kFetchStall:
      return pipeline_.charged(Cause::FetchStall);
    case event::kBankConflict:
      return pipeline_.charged(Cause::BankConflict);
    case event::kExternalFetch:
      return pipeline_.charged(Cause::ExternalFetch);
    case event::kExternalLoad:
      return pipeline_.charged(Cause::RemoteLoad) + pipeline_.charged(Cause::OffChipLoad) + pipeline_.charged(Cause::DmaWait);
    case event::kMesh0:
      return outside_.mesh_events(*this, special_[special::MESHCFG] >> mesh_config::kEvent0Shift & 15u);
    case event::kMesh1:
      return outside_.mesh_events(*this, special_[special::MESHCFG] >> mesh_config::kEvent1Shift & 15u);
    default:
      return 0;
  }
}

void Core::schedule_timers() {
  // No event happens more than once per cycle, so a timer cannot expire before its value has passed in cycles: looking then is early
  // enough, and looking again closes in on the exact cycle. Asleep, only time itself and the sleeping are counted.
  timer_check_ = kNever;
  for (const EventTimer& timer : timers_) {
    if (!timer.running()) continue;
    if (life_ != Life::Awake && timer.event() != event::kClock && timer.event() != event::kIdle) continue;
    timer_check_ = std::min(timer_check_, now() + timer.value(events(timer.event())));
  }
}

// ---------------------------------------------------------------------------------------------------------------- signals

void Core::latch(unsigned number, Cycle at) {
  settle(at);
  interrupts_.latched |= 1u << number;
  near_until_ = std::max(near_until_, at + Banks::kLately);
  attention();
}

void Core::reset(Cycle at) {
  settle(at);
  ++lives_;
  state_ = CpuState{};
  interrupts_ = Interrupts{};
  interrupts_.masked = interrupt::kAll & ~(1u << interrupt::kSync);
  for (EventTimer& timer : timers_) timer.reset();
  reset_registers();
  pipeline_.reset();
  lines_ = {};
  waiting_ = {};
  exit_code_.reset();
  started_ = halted_by_all_ = false;
  halted_ = broken_;
  enter(Life::Asleep);
  wanted_ = 0;
  hold_interrupts_ = 1;
  checked_loop_ = {1, 1};
  resume_ = {};
  refresh_loop();
  attention();
}

void Core::start_at(Address entry, Cycle at) {
  settle(at);
  halted_ = broken_;
  interrupts_.latched = interrupts_.in_service = 0;
  state_.status = (state_.status | status::kActive) & ~status::kGid;
  state_.pc = entry & ~1u;
  banks_.jump(state_.pc, now());
  enter(Life::Awake);
  attention();
}

void Core::halt(Cycle at, bool by_all) {
  settle(at);
  halted_ = true;
  halted_by_all_ = by_all;
  limit_ = 0;
  outside_.changed(*this);
}

void Core::resume(Cycle at) {
  settle(at);
  halted_ = broken_;
  halted_by_all_ = false;
  outside_.changed(*this);
  attention();
}

void Core::stop_for_good(Cycle at) {
  broken_ = true;
  halt(at);
}

void Core::reset_alone(Cycle at) {
  const Waiting before = waiting_;
  if (waiting()) misuse(core::Misuse::Reset, "reset while a load or fetch from outside is under way: the core stays stuck");
  reset(at);
  waiting_ = before;
}

void Core::complete_load(std::uint64_t value, Cycle returned) {
  pipeline_.charge_until(waiting_.cause, returned);
  Instruction target;
  target.rd = waiting_.rd;
  target.size = waiting_.size;
  put_loaded(target, value);
  waiting_ = {};
}

void Core::complete_store(Cycle accepted) {
  pipeline_.charge_until(waiting_.cause, accepted);
  waiting_ = {};
}

void Core::complete_fetch(std::uint64_t line, Cycle returned) {
  pipeline_.charge_until(waiting_.cause, returned);
  // Of the two line buffers the one that the program counter needs stays.
  const unsigned victim = lines_[0].address == (state_.pc & ~7u) ? 1 : lines_[1].address == (state_.pc & ~7u) ? 0 : oldest_line_;
  lines_[victim] = {waiting_.line, line};
  oldest_line_ = 1 - victim;
  waiting_ = {};
}

void Core::misuse(core::Misuse kind, Address pc, const std::string& text) {
  constexpr std::size_t kEnough = 1000;  // different ones; a program that runs wild must not fill the host's memory
  ++misuses_;
  if (reported_.size() < kEnough && reported_.emplace(kind, pc).second) outside_.diagnose(*this, kind, pc, now(), text);
}

}  // namespace epysim::epiphany
