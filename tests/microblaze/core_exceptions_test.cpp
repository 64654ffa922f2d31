// Hardware exceptions, interrupts and breaks: when they are taken, what they leave behind, how programs return.

#include <catch2/catch.hpp>

#include "tests/microblaze/core_program.h"

using namespace epysim;
using namespace epysim::microblaze;
using core::Cause;
using core::Misuse;

namespace {

constexpr std::uint32_t kNop = 0x80000000;
constexpr Address kInterruptVector = 0x10, kBreakVector = 0x18, kExceptionVector = 0x20;
constexpr std::uint32_t kDelaySlot = 0x1000;

/// A core with exceptions enabled.
struct Enabled : Program {
  explicit Enabled(std::initializer_list<std::uint32_t> code, const Options& options = full()) : Program(code, options) {
    msr() = msr::kExceptionEnable;
    r(17) = 0x1717;
  }
  std::uint32_t esr() const { return core.cpu().esr; }
};

/// A core with interrupts enabled, and the input active.
struct Interrupted : Program {
  explicit Interrupted(std::initializer_list<std::uint32_t> code) : Program(code) { msr() = msr::kInterruptEnable; }
  void ring() { core.interrupt(true, core.now()); }
};

}  // namespace

TEST_CASE("an exception saves, disables and goes to its vector") {
  Enabled program({kNop, word(Op::lwi, 3, 5, 1)});
  program.core.cpu().reservation = true;
  program.step();
  const Cycle before = program.core.now();
  program.step();
  REQUIRE(program.pc() == kExceptionVector);
  REQUIRE(program.r(17) == Program::kStart + 8);
  REQUIRE(program.core.cpu().ear == 1);
  REQUIRE(program.esr() == (esr::kUnaligned | esr::kWord | 3u << esr::kRegisterShift));
  REQUIRE(program.msr() == msr::kExceptionInProgress);
  REQUIRE(!program.core.cpu().reservation);
  REQUIRE(program.r(3) == 0);
  REQUIRE(program.core.now() - before == 1 + penalty::kVector);
  REQUIRE(program.core.causes()[Cause::Interrupt] == penalty::kVector);
  REQUIRE(program.around.said.empty());
}

TEST_CASE("causes of exceptions") {
  SECTION("misaligned half-word store") {
    Enabled program({word(Op::shi, 4, 5, 3)});
    program.step();
    REQUIRE(program.esr() == (esr::kUnaligned | esr::kStore | 4u << esr::kRegisterShift));
    REQUIRE(program.core.cpu().ear == 3);
  }
  SECTION("unassigned opcode") {
    Enabled program({0x50000000u});
    program.step();
    REQUIRE(program.esr() == esr::kIllegalOpcode);
    REQUIRE(program.r(17) == Program::kStart + 4);
  }
  SECTION("instruction whose option is off") {
    Options options = full();
    options.multiplier = 0;
    Enabled program({word(Op::mul, 3, 5, 6)}, options);
    program.step();
    REQUIRE(program.esr() == esr::kIllegalOpcode);
  }
  SECTION("the word 0, where that is illegal") {
    Options options = full();
    options.exceptions.zero_opcode = true;
    Enabled program({0u}, options);
    program.step();
    REQUIRE(program.esr() == esr::kIllegalOpcode);
    Enabled other({0u});
    other.step();
    REQUIRE(other.pc() == Program::kStart + 4);
  }
  SECTION("nobody answers") {
    Enabled program({kNop, word(Op::lwi, 3, 5, 0), kNop});
    program.r(5) = 0x10000000;
    program.r(3) = 33;
    program.cycles_to(kExceptionVector);
    REQUIRE(program.esr() == esr::kDataBus);
    REQUIRE(program.core.cpu().ear == 0x10000000);
    REQUIRE(program.r(17) == Program::kStart + 8);
    REQUIRE(program.r(3) == 33);
  }
  SECTION("division by zero") {
    Enabled program({word(Op::idiv, 3, 5, 6)});
    program.r(3) = 33;
    program.step();
    REQUIRE(program.esr() == esr::kDivide);
    REQUIRE((program.msr() & msr::kDivide) != 0);
    REQUIRE(program.r(3) == 0);
  }
  SECTION("division that overflows") {
    Enabled program({word(Op::idiv, 3, 5, 6)});
    program.r(5) = 0xffffffff;
    program.r(6) = 0x80000000;
    program.step();
    REQUIRE(program.esr() == (esr::kDivide | esr::kDivideOverflow));
    REQUIRE(program.r(3) == 0x80000000);
  }
  SECTION("floating point: the destination keeps its value") {
    Enabled program({word(Op::fdiv, 3, 5, 6)});
    program.r(3) = 33;
    program.r(6) = 0x3f800000;
    program.core.cpu().fsr = fsr::kInvalid;
    program.step();
    REQUIRE(program.esr() == esr::kFpu);
    REQUIRE(program.r(3) == 33);
    REQUIRE(program.core.cpu().fsr == (fsr::kInvalid | fsr::kDivideByZero));
  }
  SECTION("floating point: a flag of earlier does not count") {
    Enabled program({word(Op::fadd, 3, 5, 6)});
    program.core.cpu().fsr = fsr::kInvalid;
    program.step();
    REQUIRE(program.pc() == Program::kStart + 4);
  }
}

TEST_CASE("without EE, or while one is served, exceptions do not happen") {
  for (const std::uint32_t msr : {0u, msr::kExceptionInProgress, msr::kExceptionEnable | msr::kExceptionInProgress}) {
    Enabled program({word(Op::idiv, 3, 5, 6), word(Op::fdiv, 4, 5, 6), word(Op::lwi, 7, 0, 1)});
    program.r(6) = 0x3f800000;
    program.msr() = msr;
    program.steps(1);
    program.cycles_to(Program::kStart + 12);
    REQUIRE(program.r(3) == 0);
    REQUIRE(program.r(4) == 0x7f800000);
    REQUIRE(program.msr() == (msr | msr::kDivide));
    REQUIRE(program.core.cpu().fsr == fsr::kDivideByZero);
    REQUIRE(program.around.said.size() == 1);
  }
}

TEST_CASE("an exception in a delay slot: BTR says where to go on") {
  for (const bool taken : {true, false}) {
    Enabled program({word(Op::beqid, 5, 64), word(Op::idiv, 3, 0, 6)});
    program.r(5) = taken ? 0 : 1;
    program.cycles_to(kExceptionVector);
    REQUIRE(program.esr() == (esr::kDivide | kDelaySlot));
    REQUIRE(program.core.cpu().btr == Program::kStart + (taken ? 64 : 8));
    REQUIRE(program.r(17) == 0x1717);
  }
}

TEST_CASE("BTR stays while an exception is served") {
  Enabled program({word(Op::brid, 64), kNop});
  program.core.cpu().btr = 5;
  program.msr() |= msr::kExceptionInProgress;
  program.step();
  REQUIRE(program.core.cpu().btr == 5);
}

TEST_CASE("RTED enables again behind its slot") {
  Enabled program({word(Op::idiv, 3, 0, 6), kNop});
  program.put(kExceptionVector, {word(Op::rted, 17, 0), word(Op::mfs, 4, special::kMsr)});
  program.step();
  program.cycles_to(Program::kStart + 4);
  REQUIRE(program.r(4) == (msr::kExceptionInProgress | msr::kDivide | msr::kPvr));  // in the slot
  REQUIRE(program.msr() == (msr::kExceptionEnable | msr::kDivide));
  REQUIRE(program.esr() == 0);
}

TEST_CASE("an interrupt") {
  Interrupted program({kNop, kNop, kNop});
  program.core.cpu().reservation = true;
  program.step();
  program.ring();
  const Cycle before = program.core.now();
  program.put(kInterruptVector, {word(Op::addik, 3, 0, 3)});
  program.step();
  REQUIRE(program.r(3) == 3);
  REQUIRE(program.r(14) == Program::kStart + 4);
  REQUIRE(program.pc() == kInterruptVector + 4);
  REQUIRE(program.msr() == 0);
  REQUIRE(!program.core.cpu().reservation);
  REQUIRE(program.core.now() - before == penalty::kVector + 1);
}

TEST_CASE("an interrupt waits while it is disabled or something else is served") {
  for (const std::uint32_t blocked : {0u, msr::kInterruptEnable | msr::kBreak, msr::kInterruptEnable | msr::kExceptionInProgress}) {
    Interrupted program({kNop, kNop});
    program.msr() = blocked;
    program.ring();
    program.steps(2);
    REQUIRE(program.pc() == Program::kStart + 8);
  }
}

TEST_CASE("an interrupt does not separate a branch from its slot, nor an IMM from its user") {
  Interrupted slot({word(Op::brid, 8), word(Op::addik, 3, 0, 3), kNop});
  slot.step();
  slot.ring();
  slot.step();
  REQUIRE(slot.r(3) == 3);
  slot.step();
  REQUIRE(slot.r(14) == Program::kStart + 8);

  Interrupted prefix({word(Op::imm, 1), word(Op::addik, 3, 0, 3), kNop});
  prefix.step();
  prefix.ring();
  prefix.step();
  REQUIRE(prefix.r(3) == 0x10003);
  prefix.step();
  REQUIRE(prefix.r(14) == Program::kStart + 8);
}

TEST_CASE("RTID enables behind its slot") {
  Interrupted program({kNop, kNop});
  program.put(kInterruptVector, {word(Op::rtid, 14, 0), word(Op::mfs, 3, special::kMsr)});
  program.ring();
  program.steps(2);
  REQUIRE(program.msr() == msr::kInterruptEnable);
  REQUIRE(program.r(3) == msr::kPvr);
  REQUIRE(program.pc() == Program::kStart);
  program.core.interrupt(false, program.core.now());
  program.steps(2);
  REQUIRE(program.pc() == Program::kStart + 8);
}

TEST_CASE("an input that is still active interrupts again") {
  Interrupted program({kNop, kNop});
  program.put(kInterruptVector, {word(Op::rtid, 14, 0), word(Op::addik, 3, 3, 1)});
  program.ring();
  program.core.run(program.core.now() + 30, kNever);
  REQUIRE(program.r(3) == 5);  // 3 to the vector, 2 for the return, 1 in its slot
  REQUIRE(program.r(14) == Program::kStart);
}

TEST_CASE("breaks") {
  SECTION("by instruction: BIP stays") {
    Program program({word(Op::brki, 16, 0x18)});
    program.core.cpu().reservation = true;
    program.step();
    REQUIRE(program.pc() == kBreakVector);
    REQUIRE(program.r(16) == Program::kStart);
    REQUIRE(program.msr() == 0);
    REQUIRE(!program.core.cpu().reservation);
  }
  SECTION("by instruction, to an address in a register") {
    Program program({word(Op::brk, 16, 5)});
    program.r(5) = 0x800;
    program.step();
    REQUIRE(program.pc() == 0x800);
  }
  SECTION("by input: BIP is set, a second one waits, RTBD clears it behind its slot") {
    Interrupted program({kNop, kNop});
    program.put(kBreakVector, {word(Op::rtbd, 16, 0), word(Op::mfs, 3, special::kMsr)});
    program.core.request_break(true, program.core.now());
    program.step();
    REQUIRE(program.r(16) == Program::kStart);
    REQUIRE(program.msr() == (msr::kInterruptEnable | msr::kBreak));
    program.core.request_break(true, program.core.now());
    program.ring();
    program.step();
    REQUIRE(program.r(3) == (msr::kInterruptEnable | msr::kBreak | msr::kPvr));
    REQUIRE(program.msr() == msr::kInterruptEnable);
    program.step();  // breaks come before interrupts
    REQUIRE(program.r(16) == Program::kStart);
    REQUIRE(program.pc() == kBreakVector + 4);
  }
  SECTION("by input, not maskable") {
    Program program({kNop, kNop});
    program.msr() = msr::kBreak;
    program.core.request_break(true, program.core.now());
    program.step();
    REQUIRE(program.pc() == Program::kStart + 4);
    program.core.request_break(false, program.core.now());
    program.step();
    REQUIRE(program.pc() == kBreakVector + 4);
  }
}

TEST_CASE("a core asleep wakes by its interrupt input, also when interrupts are disabled") {
  Program program({word(Op::sleep), kNop});
  program.run();
  REQUIRE(program.core.state() == core::CoreState::Idle);
  REQUIRE(program.core.next_time() == kNever);
  const Cycle asleep = program.core.now();
  program.core.interrupt(true, asleep + 100);
  REQUIRE(program.core.state() == core::CoreState::Running);
  REQUIRE(program.core.now() == asleep + 100 + penalty::kWakeUp);
  REQUIRE(program.core.causes()[Cause::Idle] == 100 + penalty::kWakeUp);
  program.step();
  REQUIRE(program.pc() == Program::kStart + 8);

  Program awake({word(Op::sleep), kNop});
  awake.core.interrupt(true, awake.core.now());
  awake.steps(1);
  REQUIRE(awake.core.state() == core::CoreState::Running);
}

TEST_CASE("changes of MSR take effect one instruction later, the carry of MSRSET and MSRCLR at once") {
  SECTION("MSRSET") {
    Interrupted program({word(Op::msrset, 3, msr::kInterruptEnable | msr::kCarry), word(Op::addkc, 4, 0, 0), kNop});
    program.msr() = msr::kDivide;
    program.ring();
    program.steps(2);
    REQUIRE(program.r(3) == (msr::kDivide | msr::kPvr));  // as it was
    REQUIRE(program.r(4) == 1);
    REQUIRE(program.r(14) == 0);
    program.step();
    REQUIRE(program.r(14) == Program::kStart + 8);
  }
  SECTION("MSRCLR") {
    Program program({word(Op::msrclr, 3, msr::kCarry | msr::kDivide), word(Op::mfs, 4, special::kMsr), word(Op::mfs, 5, special::kMsr)});
    program.msr() = msr::kCarry | msr::kDivide;
    program.steps(3);
    REQUIRE(program.r(3) == (msr::kCarryCopy | msr::kCarry | msr::kDivide | msr::kPvr));
    REQUIRE(program.r(4) == (msr::kDivide | msr::kPvr));
    REQUIRE(program.r(5) == msr::kPvr);
  }
  SECTION("MTS") {
    Program program({word(Op::mts, special::kMsr, 6), word(Op::addkc, 3, 0, 0), word(Op::addkc, 4, 0, 0)});
    program.r(6) = msr::kCarry;
    program.steps(3);
    REQUIRE(program.r(3) == 0);
    REQUIRE(program.r(4) == 1);
  }
  SECTION("what the instruction in between sets itself stays") {
    Program program({word(Op::mts, special::kMsr, 6), word(Op::add, 3, 5, 5), word(Op::addkc, 4, 0, 0)});
    program.r(5) = 0x80000000;
    program.steps(3);
    REQUIRE(program.r(4) == 1);
  }
  SECTION("one behind the other") {
    Program program({word(Op::mts, special::kMsr, 6), word(Op::msrset, 3, msr::kExceptionEnable), kNop, kNop});
    program.r(6) = msr::kInterruptEnable;
    program.steps(4);
    REQUIRE(program.msr() == (msr::kInterruptEnable | msr::kExceptionEnable));
  }
}
