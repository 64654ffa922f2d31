// What instructions do beyond computing: branches, memory, special registers, sleeping, stopping.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/hex.h"
#include "sim/microblaze/core.h"
#include "sim/microblaze/disassemble.h"
#include "sim/microblaze/operations.h"

namespace epysim::microblaze {

using core::Cause;
using core::Misuse;
using core::Scratchpad;

namespace {

/// The bits of MSR that MTS, MSRSET and MSRCLR can change. Caches and an MMU are not there.
constexpr std::uint32_t kWritable =
    msr::kInterruptEnable | msr::kCarry | msr::kBreak | msr::kStream | msr::kDivide | msr::kExceptionEnable | msr::kExceptionInProgress;

constexpr Address kSystemCallVector = 8;

std::string text_of(const Instruction& insn, Address pc) {
  std::string text = disassemble(insn, pc);
  text.resize(std::min(text.size(), text.find("\t\t//")));
  std::replace(text.begin(), text.end(), '\t', ' ');
  return text;
}

std::uint32_t swapped(std::uint32_t value, unsigned size) {
  if (size == 1) return __builtin_bswap16(static_cast<std::uint16_t>(value));
  return size == 2 ? __builtin_bswap32(value) : value;
}

/// The bits of MSR that an instruction sets at once.
std::uint32_t flags_set_by(const Instruction& insn) {
  const std::uint32_t written = info(insn.op).flags_written;
  return (written & msr::kInterruptEnable) != 0 ? 0 : written;  // those that change all of it are late themselves
}

/// Whether some instruction has this major opcode.
bool is_opcode(std::uint32_t word) {
  static const std::uint64_t opcodes = [] {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kOpCount; ++i) seen |= std::uint64_t{1} << (info(static_cast<Op>(i)).match >> 26);
    return seen;
  }();
  return (opcodes >> (word >> 26) & 1u) != 0;
}

bool transfers_control(const Decoded& d) { return d.kind == Kind::Branch || d.kind == Kind::Prefix || d.insn.action == Action::Brk; }

}  // namespace

bool Core::execute(const Decoded& d) { return prefixed_ ? execute(d, with_prefix(d.insn, prefix_)) : execute(d, d.insn); }

bool Core::execute(const Decoded& d, const Instruction& insn) {
  next_pc_ = in_slot_ ? slot_target_ : state_.pc + 4;
  next_in_slot_ = false;
  bool prefix = false, atomic = false;

  if (in_slot_ && transfers_control(d)) {
    pipeline_.issue(insn);
    undefined(Misuse::Slot, text_of(insn, state_.pc) + " in a delay slot, where no branch, break or IMM may be");
  } else {
    switch (d.kind) {
      case Kind::Compute:
        pipeline_.issue(insn);
        d.execute(state_, insn);
        break;
      case Kind::Divide:
        divide(d, insn);
        break;
      case Kind::Float:
        float_operation(d, insn);
        break;
      case Kind::Load:
        if (!load(insn)) return false;
        break;
      case Kind::Store:
        if (!store(insn)) return false;
        break;
      case Kind::Branch:
        branch(insn);
        break;
      case Kind::Prefix:
        pipeline_.issue(insn);
        prefix = true;
        prefix_ = insn.raw & 0xffffu;
        break;
      case Kind::System:
        if (!system(insn)) return false;
        atomic = (insn.stream & stream::kAtomic) != 0;
        break;
      default:
        illegal(insn);
        break;
    }
  }
  if (halted_) return false;
  prefixed_ = prefix;
  atomic_ = atomic;
  in_slot_ = next_in_slot_;
  state_.pc = next_pc_;
  if (late_msr_.mask != 0) apply_late_msr(flags_set_by(insn));
  late_msr_ = std::exchange(next_late_msr_, {});
  return true;
}

void Core::illegal(const Instruction& insn) {
  pipeline_.issue(insn);
  const bool detected = insn.op != Op::invalid || !is_opcode(insn.raw);
  if (detected && options_.exceptions.illegal_opcode && takes_exceptions()) return raise(esr::kIllegalOpcode, state_.pc, in_slot_);
  if (insn.op == Op::invalid) return undefined(Misuse::Unimplemented, "the word " + core::hex(insn.raw) + " is no instruction");
  if (insn.raw == 0) return undefined(Misuse::Unimplemented, "the word 0 is illegal (C_OPCODE_0x0_ILLEGAL)");
  undefined(Misuse::Unimplemented, text_of(insn, state_.pc) + " needs a core with " + std::string(parameter(insn.option)) + ": " +
                                       std::string(remedy(insn.option)));
}

// --------------------------------------------------------------------------------------------------------------- computing

void Core::divide(const Decoded& d, const Instruction& insn) {
  const DivideFault fault = divide_fault(state_, insn, insn.action == Action::Idiv);
  if (fault == DivideFault::Zero) {
    pipeline_.issue_short(insn);
  } else {
    pipeline_.issue(insn);
  }
  d.execute(state_, insn);
  if (fault == DivideFault::None || !options_.exceptions.divide || !takes_exceptions()) return;
  raise(esr::kDivide | (fault == DivideFault::Overflow ? esr::kDivideOverflow : 0), state_.pc, in_slot_);
}

void Core::float_operation(const Decoded& d, const Instruction& insn) {
  pipeline_.issue(insn);
  const std::uint32_t old = state_.r[insn.rd];
  const std::uint32_t sticky = std::exchange(state_.fsr, 0);
  d.execute(state_, insn);
  const bool raised = state_.fsr != 0;
  state_.fsr |= sticky;
  if (!raised || !options_.exceptions.fpu || !takes_exceptions()) return;
  put(state_, insn.rd, old);
  raise(esr::kFpu, state_.pc, in_slot_);
}

// ---------------------------------------------------------------------------------------------------------------- branches

void Core::branch(const Instruction& insn) {
  pipeline_.issue(insn);
  const Address pc = state_.pc;
  bool taken = true;
  Address target = operand_b(state_, insn);
  switch (insn.action) {
    case Action::Bcc:
      taken = holds(static_cast<Condition>(insn.condition), state_.r[insn.ra]);
      target += pc;
      break;
    case Action::Br:
      if (!insn.absolute) target += pc;
      if (insn.link) put(state_, insn.rd, pc);
      break;
    case Action::Rtid:
      next_late_msr_ = {msr::kInterruptEnable, msr::kInterruptEnable};
      target += state_.r[insn.ra];
      break;
    case Action::Rtbd:
      next_late_msr_ = {msr::kBreak, 0};
      target += state_.r[insn.ra];
      break;
    case Action::Rted:
      next_late_msr_ = {msr::kExceptionEnable | msr::kExceptionInProgress, msr::kExceptionEnable};
      state_.esr = 0;
      target += state_.r[insn.ra];
      break;
    default:  // Rtsd
      target += state_.r[insn.ra];
      break;
  }
  if (taken && (target & 3u) != 0) {
    misuse(Misuse::Unaligned, "branch to " + core::hex(target) + ", which is no multiple of 4: goes to " + core::hex(target & ~3u));
    target &= ~3u;
  }
  if (taken) pipeline_.taken(insn);
  if (insn.delay_slot) {
    next_in_slot_ = true;
    slot_target_ = taken ? target : pc + 8;
    if ((state_.msr & msr::kExceptionInProgress) == 0) state_.btr = slot_target_;
  } else if (taken) {
    next_pc_ = target;
  }
}

// ------------------------------------------------------------------------------------------------------------------ memory

std::optional<Address> Core::place(const Instruction& insn) {
  const Address address = state_.r[insn.ra] + operand_b(state_, insn);
  const Address low_bits = (1u << insn.size) - 1;
  if ((address & low_bits) == 0 || insn.exclusive) {
    // Reversed bytes and half-words change places inside their word.
    return (address & ~low_bits) ^ (insn.reversed ? 3u & ~low_bits : 0);
  }
  const bool stores = insn.action == Action::Store;
  if (options_.exceptions.unaligned && takes_exceptions()) {
    pipeline_.issue(insn);
    state_.ear = address;
    raise(esr::kUnaligned | (insn.size == 2 ? esr::kWord : 0) | (stores ? esr::kStore : 0) |
              static_cast<std::uint32_t>(insn.rd) << esr::kRegisterShift,
          state_.pc, in_slot_);
    return std::nullopt;
  }
  misuse(Misuse::Unaligned, std::string("unaligned ") + (stores ? "store" : "load") + " of " + std::to_string(1u << insn.size) +
                                " bytes at " + core::hex(address) + ": uses " + core::hex(address & ~low_bits));
  return (address & ~low_bits) ^ (insn.reversed ? 3u & ~low_bits : 0);
}

void Core::put_loaded(const Instruction& insn, std::uint32_t value) {
  put(state_, insn.rd, insn.reversed != options_.big_endian ? swapped(value, insn.size) : value);
}

bool Core::load(const Instruction& insn) {
  const std::optional<Address> at = place(insn);
  if (!at) return true;
  const Address address = *at;
  const bool mine = address < local().bytes();
  Cycle when = 0;
  if (!mine || (local().flags(address) & Scratchpad::kShared) != 0) {
    when = pipeline_.earliest(insn);
    if ((when = mine ? turn(when) : turn_to_ask(when)) == kNever) return false;
  }
  pipeline_.issue(insn);
  if (insn.exclusive) {
    state_.reservation = true;
    state_.msr &= ~msr::kCarry;
  }
  if (mine) {
    pipeline_.local_access();
    put_loaded(insn, insn.size == 0   ? local().load<std::uint8_t>(address)
                     : insn.size == 1 ? local().load<std::uint16_t>(address)
                                      : local().load<std::uint32_t>(address));
    return true;
  }
  pipeline_.outside_load();
  access_ = {true, insn, address, state_.pc, in_slot_};
  limit_ = 0;
  surroundings_.load(*this, address, 1u << insn.size, when);
  return true;
}

bool Core::store(const Instruction& insn) {
  const std::optional<Address> at = place(insn);
  if (!at) return true;
  const Address address = *at;
  const bool mine = address < local().bytes();
  const bool refused = insn.exclusive && !state_.reservation;
  Cycle when = 0;
  if (!refused && (!mine || (local().flags(address) & Scratchpad::kShared) != 0)) {
    when = pipeline_.earliest(insn);
    if ((when = mine ? turn(when) : turn_to_ask(when)) == kNever) return false;
  }
  pipeline_.issue(insn);
  if (insn.exclusive) {
    state_.msr = refused ? state_.msr | msr::kCarry : state_.msr & ~msr::kCarry;
    state_.reservation = false;
    if (refused) return true;
  }
  const std::uint32_t data = state_.r[insn.rd];
  const std::uint32_t value = insn.reversed != options_.big_endian ? swapped(data, insn.size) : data;
  if (mine) {
    pipeline_.local_access();
    if (insn.size == 0) {
      local().store(address, static_cast<std::uint8_t>(value));
    } else if (insn.size == 1) {
      local().store(address, static_cast<std::uint16_t>(value));
    } else {
      local().store(address, value);
    }
    if ((local().flags(address) & Scratchpad::kDecoded) != 0) written(address, 1);
    return true;
  }
  access_ = {true, insn, address, state_.pc, in_slot_};
  limit_ = 0;
  surroundings_.store(*this, address, 1u << insn.size, insn.size == 2 ? value : value & ((1u << (8u << insn.size)) - 1), when);
  return true;
}

// ------------------------------------------------------------------------------------------------------------------ system

bool Core::system(const Instruction& insn) {
  const auto number = static_cast<std::uint32_t>(insn.imm);
  switch (insn.action) {
    case Action::Mfs:
      pipeline_.issue(insn);
      if (special_name(number) == "rpc" && number != special::kPc)
        misuse(Misuse::Reserved, "MFS from special register " + core::hex(number) + ", which does not exist: reads 0");
      put(state_, insn.rd, read_special(number));
      return true;
    case Action::Mts:
      move_to_special(insn);
      return true;
    case Action::Msrset:
    case Action::Msrclr: {
      pipeline_.issue(insn);
      const std::uint32_t mask = number & kWritable, value = insn.action == Action::Msrset ? mask : 0;
      put(state_, insn.rd, read_special(special::kMsr));
      next_late_msr_ = {mask & ~msr::kCarry, value};
      state_.msr = (state_.msr & ~(mask & msr::kCarry)) | (value & msr::kCarry);
      late_msr_.mask &= ~(mask & msr::kCarry);  // this is the later write
      return true;
    }
    case Action::Brk:
      return break_to(insn);
    case Action::Mbar:
      return barrier(insn);
    case Action::Get:
    case Action::Put:
      return stream(insn);
    default:  // a line of a cache that is not there
      pipeline_.issue(insn);
      return true;
  }
}

void Core::move_to_special(const Instruction& insn) {
  pipeline_.issue(insn);
  const auto number = static_cast<std::uint32_t>(insn.imm);
  const std::uint32_t value = state_.r[insn.ra];
  if (number == special::kMsr) {
    next_late_msr_ = {kWritable, value};
  } else if (number == special::kFsr) {
    constexpr std::uint32_t kSticky = 0x1f;
    state_.fsr = value & kSticky;
  } else {
    misuse(Misuse::Reserved, "MTS to special register " + special_name(number) + ", which cannot be written: ignored");
  }
}

bool Core::break_to(const Instruction& insn) {
  const Address target = operand_b(state_, insn);
  const bool call = options_.linux_system_calls && target == kSystemCallVector;
  if (call && turn(pipeline_.earliest(insn)) == kNever) return false;
  pipeline_.issue(insn);
  put(state_, insn.rd, call ? state_.pc + 4 : state_.pc);  // Linux moves it on
  state_.reservation = false;
  if (call) {
    system_call();
  } else {
    pipeline_.taken(insn);
    next_pc_ = target & ~3u;
  }
  return true;
}

bool Core::barrier(const Instruction& insn) {
  constexpr int kSleep = 24;  // either of these bits: sleep, hibernate, suspend
  const bool sleeps = (insn.imm & kSleep) != 0;
  if (sleeps && turn(pipeline_.earliest(insn)) == kNever) return false;
  pipeline_.issue(insn);  // nothing is ever outstanding
  if (sleeps && !interrupt_level_ && break_ == Break::None) enter(Life::Asleep);
  return true;
}

bool Core::stream(const Instruction& insn) {
  constexpr std::uint32_t kLinkBits = 0xf;
  const bool blocking = (insn.stream & stream::kNonBlocking) == 0;
  const std::uint32_t link = (insn.immediate ? static_cast<std::uint32_t>(insn.imm) : state_.r[insn.rb]) & kLinkBits;
  misuse(Misuse::Link, text_of(insn, state_.pc) + ": " +
                           (link < options_.streams ? "nothing is connected to stream link " + std::to_string(link)
                                                    : "there is no stream link " + std::to_string(link) + " (C_FSL_LINKS is " +
                                                          std::to_string(options_.streams) + ")") +
                           (blocking                     ? ": the core waits until an interrupt"
                            : insn.action == Action::Get ? ": no data"
                                                         : ": no room"));
  if (blocking) {
    blocked_ = true;
    return false;
  }
  pipeline_.issue(insn);
  state_.msr |= msr::kCarry;  // no data, no room
  return true;
}

// ------------------------------------------------------------------------------------------------------------- system calls

void Core::system_call() {
  using core::GuestCall;
  static constexpr std::array<LinuxCall, 10> kCalls{{{1, GuestCall::Exit},
                                                     {252, GuestCall::Exit},  // exit_group
                                                     {3, GuestCall::Read},
                                                     {4, GuestCall::Write},
                                                     {5, GuestCall::Open},
                                                     {6, GuestCall::Close},
                                                     {10, GuestCall::Unlink},
                                                     {13, GuestCall::Time},
                                                     {19, GuestCall::Seek},
                                                     {20, GuestCall::ProcessId}}};
  constexpr unsigned kNumber = 12, kFirstArgument = 5, kResult = 3;
  const auto& r = state_.r;
  if (const auto result = linux_call(kCalls, r[kNumber], {r[kFirstArgument], r[kFirstArgument + 1], r[kFirstArgument + 2]}))
    put(state_, kResult, *result);
}

}  // namespace epysim::microblaze
