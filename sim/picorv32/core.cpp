#include "sim/picorv32/core.h"

#include <algorithm>

#include "sim/core/bits.h"
#include "sim/core/hex.h"
#include "sim/picorv32/disassemble.h"
#include "sim/picorv32/semantics.h"

namespace epysim::picorv32 {

using core::Cause;
using core::Misuse;
using core::Scratchpad;

namespace {

constexpr Address kHandler = 0x10;
constexpr std::uint32_t kBreakInterrupt = 1u << 1, kBusInterrupt = 1u << 2, kBoardInterrupt = 1u << 3;
constexpr unsigned kStackPointer = 2, kFirstArgument = 10, kCallNumber = 17;

std::string text_of(const Instruction& insn, Address pc) {
  std::string text = disassemble(insn, pc);
  std::replace(text.begin(), text.end(), '\t', ' ');
  return text;
}

}  // namespace

Core::Core(int id, std::uint32_t local_bytes, const Options& options, zynq::Surroundings& surroundings)
    : SoftCore(id, local_bytes, surroundings, pipeline_), options_(options), decoded_(local_bytes) {}

// ---------------------------------------------------------------------------------------------------------------- running

bool Core::advance() {
  if (!first_cycle_) first_cycle_ = now();
  while (now() < limit_) {
    if (interrupt_level_) state_.pending |= kBoardInterrupt;
    if (!state_.in_handler && (state_.pending & ~state_.mask) != 0) enter_handler();
    if (state_.pc >= local().bytes()) {
      stop(Misuse::Unmapped, "instruction fetch from " + core::hex(state_.pc) + ": there is code in block RAM only");
      return false;
    }
    Decoded& slot = decoded_[state_.pc];
    if (slot.empty()) {
      slot = {decode(local().load<std::uint32_t>(state_.pc)), true, is_observed(state_.pc)};
      core::LocalDecodeCache<Decoded, 2>::mark(local(), state_.pc, 4);
    }
    if (slot.observed) tell_observer(state_.x);
    next_pc_ = state_.pc + 4;
    if (!execute(slot.insn)) return false;
    state_.pc = next_pc_;
  }
  return true;
}

std::optional<Cause> Core::waits_for() const {
  if (!access_) return std::nullopt;
  return access_->unit == Unit::Load ? Cause::OffChipLoad : Cause::OffChipStore;
}

void Core::clear() {
  const auto registers = state_.x;  // only configuring the logic clears them
  state_ = {};
  state_.x = registers;
  access_.reset();
  first_cycle_.reset();
  instructions_before_ = pipeline_.instructions();
}

void Core::begin_at(Address entry) {
  state_.pc = entry & ~3u;
  state_.x[kStackPointer] = local().bytes();
}

void Core::interrupt(bool level, Cycle at) {
  interrupt_level_ = level && options_.interrupts;
  if (!interrupt_level_) return;
  state_.pending |= kBoardInterrupt;
  wake(at, 0);
}

void Core::enter_handler() {
  state_.q[0] = state_.pc;
  state_.q[1] = state_.pending & ~state_.mask;
  state_.pending &= state_.mask;
  state_.in_handler = true;
  state_.pc = kHandler;
  pipeline_.charge(Cause::Interrupt, penalty::kHandler);
}

void Core::stop(Misuse kind, const std::string& text) {
  misuse(kind, state_.pc, text + "; the core halts");
  halt(now());
}

bool Core::fault(std::uint32_t interrupt, Misuse kind, const std::string& text) {
  if (options_.interrupts && !state_.in_handler && (state_.mask & interrupt) == 0) {
    state_.pending |= interrupt;
    return true;
  }
  stop(kind, text);
  return false;
}

// --------------------------------------------------------------------------------------------------------------- executing

bool Core::execute(const Instruction& insn) {
  const std::uint32_t a = state_.x[insn.rs1];
  const std::uint32_t b = insn.two_registers ? state_.x[insn.rs2] : static_cast<std::uint32_t>(insn.imm);
  const Address at_distance = state_.pc + static_cast<std::uint32_t>(insn.imm);
  if (insn.op == Op::invalid || !options_.has(insn.option)) return illegal(insn);
  switch (insn.unit) {
    case Unit::Jump:
      pipeline_.issue(insn, b);
      put(insn.rd, next_pc_);
      jump(at_distance);
      return true;
    case Unit::JumpRegister:
      if (insn.action == Action::Return) {
        pipeline_.issue(insn, b);
        state_.in_handler = false;
        jump(state_.q[0]);
        return true;
      }
      pipeline_.issue(insn, b);
      put(insn.rd, next_pc_);
      jump((a + b) & ~1u);
      return true;
    case Unit::Branch:
      pipeline_.issue(insn, b);
      if (compute(insn.action, a, b) == 0) return true;
      pipeline_.taken();
      jump(at_distance);
      return true;
    case Unit::Load:
      return load(insn, a + b);
    case Unit::Store:
      return store(insn, a + static_cast<std::uint32_t>(insn.imm));
    case Unit::System:
      return system(insn);
    default:
      pipeline_.issue(insn, b);
      put(insn.rd, compute(insn.action, insn.action == Action::AddToPc ? state_.pc : a, b));
      return true;
  }
}

void Core::jump(Address target) {
  next_pc_ = target & ~3u;
  if (next_pc_ != target)
    misuse(Misuse::Unaligned, state_.pc, "jump to " + core::hex(target) + ", which is no multiple of 4: goes to " + core::hex(next_pc_));
}

bool Core::illegal(const Instruction& insn) {
  std::string text = "the word " + core::hex(insn.raw) + " is no instruction of this core";
  if (insn.op != Op::invalid) {
    text = text_of(insn, state_.pc) + " needs a core with " + std::string(parameter(insn.option));
    if (insn.option == Option::Multiplier || insn.option == Option::Divider) text += ": compile with -march=rv32i";
  } else if (length(insn.raw) == 2) {
    text = "the half-word " + core::hex(insn.raw & 0xffffu) +
           " is a compressed instruction, which this core has not: compile with -march=rv32im";
  }
  pipeline_.issue({}, 0);  // whatever it is, nothing works on it
  return fault(kBreakInterrupt, Misuse::Unimplemented, text);
}

// ------------------------------------------------------------------------------------------------------------------ memory

std::optional<Address> Core::place(const Instruction& insn, Address address) {
  const Address low_bits = (1u << insn.size) - 1, used = address & ~low_bits;
  const bool shared = used >= local().bytes() || (local().flags(used) & Scratchpad::kShared) != 0;
  if (shared && turn(pipeline_.access_at(insn)) == kNever) return std::nullopt;
  if (used == address) return used;
  const std::string what = insn.unit == Unit::Store ? "store" : "load";
  if (fault(kBusInterrupt, Misuse::Unaligned,
            "unaligned " + what + " of " + std::to_string(1u << insn.size) + " bytes at " + core::hex(address)))
    return used;
  return std::nullopt;
}

void Core::put_loaded(const Instruction& insn, std::uint32_t value) {
  const unsigned width = 8u << insn.size;
  put(insn.rd, insn.is_signed && width < 32 ? static_cast<std::uint32_t>(core::sign_extend(value, width)) : value);
}

bool Core::load(const Instruction& insn, Address address) {
  const std::optional<Address> used = place(insn, address);
  if (!used) return false;
  const Cycle when = pipeline_.access_at(insn);
  pipeline_.issue(insn, 0);
  if (*used < local().bytes()) {
    pipeline_.local_access();
    put_loaded(insn, insn.size == 0   ? local().load<std::uint8_t>(*used)
                     : insn.size == 1 ? local().load<std::uint16_t>(*used)
                                      : local().load<std::uint32_t>(*used));
    return true;
  }
  access_ = insn;
  limit_ = 0;
  surroundings_.load(*this, *used, 1u << insn.size, when);
  return true;
}

bool Core::store(const Instruction& insn, Address address) {
  const std::optional<Address> used = place(insn, address);
  if (!used) return false;
  const Cycle when = pipeline_.access_at(insn);
  const std::uint32_t value = state_.x[insn.rs2];
  pipeline_.issue(insn, 0);
  if (*used < local().bytes()) {
    pipeline_.local_access();
    local().store(*used, 1u << insn.size, value);
    if ((local().flags(*used) & Scratchpad::kDecoded) != 0) decoded_.drop_line(local(), *used);
    return true;
  }
  access_ = insn;
  limit_ = 0;
  surroundings_.store(*this, *used, 1u << insn.size, insn.size == 2 ? value : value & ((1u << (8u << insn.size)) - 1), when);
  return true;
}

void Core::complete(std::uint32_t value, bool /*error: the core's bus cannot say so*/, Cycle at) {
  settle(at);
  const Instruction insn = *access_;
  access_.reset();
  if (insn.unit == Unit::Load) put_loaded(insn, value);
}

// ------------------------------------------------------------------------------------------------------------------ system

bool Core::system(const Instruction& insn) {
  const std::uint32_t a = state_.x[insn.rs1];
  const Cycle since_reset = now() - *first_cycle_;
  if (insn.action == Action::Call && options_.linux_system_calls) return system_call(insn);
  if (insn.action == Action::Wait && state_.pending == 0) {
    if (turn(now()) != kNever) enter(Life::Asleep);  // and once more when it wakes up
    return false;
  }
  pipeline_.issue(insn, 0);
  const std::uint64_t instructions = pipeline_.instructions() - instructions_before_;
  switch (insn.action) {
    case Action::ReadCycle:
      put(insn.rd, static_cast<std::uint32_t>(since_reset));
      return true;
    case Action::ReadCycleHigh:
      put(insn.rd, static_cast<std::uint32_t>(since_reset >> 32));
      return true;
    case Action::ReadInstructions:
      put(insn.rd, static_cast<std::uint32_t>(instructions));
      return true;
    case Action::ReadInstructionsHigh:
      put(insn.rd, static_cast<std::uint32_t>(instructions >> 32));
      return true;
    case Action::GetQ:
      put(insn.rd, state_.q[insn.rs1 & 3u]);
      return true;
    case Action::SetQ:
      state_.q[insn.rd & 3u] = a;
      return true;
    case Action::Mask:
      put(insn.rd, std::exchange(state_.mask, a));
      return true;
    case Action::Wait:
      put(insn.rd, state_.pending);
      return true;
    default:
      return fault(kBreakInterrupt, Misuse::Trap, text_of(insn, state_.pc));
  }
}

bool Core::system_call(const Instruction& insn) {
  using core::GuestCall;
  static constexpr std::array<LinuxCall, 11> kCalls{{{93, GuestCall::Exit},
                                                     {94, GuestCall::Exit},  // exit_group
                                                     {63, GuestCall::Read},
                                                     {64, GuestCall::Write},
                                                     {1024, GuestCall::Open},
                                                     {57, GuestCall::Close},
                                                     {1026, GuestCall::Unlink},
                                                     {1062, GuestCall::Time},
                                                     {62, GuestCall::Seek},
                                                     {172, GuestCall::ProcessId},
                                                     {169, GuestCall::TimeOfDay}}};
  if (turn(now()) == kNever) return false;
  pipeline_.issue(insn, 0);
  const auto& x = state_.x;
  if (const auto result = linux_call(kCalls, x[kCallNumber], {x[kFirstArgument], x[kFirstArgument + 1], x[kFirstArgument + 2]}))
    put(kFirstArgument, *result);
  return true;
}

}  // namespace epysim::picorv32
