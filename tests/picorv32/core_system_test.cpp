// What the core does beyond computing: memory, faults, its interrupts, counters, system calls, reset.

#include <catch2/catch.hpp>

#include "tests/picorv32/core_program.h"

using namespace epysim;
using namespace epysim::picorv32;
using core::CoreState;
using core::Misuse;

namespace {

constexpr Address kData = 0x400;
constexpr Address kHandler = 0x10;

Options without(bool Options::*option) {
  Options options;
  options.*option = false;
  return options;
}

/// One instruction that ends in a trap, and what is said about it.
std::string trap_of(std::uint32_t code, Misuse kind, const Options& options = {}, std::uint32_t a0 = 0) {
  Program program({code}, options);
  program.x(10) = a0;
  program.run();
  REQUIRE(program.core.state() == CoreState::Halted);
  REQUIRE(program.core.pc() == Program::kStart);
  REQUIRE(program.around.said.size() == 1);
  REQUIRE(program.around.said[0].kind == kind);
  REQUIRE(program.around.said[0].pc == Program::kStart);
  return program.around.said[0].text;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------------ memory

TEST_CASE("loads extend, stores cut") {
  Program program({word(Op::lb, 5, 0, 10), word(Op::lbu, 6, 0, 10), word(Op::lh, 7, 0, 10), word(Op::lhu, 8, 0, 10), word(Op::lw, 9, 0, 10),
                   word(Op::sb, 11, 4, 10), word(Op::sh, 11, 6, 10), word(Op::sw, 11, 8, 10)});
  program.core.local().store<std::uint32_t>(kData, 0x8070fe91);
  program.x(10) = kData;
  program.x(11) = 0xa1b2c3d4;
  program.step(8);
  REQUIRE(program.x(5) == 0xffffff91);
  REQUIRE(program.x(6) == 0x91);
  REQUIRE(program.x(7) == 0xfffffe91);
  REQUIRE(program.x(8) == 0xfe91);
  REQUIRE(program.x(9) == 0x8070fe91);
  REQUIRE(program.core.local().load<std::uint32_t>(kData + 4) == 0xc3d400d4);
  REQUIRE(program.core.local().load<std::uint32_t>(kData + 8) == 0xa1b2c3d4);
}

TEST_CASE("outside block RAM they are asked for, and extended as well") {
  Program program(
      {word(Op::sw, 11, 0, 10), word(Op::sh, 11, 4, 10), word(Op::sb, 11, 6, 10), word(Op::lb, 5, 3, 10), word(Op::lhu, 6, 0, 10)});
  program.x(10) = Around::kMemory;
  program.x(11) = 0xa1b2c3d4;
  program.cycles_to(Program::kStart + 20);
  REQUIRE(program.x(5) == 0xffffffa1);
  REQUIRE(program.x(6) == 0xc3d4);
  const auto& asked = program.around.asked;
  REQUIRE(asked.size() == 5);
  REQUIRE((asked[1].store && asked[1].bytes == 2 && asked[1].value == 0xc3d4));
  REQUIRE((asked[2].store && asked[2].bytes == 1 && asked[2].value == 0xd4));
  REQUIRE((!asked[3].store && asked[3].bytes == 1 && asked[3].address == Around::kMemory + 3));
}

TEST_CASE("a register that is zero stays so") {
  Program program({word(Op::addi, 0, 0, 5), word(Op::lw, 0, kData, 0), word(Op::jal, 0, 4), word(Op::add, 5, 0, 0)});
  program.core.local().store<std::uint32_t>(kData, 7);
  program.x(5) = 1;
  program.step(4);
  REQUIRE(program.x(0) == 0);
  REQUIRE(program.x(5) == 0);
}

TEST_CASE("freshly written code runs") {
  Program program({word(Op::addi, 5, 0, 1), word(Op::sw, 11, Program::kStart, 0), word(Op::jal, 0, 0u - 8)});
  program.x(11) = word(Op::addi, 5, 0, 2);
  program.step(4);
  REQUIRE(program.x(5) == 2);
}

TEST_CASE("a misaligned access stops the core, and is not made") {
  REQUIRE(trap_of(word(Op::lw, 5, 1, 10), Misuse::Unaligned, {}, kData) == "unaligned load of 4 bytes at 0x00000401; the core halts");
  REQUIRE(trap_of(word(Op::lhu, 5, 3, 10), Misuse::Unaligned, {}, kData) == "unaligned load of 2 bytes at 0x00000403; the core halts");
  REQUIRE(trap_of(word(Op::sw, 5, 2, 10), Misuse::Unaligned, {}, kData) == "unaligned store of 4 bytes at 0x00000402; the core halts");
  Program program({word(Op::sh, 11, kData + 1, 0)});
  program.x(11) = ~0u;
  program.run();
  REQUIRE(program.core.local().load<std::uint32_t>(kData) == 0);
}

TEST_CASE("jumps to no multiple of 4 are reported, and go below") {
  Program program({word(Op::jalr, 1, 3, 10)});
  program.x(10) = 0x200;
  program.step();
  REQUIRE(program.core.pc() == 0x200);
  REQUIRE(program.x(1) == Program::kStart + 4);
  REQUIRE(program.around.said[0].text == "jump to 0x00000202, which is no multiple of 4: goes to 0x00000200");
}

TEST_CASE("there is code in block RAM only") {
  Program program({word(Op::jalr, 0, 0, 10)});
  program.x(10) = Around::kMemory;
  program.run();
  REQUIRE(program.core.state() == CoreState::Halted);
  REQUIRE(program.around.said[0].text == "instruction fetch from 0x20000000: there is code in block RAM only; the core halts");
}

// ------------------------------------------------------------------------------------------------------------------- traps

TEST_CASE("what is no instruction stops the core, with a remedy where there is one") {
  REQUIRE(trap_of(0xffffffff, Misuse::Unimplemented) == "the word 0xffffffff is no instruction of this core; the core halts");
  REQUIRE(trap_of(0x30001073, Misuse::Unimplemented) == "the word 0x30001073 is no instruction of this core; the core halts");
  REQUIRE(trap_of(0x1234450d, Misuse::Unimplemented) ==
          "the half-word 0x0000450d is a compressed instruction, which this core has not: compile with -march=rv32im; the core halts");
  REQUIRE(trap_of(word(Op::mul, 5, 6, 7), Misuse::Unimplemented, without(&Options::multiplier)) ==
          "mul t0,t1,t2 needs a core with ENABLE_MUL: compile with -march=rv32i; the core halts");
  REQUIRE(trap_of(word(Op::remu, 5, 6, 7), Misuse::Unimplemented, without(&Options::divider)) ==
          "remu t0,t1,t2 needs a core with ENABLE_DIV: compile with -march=rv32i; the core halts");
  REQUIRE(trap_of(word(Op::rdcycle, 5), Misuse::Unimplemented, without(&Options::counters)) ==
          "rdcycle t0 needs a core with ENABLE_COUNTERS; the core halts");
  REQUIRE(trap_of(word(Op::waitirq, 5), Misuse::Unimplemented, without(&Options::interrupts)) ==
          "waitirq t0 needs a core with ENABLE_IRQ; the core halts");
}

TEST_CASE("EBREAK stops the core, and ECALL when it is no system call") {
  REQUIRE(trap_of(word(Op::ebreak), Misuse::Trap) == "ebreak; the core halts");
  REQUIRE(trap_of(word(Op::ecall), Misuse::Trap, without(&Options::linux_system_calls)) == "ecall; the core halts");
}

TEST_CASE("FENCE does nothing") {
  Program program({0x0ff0000f, 0x8330000f, kNop});
  program.step(2);
  REQUIRE(program.core.pc() == Program::kStart + 8);
  REQUIRE(program.around.said.empty());
}

// -------------------------------------------------------------------------------------------------------------- interrupts

TEST_CASE("the core wakes from waitirq without taking an interrupt that is masked") {
  Program program({word(Op::waitirq, 5), word(Op::waitirq, 6)});
  program.run();
  REQUIRE(program.core.state() == CoreState::Idle);
  REQUIRE(program.core.pc() == Program::kStart);
  program.core.interrupt(true, 100);
  program.core.interrupt(false, 100);
  REQUIRE(program.core.state() == CoreState::Running);
  REQUIRE(program.core.causes()[core::Cause::Idle] == 100 - program.begin);
  program.step(2);
  REQUIRE(program.x(5) == 8);
  REQUIRE(program.x(6) == 8);  // it stays pending
  REQUIRE(program.core.pc() == Program::kStart + 8);
}

TEST_CASE("an interrupt that is not masked calls the handler, once") {
  Program program({word(Op::maskirq, 5, 0), kNop, kNop});
  program.put(kHandler, {word(Op::getq, 6, 0), word(Op::getq, 7, 1), word(Op::setq, 2, 7), word(Op::getq, 8, 2), word(Op::retirq)});
  program.step();
  REQUIRE(program.x(5) == ~0u);
  program.core.interrupt(true, program.core.now());
  program.core.interrupt(false, program.core.now());
  const Cycle before = program.core.now();
  program.step();  // enters, and executes the first instruction of the handler
  REQUIRE(program.core.now() - before == penalty::kHandler + 4);
  REQUIRE(program.core.causes()[core::Cause::Interrupt] == penalty::kHandler);
  program.step(3);
  REQUIRE(program.x(6) == Program::kStart + 4);
  REQUIRE(program.x(7) == 8);
  REQUIRE(program.x(8) == 8);
  program.step();
  REQUIRE(program.core.pc() == Program::kStart + 4);
  program.step(2);
  REQUIRE(program.core.pc() == Program::kStart + 12);
}

TEST_CASE("a handler is not interrupted; what is pending calls it again") {
  Program program({word(Op::maskirq, 0, 0), kNop});
  program.put(kHandler, {kNop, word(Op::retirq)});
  program.step();
  program.core.interrupt(true, program.core.now());
  program.step(2);
  REQUIRE(program.core.pc() == Program::kStart + 4);
  program.step();  // the line is still high
  REQUIRE(program.core.pc() == kHandler + 4);
}

TEST_CASE("faults raise interrupts where they are not masked") {
  SECTION("a misaligned access ignores the low bits, and is made") {
    Program program({word(Op::maskirq, 0, 0), word(Op::lw, 5, kData + 1, 0)});
    program.core.local().store<std::uint32_t>(kData, 77);
    program.step(3);
    REQUIRE(program.x(5) == 77);
    REQUIRE(program.core.cpu().q[0] == Program::kStart + 8);
    REQUIRE(program.core.cpu().q[1] == 4);
  }
  SECTION("an instruction that does not exist is skipped") {
    Program program({word(Op::maskirq, 0, 0), 0xffffffff});
    program.put(kHandler, {kNop});
    program.step(3);
    REQUIRE(program.core.cpu().q[0] == Program::kStart + 8);
    REQUIRE(program.core.cpu().q[1] == 2);
    REQUIRE(program.around.said.empty());
  }
  SECTION("in the handler they stop the core") {
    Program program({word(Op::maskirq, 0, 0), word(Op::ebreak)});
    program.put(kHandler, {word(Op::ebreak)});
    program.run();
    REQUIRE(program.core.state() == CoreState::Halted);
    REQUIRE(program.core.pc() == kHandler);
    REQUIRE(program.around.said[0].text == "ebreak; the core halts");
  }
}

TEST_CASE("without interrupts the line means nothing") {
  Program program({kNop, kNop}, without(&Options::interrupts));
  program.core.interrupt(true, program.core.now());
  program.step(2);
  REQUIRE(program.core.pc() == Program::kStart + 8);
}

// ------------------------------------------------------------------------------------- counters, system calls, reset

TEST_CASE("counters count from the reset on, this instruction included") {
  Program program({word(Op::rdcycle, 5), kNop, word(Op::rdcycle, 6), word(Op::rdinstret, 7), word(Op::rdcycleh, 8), word(Op::rdinstreth, 9),
                   word(Op::rdtime, 11)});
  program.step(7);
  REQUIRE(program.x(5) == 0);
  REQUIRE(program.x(6) == 4 + 3);
  REQUIRE(program.x(7) == 4);
  REQUIRE(program.x(8) == 0);
  REQUIRE(program.x(9) == 0);
  REQUIRE(program.x(11) == 7 + 4 * 4);
  program.core.reset(program.core.now());
  program.core.start(Program::kStart, program.core.now());
  program.step(4);
  REQUIRE(program.x(6) == 7);
  REQUIRE(program.x(7) == 4);
}

TEST_CASE("system calls have Linux's numbers") {
  Program program({word(Op::ecall), word(Op::ecall), kNop});
  program.x(17) = 64;
  program.x(10) = 1;
  program.x(11) = kData;
  program.x(12) = 5;
  program.around.reply = {5, 0};
  program.step();
  REQUIRE(program.around.calls[0] == std::array<std::uint32_t, 4>{5, 1, kData, 5});
  REQUIRE(program.x(10) == 5);
  program.x(17) = 93;
  program.x(10) = 3;
  program.run();
  REQUIRE(program.core.state() == CoreState::Exited);
  REQUIRE(program.core.snapshot().exit_code == 3);
}

TEST_CASE("a system call that nobody serves fails") {
  Program program({word(Op::ecall), kNop});
  program.x(17) = 9999;
  program.step();
  REQUIRE(program.x(10) == 0u - 38);
  REQUIRE(program.around.said[0].text == "system call 9999 has no service: it fails");
}

TEST_CASE("a reset keeps the registers, masks interrupts, and begins at address 0") {
  Program program({word(Op::maskirq, 0, 0), word(Op::sw, 5, 0, 10)});
  program.x(5) = 55;
  program.x(10) = Around::kMemory;
  program.step(2);  // the store is under way
  program.core.reset(500);
  REQUIRE(program.core.state() == CoreState::Reset);
  REQUIRE(program.x(5) == 55);
  REQUIRE(program.core.cpu().mask == ~0u);
  REQUIRE(program.core.life() == 1);
  program.core.start(std::nullopt, 600);
  REQUIRE(program.core.pc() == 0);
  REQUIRE(program.core.now() == 600 + penalty::kRelease);
  REQUIRE(program.core.causes().total() == program.core.now());
}
