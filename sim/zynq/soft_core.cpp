#include "sim/zynq/soft_core.h"

#include <algorithm>

namespace epysim::zynq {

using core::Cause;

// ---------------------------------------------------------------------------------------------------------------- running

Cycle SoftCore::next_time() const {
  if (halted_ || life_ != Life::Awake || waits_for()) return kNever;
  return std::max(now(), wanted_);
}

void SoftCore::run(Cycle until, Cycle horizon) {
  until_ = until;
  horizon_ = horizon;
  wanted_ = 0;
  while (next_time() < until_) {
    limit_ = until_;
    if (!advance()) return;
  }
}

Cycle SoftCore::turn(Cycle at) {
  if (at < horizon_) return at;
  wanted_ = at;
  return kNever;
}

void SoftCore::settle(Cycle at) {
  if (const auto cause = waits_for()) {
    ledger_.charge_until(*cause, at);
  } else if (halted_ || life_ == Life::Reset || life_ == Life::Exited) {
    ledger_.charge_until(Cause::Halted, at);
  } else if (life_ == Life::Asleep) {
    ledger_.charge_until(Cause::Idle, at);
  }
}

// ----------------------------------------------------------------------------------------------------------------- control

void SoftCore::enter(Life life) {
  life_ = life;
  limit_ = 0;
  surroundings_.changed(*this);
}

void SoftCore::reset(Cycle at) {
  settle(at);
  ++lives_;
  halted_ = broken_;
  exit_code_.reset();
  clear();
  enter(Life::Reset);
}

void SoftCore::start(std::optional<Address> entry, Cycle at) {
  settle(at);
  if (entry) begin_at(*entry);
  halted_ = broken_;
  if (life_ == Life::Reset) ledger_.charge(Cause::Halted, release_cycles());
  enter(Life::Awake);
}

void SoftCore::halt(Cycle at) {
  settle(at);
  halted_ = true;
  limit_ = 0;
  surroundings_.changed(*this);
}

void SoftCore::stop_for_good(Cycle at) {
  broken_ = true;
  halt(at);
}

void SoftCore::wake(Cycle at, Cycle cycles) {
  settle(at);
  if (life_ != Life::Asleep) return;
  ledger_.charge(Cause::Idle, cycles);
  enter(Life::Awake);
}

// ----------------------------------------------------------------------------------------------------------- what happened

void SoftCore::misuse(core::Misuse kind, Address pc, const std::string& text) {
  ++misuses_;
  if (reported_.emplace(kind, pc).second) surroundings_.diagnose(*this, kind, pc, now(), text);
}

core::CoreState SoftCore::state() const {
  if (life_ == Life::Exited) return core::CoreState::Exited;
  if (halted_) return core::CoreState::Halted;
  if (life_ == Life::Reset) return core::CoreState::Reset;
  return life_ == Life::Awake ? core::CoreState::Running : core::CoreState::Idle;
}

core::CoreSnapshot SoftCore::snapshot() const {
  core::CoreSnapshot view;
  view.state = state();
  view.pc = pc();
  view.cycle = now();
  view.instructions = ledger_.instructions();
  if (const std::uint64_t floats = ledger_.float_instructions(); has_fpu()) {
    view.issued = core::IssuedByUnit{.integer = view.instructions - floats, .floating = floats};
  }
  view.diagnostics = misuses_;
  view.exit_code = exit_code_;
  view.causes = causes();
  return view;
}

// ------------------------------------------------------------------------------------------------------------ system calls

namespace {

/// Flags of open(): Linux's to newlib's.
std::uint32_t newlib_flags(std::uint32_t linux_flags) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 4> kFlags{{{0100, 0x200}, {0200, 0x800}, {01000, 0x400}, {02000, 8}}};
  std::uint32_t flags = linux_flags & 3u;
  for (const auto& [theirs, ours] : kFlags) {
    if ((linux_flags & theirs) != 0) flags |= ours;
  }
  return flags;
}

constexpr std::uint32_t kNoSuchCall = 38;  // ENOSYS

}  // namespace

std::optional<std::uint32_t> SoftCore::linux_call(std::span<const LinuxCall> calls, std::uint32_t number,
                                                  std::array<std::uint32_t, 3> arguments) {
  const auto known = std::find_if(calls.begin(), calls.end(), [number](const LinuxCall& each) { return each.number == number; });
  if (known == calls.end()) {
    misuse(core::Misuse::Trap, pc(), "system call " + std::to_string(number) + " has no service: it fails");
    return 0u - kNoSuchCall;
  }
  if (known->call == core::GuestCall::Exit) {
    exit_code_ = static_cast<int>(arguments[0] & 0xffu);
    enter(Life::Exited);
    return std::nullopt;
  }
  if (known->call == core::GuestCall::Open) arguments[1] = newlib_flags(arguments[1]);
  const core::GuestServices::Reply reply = surroundings_.system_call(*this, known->call, arguments);
  return static_cast<std::uint32_t>(reply.error != 0 ? -reply.error : reply.value);
}

}  // namespace epysim::zynq
