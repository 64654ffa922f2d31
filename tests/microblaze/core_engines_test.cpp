// The fast engine against the reference engine: stopped at every cycle, interrupted at every cycle.

#include <catch2/catch.hpp>
#include <sstream>

#include "tests/microblaze/core_program.h"

using namespace epysim;
using namespace epysim::microblaze;

namespace {

constexpr Address kHandler = 0x40, kBreakHandler = 0x60, kData = 0x1000, kPatched = Program::kStart + 4;
constexpr std::uint32_t kOutside = 0x8000;  // upper half of an address beyond block RAM
constexpr Cycle kEnd = 1500;

std::uint32_t back(Address from, Address to) { return to - from; }

/// Loops over everything that blocks treat in a way of its own: an IMM, branches of every kind with and without delay slots, results on
/// their way into slots and targets, divisions by zero, misaligned and shared data, accesses to the outside, code that changes. The handler
/// counts in r20 and stores to the outside, which ends the interrupt.
void write_program(Program& program) {
  program.put(0x10, {word(Op::brai, kHandler), 0, word(Op::brai, kBreakHandler)});
  program.put(kHandler, {word(Op::addik, 20, 20, 1), word(Op::imm, kOutside), word(Op::swi, 20, 0, 0x100), word(Op::rtid, 14, 0),
                         word(Op::addik, 22, 22, 1)});
  program.put(kBreakHandler, {word(Op::addik, 30, 30, 1), word(Op::rtbd, 16, 0), word(Op::addik, 31, 31, 1)});
  Address at = program.put(Program::kStart, {word(Op::addik, 3, 0, 6), word(Op::addik, 4, 4, 1)});
  const Address loop = at;
  at = program.put(at, {word(Op::imm, 1), word(Op::addik, 5, 5, 0x8001),                              //
                        word(Op::lwi, 6, 0, kData), word(Op::add, 7, 6, 5), word(Op::addc, 8, 8, 7),  //
                        word(Op::swi, 7, 0, kData + 4), word(Op::beqid, 0, 8), word(Op::lwi, 9, 0, kData), word(Op::mul, 10, 9, 5),
                        word(Op::rsubk, 11, 10, 9)});
  // A call, and back; the callee lies behind the loop.
  const Address call = at, after_call = at + 8;
  at = program.put(at, {0, word(Op::src, 12, 12), word(Op::bgti, 3, 8), word(Op::idiv, 13, 0, 5)});
  at = program.put(at, {word(Op::addik, 16, 0, at + 16), word(Op::bslli, 17, 5, 3), word(Op::brd, 0), word(Op::lhui, 18, 17, 1),
                        word(Op::fadd, 19, 17, 18)});
  program.put(at - 12, {word(Op::brad, 16)});
  at = program.put(
      at, {word(Op::imm, kOutside), word(Op::lwi, 21, 0, 0x200), word(Op::addk, 21, 21, 21), word(Op::lwi, 23, 0, kData + 0x20),  // shared
           word(Op::lwi, 24, 0, kPatched), word(Op::addik, 24, 24, 1), word(Op::swi, 24, 0, kPatched), word(Op::imm, 2),
           word(Op::addik, 2, 2, 5), word(Op::addik, 3, 3, 0xffff)});
  at = program.put(at, {word(Op::bneid, 3, back(at, loop)), word(Op::lbui, 25, 0, kData + 1)});
  at = program.put(at, {word(Op::bri, back(at, Program::kStart))});
  program.put(call, {word(Op::brlid, 15, at - call)});
  program.put(at, {word(Op::cmpu, 26, 5, 4), word(Op::bltid, 26, 12), word(Op::addik, 27, 27, 1), word(Op::fmul, 28, 5, 5),
                   word(Op::rtsd, 15, 8), word(Op::lwi, 29, 0, kData + 8)});
  REQUIRE(after_call == call + 8);
}

struct Machine {
  /// `visits`: after so many of a place a block is made of it; 0: none.
  Machine(const Options& options, unsigned visits) : program({}, options) {
    write_program(program);
    if (visits != 0) program.core.use_fast_engine(visits);
    program.core.share(kData + 0x20);
    program.around.memory[0x80000200] = 7;
    program.msr() |= msr::kInterruptEnable;
  }
  /// To `until`, in pieces; a store to the outside ends an interrupt.
  void run(Cycle until, Cycle piece) {
    Core& core = program.core;
    while (core.now() < until) {
      core.run(std::min(until, core.now() + piece), kNever);
      if (program.around.answer.at == kNever) continue;
      if (program.around.asked.back().store) core.interrupt(false, core.now());
      const Around::Answer answer = std::exchange(program.around.answer, {});
      core.complete(answer.value, answer.error, answer.at);
    }
  }
  /// All that a program can see of it, and what its cycles were for.
  std::string state() const {
    std::ostringstream text;
    const CpuState& cpu = program.core.cpu();
    text << "cycle " << program.core.now() << " pc " << std::hex << cpu.pc << " msr " << cpu.msr << " btr " << cpu.btr << " fsr " << cpu.fsr
         << " said " << program.around.said.size() << " asked " << program.around.asked.size();
    for (const std::uint32_t value : cpu.r) text << ' ' << value;
    for (Address at = kData; at < kData + 0x30; at += 4) text << ' ' << program.core.local().load<std::uint32_t>(at);
    const core::CauseAccount causes = program.core.causes();
    for (std::size_t i = 0; i < core::kCauseCount; ++i) text << ' ' << causes[static_cast<core::Cause>(i)];
    text << " floating " << program.core.snapshot().issued.value().floating;
    return text.str();
  }

  Program program;
};

Options shared_port(Options options) {
  options.shared_port_cycles = 1;
  return options;
}
Options exceptional(Options options) {
  options.exceptions.divide = options.exceptions.fpu = options.exceptions.unaligned = false;
  options.big_endian = true;
  return options;
}

void stopped_at_every_cycle(const Options& options) {
  Machine to_end(options, 0);
  to_end.run(2 * kEnd, kEnd);
  Machine reference(options, 0);
  Machine eager_stepped(options, 1);
  Machine stepped(options, 5);
  for (Cycle at = 20; at < kEnd; ++at) {
    reference.run(at, 1);
    for (const unsigned visits : {1, 5}) {
      Machine whole(options, visits);
      whole.run(at, kEnd);
      REQUIRE(whole.state() == reference.state());
      whole.run(2 * kEnd, kEnd);
      REQUIRE(whole.state() == to_end.state());
    }
    for (Machine* each : {&eager_stepped, &stepped}) {
      each->run(at, 1);
      REQUIRE(each->state() == reference.state());
    }
  }
  REQUIRE(reference.program.r(4) > 3);  // it has gone round, with changed code
}

void interrupted_at_every_cycle(const Options& options) {
  for (Cycle at = 20; at < kEnd; ++at) {
    Machine reference(options, 0), fast(options, 3), eager(options, 1);
    for (Machine* each : {&reference, &fast, &eager}) {
      each->run(at, kEnd);
      each->program.core.interrupt(true, each->program.core.now());
      each->run(kEnd + 200, 7);
    }
    REQUIRE(fast.state() == reference.state());
    REQUIRE(eager.state() == reference.state());
    REQUIRE(eager.program.r(20) == 1);
  }
}

}  // namespace

TEST_CASE("the fast engine stops at every cycle where the reference engine stops") {
  SECTION("five stages") { stopped_at_every_cycle(full()); }
  SECTION("five stages, one port of local memory") { stopped_at_every_cycle(shared_port(full())); }
  SECTION("three stages") { stopped_at_every_cycle(full_three()); }
  SECTION("the other byte order") { stopped_at_every_cycle(exceptional(full())); }
}

TEST_CASE("the fast engine takes an interrupt where the reference engine takes it") {
  SECTION("five stages") { interrupted_at_every_cycle(shared_port(full())); }
  SECTION("three stages") { interrupted_at_every_cycle(full_three()); }
}

TEST_CASE("both engines take breaks, and the interrupt behind them, alike") {
  for (Cycle at = 20; at < 400; ++at) {
    std::string states[2];
    for (const bool eager : {false, true}) {
      Machine machine(full(), eager ? 1 : 0);
      machine.run(at, kEnd);
      machine.program.core.request_break(true, machine.program.core.now());
      machine.program.core.interrupt(true, machine.program.core.now());
      machine.run(700, 1);
      states[eager ? 1 : 0] = machine.state();
      REQUIRE(machine.program.r(30) == 1);
      REQUIRE(machine.program.r(31) == 1);
      REQUIRE(machine.program.r(20) == 1);
    }
    REQUIRE(states[0] == states[1]);
  }
}

TEST_CASE("code that comes from outside drops blocks") {
  for (const bool eager : {false, true}) {
    Program program({word(Op::addik, 3, 3, 1), word(Op::bri, 0u - 4)});
    if (eager) program.core.use_fast_engine(1);
    program.run(1000);
    const std::uint32_t before = program.r(3);
    program.put(Program::kStart, {word(Op::addik, 3, 3, 0xffff)});
    program.run(1000 + 4 * before);
    REQUIRE(program.r(3) < 5);
  }
}
