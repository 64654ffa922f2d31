// Special registers, options, reset, system calls, streams, and what the core says to programs that ask too much of it.

#include <catch2/catch.hpp>

#include "sim/core/error.h"
#include "sim/microblaze/pvr.h"
#include "tests/microblaze/core_program.h"

using namespace epysim;
using namespace epysim::microblaze;
using core::Cause;
using core::CoreState;
using core::Misuse;

namespace {

constexpr std::uint32_t kNop = 0x80000000;

/// What a core with these options says to one instruction; it must halt.
std::string refusal(std::uint32_t code, const Options& options = Options::preset("mb-default")) {
  Program program({code, kNop}, options);
  program.step();
  REQUIRE(program.core.state() == CoreState::Halted);
  REQUIRE(program.pc() == Program::kStart);
  REQUIRE(program.around.said.size() == 1);
  REQUIRE(program.around.said[0].kind == Misuse::Unimplemented);
  REQUIRE(program.around.said[0].pc == Program::kStart);
  REQUIRE(program.core.snapshot().diagnostics == 1);
  return program.around.said[0].text;
}

}  // namespace

TEST_CASE("an instruction whose option is off is refused with the name of the option and what to compile with") {
  REQUIRE(refusal(word(Op::mul, 3, 4, 5)) ==
          "mul r3, r4, r5 needs a core with C_USE_HW_MUL of 1 or 2: compile with -mxl-soft-mul; the core halts");
  REQUIRE(refusal(word(Op::bslli, 3, 4, 5)) ==
          "bslli r3, r4, 5 needs a core with C_USE_BARREL: compile without -mxl-barrel-shift; the core halts");
  REQUIRE(refusal(word(Op::idiv, 3, 4, 5)) == "idiv r3, r4, r5 needs a core with C_USE_DIV: compile with -mxl-soft-div; the core halts");
  REQUIRE(refusal(word(Op::fadd, 3, 4, 5)) ==
          "fadd r3, r4, r5 needs a core with C_USE_FPU of 1 or 2: compile with -msoft-float; the core halts");
  REQUIRE(refusal(word(Op::flt, 3, 4), Options::preset("mb-default-fpu")) ==
          "flt r3, r4 needs a core with C_USE_FPU of 2: compile without -mxl-float-convert and -mxl-float-sqrt; the core halts");
  REQUIRE(refusal(word(Op::clz, 3, 4)) ==
          "clz r3, r4 needs a core with C_USE_PCMP_INSTR: compile without -mxl-pattern-compare; the core halts");
  REQUIRE(refusal(word(Op::msrset, 3, 4)) == "msrset r3, 4 needs a core with C_USE_MSR_INSTR: use MFS and MTS instead; the core halts");
  REQUIRE(refusal(word(Op::get, 3, 1)) == "get r3, rfsl1 needs a core with C_FSL_LINKS: there is nothing to replace it; the core halts");
  Options options = full();
  options.reorder = false;
  options.multiplier = 1;
  options.exceptions.illegal_opcode = false;
  REQUIRE(refusal(word(Op::lwr, 3, 4, 5), options) ==
          "lwr r3, r4, r5 needs a core with C_USE_REORDER_INSTR: compile with -mno-xl-reorder; the core halts");
  REQUIRE(refusal(word(Op::mulhu, 3, 4, 5), options) ==
          "mulhu r3, r4, r5 needs a core with C_USE_HW_MUL of 2: compile without -mxl-multiply-high; the core halts");
}

TEST_CASE("words that are no instruction are refused") {
  for (const std::uint32_t opcode : {0x14u, 0x15u, 0x17u, 0x1au, 0x1cu, 0x1du, 0x1eu, 0x1fu, 0x33u, 0x37u, 0x3bu, 0x3fu}) {
    REQUIRE(refusal(opcode << 26).ends_with(" is no instruction; the core halts"));
  }
  REQUIRE(refusal(0x00000001u) == "the word 0x00000001 is no instruction; the core halts");
  // Also with the exception: the core does not look at these bits.
  Program program({0x00000001u});
  program.msr() = msr::kExceptionEnable;
  program.step();
  REQUIRE(program.core.state() == CoreState::Halted);
}

TEST_CASE("undefined instructions can be NOPs") {
  Options options = Options::preset("mb-default");
  options.undefined_is_nop = true;
  Program program({word(Op::mul, 3, 5, 5), 0x50000000u, word(Op::brid, 8), word(Op::bri, 8), kNop}, options);
  program.r(5) = 5;
  program.steps(1);
  program.cycles_to(Program::kStart + 16);
  REQUIRE(program.r(3) == 0);
  REQUIRE(program.around.said.size() == 3);
  REQUIRE(program.around.said[0].text == "mul r3, r5, r5 needs a core with C_USE_HW_MUL of 1 or 2: compile with -mxl-soft-mul");
  REQUIRE(program.around.said[2].kind == Misuse::Slot);
}

TEST_CASE("branches, breaks and IMM have no business in a delay slot") {
  for (const std::uint32_t code :
       {word(Op::bri, 8), word(Op::beqid, 5, 8), word(Op::rtsd, 15, 8), word(Op::brki, 16, 0x18), word(Op::imm, 5)}) {
    Program program({word(Op::brid, 8), code, kNop});
    program.cycles_to(Program::kStart + 4);
    program.step();
    REQUIRE(program.core.state() == CoreState::Halted);
    REQUIRE(program.pc() == Program::kStart + 4);
    REQUIRE(program.around.said[0].kind == Misuse::Slot);
  }
  Program program({word(Op::brid, 8), word(Op::bri, 16)});
  program.run();
  REQUIRE(program.around.said[0].text == "bri 16 in a delay slot, where no branch, break or IMM may be; the core halts");
}

TEST_CASE("code outside block RAM") {
  Program program({word(Op::bra, 5)});
  program.r(5) = Around::kMemory;
  program.run();
  REQUIRE(program.core.state() == CoreState::Halted);
  REQUIRE(program.around.said[0].kind == Misuse::Unmapped);
  REQUIRE(program.around.said[0].pc == Around::kMemory);
  REQUIRE(program.around.said[0].text == "instruction fetch from 0x20000000: there is code in block RAM only; the core halts");
}

TEST_CASE("a branch to a misaligned address") {
  Program program({word(Op::bra, 5)});
  program.r(5) = Program::kStart + 18;
  program.cycles_to(Program::kStart + 16);
  REQUIRE(program.around.said[0].text == "branch to 0x00000112, which is no multiple of 4: goes to 0x00000110");
}

TEST_CASE("the same mistake at the same place is reported once, and counted each time") {
  Options options = full();
  options.exceptions.unaligned = false;
  Program program({word(Op::lwi, 3, 0, 1), word(Op::bri, 0u - 4)}, options);
  program.run(program.core.now() + 40);
  REQUIRE(program.around.said.size() == 1);
  REQUIRE(program.core.snapshot().diagnostics == 10);
}

TEST_CASE("nobody answers, without an exception for it") {
  Program program({word(Op::lwi, 3, 5, 0)}, Options::preset("mb-default"));
  program.r(3) = 3;
  program.r(5) = 0x10000000;
  program.cycles_to(Program::kStart + 4);
  REQUIRE(program.r(3) == 0);
}

TEST_CASE("special registers") {
  Program program({word(Op::mts, special::kFsr, 5), word(Op::mfs, 3, special::kFsr), word(Op::mfs, 4, special::kPc),
                   word(Op::mfs, 6, special::kPvr0), word(Op::mfs, 7, special::kEar), word(Op::mfs, 8, special::kBtr)});
  program.r(5) = 0xffffffff;
  program.core.cpu().ear = 0x1234;
  program.core.cpu().btr = 0x5678;
  program.steps(6);
  REQUIRE(program.r(3) == 0x1f);
  REQUIRE(program.r(4) == Program::kStart + 8);
  REQUIRE(program.r(6) == 0xfc202400);
  REQUIRE(program.r(7) == 0x1234);
  REQUIRE(program.r(8) == 0x5678);
  REQUIRE(program.around.said.empty());

  Program wrong({word(Op::mts, special::kEar, 5), word(Op::mfs, 3, 2)});
  wrong.steps(2);
  REQUIRE(wrong.around.said.size() == 2);
  REQUIRE(wrong.around.said[0].text == "MTS to special register rear, which cannot be written: ignored");
  REQUIRE(wrong.around.said[1].text == "MFS from special register 0x00000002, which does not exist: reads 0");
}

TEST_CASE("MSR: bits that nobody can write, and the copy of the carry") {
  Program program({word(Op::mts, special::kMsr, 5), kNop, word(Op::mfs, 3, special::kMsr)}, Options::preset("mb-default"));
  program.r(5) = 0xffffffff & ~msr::kCarry;
  program.steps(3);
  REQUIRE(program.r(3) == 0x0000035a);
  program.msr() |= msr::kCarry;
  REQUIRE(program.core.read_special(special::kMsr) == 0x8000035e);
}

TEST_CASE("version registers say what the core was built with") {
  Options options = Options::preset("mb-default");
  for (unsigned i = 0; i < special::kPvrs; ++i) REQUIRE(version_register(options, i) == 0);
  options = full_three();
  options.user1 = 0x11;
  options.user2 = 0x22222222;
  options.streams = 3;
  options.reset_msr = msr::kExceptionEnable;
  REQUIRE(version_register(options, 0) == 0xfc202411);
  REQUIRE(version_register(options, 1) == 0x22222222);
  REQUIRE(version_register(options, 2) == 0xd003fe37);
  REQUIRE(version_register(options, 3) == 0x180);
  REQUIRE(version_register(options, 4) == 0);
  REQUIRE(version_register(options, 11) == 0x100);
  options.pvr = 1;
  REQUIRE(version_register(options, 0) == 0x7c202411);
  REQUIRE(version_register(options, 1) == 0x22222222);
  REQUIRE(version_register(options, 2) == 0);
}

TEST_CASE("presets") {
  const Options basic = Options::preset("mb-default");
  REQUIRE((!basic.barrel && basic.multiplier == 0 && !basic.divider && basic.fpu == 0 && basic.reorder && basic.shared_port_cycles == 1));
  REQUIRE(Options::preset("mb-default-fpu").fpu == 1);
  const Options all = Options::preset("mb-full");
  for (const Option option : {Option::Always, Option::Barrel, Option::Multiplier64, Option::Divider, Option::FpuExtended, Option::Pattern,
                              Option::MsrAccess, Option::Reorder}) {
    REQUIRE(all.has(option));
  }
  REQUIRE_THROWS_WITH(Options::preset("mb"),
                      "there are no MicroBlaze options \"mb\"; use \"mb-default\", \"mb-default-fpu\" or \"mb-full\"");
  REQUIRE_THROWS_AS(Options::preset("mb"), UsageError);
}

TEST_CASE("reset keeps registers and memory, and forgets everything else") {
  Options options = full();
  options.reset_msr = msr::kDivide;
  options.base_vectors = 0x40;
  Program program({word(Op::imm, 5), kNop, kNop}, options);
  program.step();
  program.r(5) = 55;
  program.core.cpu().esr = 1;
  program.core.cpu().ear = 2;
  program.core.cpu().fsr = 3;
  program.core.cpu().reservation = true;
  const Cycle now = program.core.now();
  const unsigned life = program.core.life();
  program.core.reset(now + 5);
  REQUIRE(program.core.state() == CoreState::Reset);
  REQUIRE(program.core.life() == life + 1);
  REQUIRE(program.core.next_time() == kNever);
  REQUIRE(program.r(5) == 55);
  REQUIRE(program.word_at(Program::kStart) == word(Op::imm, 5));
  REQUIRE(program.msr() == msr::kDivide);
  REQUIRE((program.core.cpu().esr | program.core.cpu().ear | program.core.cpu().fsr) == 0);
  REQUIRE(!program.core.cpu().reservation);
  program.put(0x40, {word(Op::addik, 3, 0, 3)});
  program.core.start(std::nullopt, now + 50);
  REQUIRE(program.core.now() == now + 50 + penalty::kRelease);
  program.step();
  REQUIRE(program.r(3) == 3);  // not 0x50003
  REQUIRE(program.pc() == 0x44);
  REQUIRE(program.core.causes().total() == program.core.now());
}

TEST_CASE("started at an entry, the stack is at the end of block RAM") {
  Program program;
  REQUIRE(program.pc() == Program::kStart);
  REQUIRE(program.r(1) == Program::kLocalBytes - 32);
}

TEST_CASE("halted, and on again") {
  Program program({kNop, kNop});
  const Cycle now = program.core.now();
  program.core.halt(now);
  REQUIRE(program.core.state() == CoreState::Halted);
  REQUIRE(program.core.next_time() == kNever);
  program.core.start(std::nullopt, now + 10);
  REQUIRE(program.core.now() == now + 10);
  program.step();
  REQUIRE(program.pc() == Program::kStart + 4);
}

TEST_CASE("system calls as Linux has them") {
  Program program({word(Op::brki, 14, 8), word(Op::brki, 14, 8), word(Op::brki, 14, 8), word(Op::brki, 14, 8)});
  program.r(12) = 4;  // write
  program.r(5) = 1;
  program.r(6) = 0x400;
  program.r(7) = 3;
  program.around.reply = {3, 0};
  program.step();
  REQUIRE(program.around.calls.back() == std::array<std::uint32_t, 4>{5, 1, 0x400, 3});
  REQUIRE(program.r(3) == 3);
  REQUIRE(program.r(14) == Program::kStart + 4);
  program.around.reply = {-1, 2};
  program.r(12) = 5;  // open, with O_CREAT | O_TRUNC
  program.r(6) = 01101;
  program.step();
  REQUIRE(program.around.calls.back() == std::array<std::uint32_t, 4>{2, 1, 0x601, 3});
  REQUIRE(program.r(3) == 0u - 2);
  program.r(12) = 999;
  program.step();
  REQUIRE(program.r(3) == 0u - 38);
  REQUIRE(program.around.said[0].text == "system call 999 has no service: it fails");
  program.r(12) = 1;  // exit
  program.r(5) = 42;
  program.step();
  REQUIRE(program.core.state() == CoreState::Exited);
  REQUIRE(program.core.snapshot().exit_code == 42);
  REQUIRE(program.core.next_time() == kNever);

  Options options = full();
  options.linux_system_calls = false;
  Program plain({word(Op::brki, 14, 8)}, options);
  plain.step();
  REQUIRE(plain.pc() == 8);
}

TEST_CASE("streams without anybody at the other end") {
  Options options = full();
  options.streams = 2;
  Program program({word(Op::get, 3, 0x4001), word(Op::put, 3, 0x4001), word(Op::get, 3, 1), kNop}, options);
  program.r(3) = 33;
  program.step();
  REQUIRE(program.carry());
  REQUIRE(program.r(3) == 33);
  program.msr() = 0;
  program.step();
  REQUIRE(program.carry());
  program.run();
  REQUIRE(program.core.next_time() == kNever);
  const Cycle blocked = program.core.now();
  program.core.settle(blocked + 50);
  REQUIRE(program.core.causes()[Cause::StreamWait] == 50);
  program.msr() = msr::kInterruptEnable;
  program.core.interrupt(true, blocked + 60);
  program.step();
  REQUIRE(program.r(14) == Program::kStart + 8);  // the GET will be tried again
}

TEST_CASE("the host's share of the waiting") {
  Program program({word(Op::lwi, 3, 5, 0), kNop});
  program.r(5) = Around::kMemory;
  program.step();
  program.core.begin_host_wait();
  program.core.settle(program.core.now() + 20);
  REQUIRE(program.core.causes()[Cause::HostWait] == 20);  // already
  program.core.end_host_wait();
  REQUIRE(program.core.causes()[Cause::HostWait] == 20);
  REQUIRE(program.core.causes()[Cause::OffChipLoad] == 0);
  REQUIRE(program.core.causes().total() == program.core.now());
}
