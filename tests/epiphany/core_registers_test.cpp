// Special registers: by number, by address, and what writing them does; misuse and what the core does then.

#include <catch2/catch.hpp>

#include "tests/epiphany/core_program.h"

namespace epysim::epiphany {

TEST_CASE("after a reset the registers are as the SDK's soft reset leaves them") {
  Program program;
  CHECK(program.get(special::CONFIG) == 0x00400000);
  CHECK(program.get(special::STATUS) == 0);
  CHECK(program.get(special::IMASK) == 0x3fe);
  CHECK(program.get(special::MESHCFG) == 2);
  CHECK(program.get(special::COREID) == 0x808);
  CHECK(program.core.state() == core::CoreState::Reset);
}

TEST_CASE("every register of the table can be written and read by its address") {
  struct Expectation {
    SpecialRegister number;
    std::uint32_t written, read;
  };
  const Expectation plain[] = {
      {special::CONFIG, 0x80001, 0x80001},
      {special::STATUS, 0xffffffff, 0xfffffff8},  // bits 2:0 are out of reach here
      {special::LC, 7, 7},
      {special::LS, 0x200, 0x200},
      {special::LE, 0x220, 0x220},
      {special::IRET, 0x124, 0x124},
      {special::IMASK, 0xffffffff, 0x3ff},  // ten interrupts
      {special::ILAT, 0x3f0, 0x3f0},
      {special::IPEND, 0x201, 0x201},
      {special::CTIMER0, 99, 99},
      {special::CTIMER1, 98, 98},
      {special::COREID, 1, 0x808},
      {special::DEBUGSTATUS, 1, 0},
      {special::DMA0STRIDE, 0x80008, 0x80008},
      {special::DMA1DSTADDR, 0x8e000000, 0x8e000000},
      {special::MEMSTATUS, 4, 4},
      {special::MEMPROTECT, 1, 1},
      {special::MULTICAST, 0x111, 0x111},
      {special::ILATST, 3, 0},   // reads as zero
      {special::FSTATUS, 0, 0},  // likewise
  };
  for (const Expectation& e : plain) {
    Program program;
    program.core.outside_write(kRegisterBase + register_offset(e.number), 4, e.written, 0);
    INFO(register_name(e.number));
    CHECK(program.core.outside_read(kRegisterBase + register_offset(e.number), 4) == e.read);
  }
}

TEST_CASE("general registers have addresses too") {
  Program program;
  program.core.outside_write(kRegisterBase + 4 * 13, 4, 0x7ff0, 0);
  CHECK(program.r(13) == 0x7ff0);
  program.core.outside_write(kRegisterBase + 4 * 62, 8, 0x1122334455667788, 0);
  CHECK(program.r(62) == 0x55667788);
  CHECK(program.r(63) == 0x11223344);
  // Reads of every width and no bit more.
  CHECK(program.core.outside_read(kRegisterBase + 4 * 62, 1) == 0x88);
  CHECK(program.core.outside_read(kRegisterBase + 4 * 62 + 1, 1) == 0x77);
  CHECK(program.core.outside_read(kRegisterBase + 4 * 62, 2) == 0x7788);
  CHECK(program.core.outside_read(kRegisterBase + 4 * 62 + 2, 2) == 0x5566);
  CHECK(program.core.outside_read(kRegisterBase + 4 * 62, 8) == 0x1122334455667788);
  CHECK(program.core.outside_read(kRegisterBase + 4 * 62, 8) == 0x1122334455667788);
}

TEST_CASE("MOVTS STATUS keeps bits 2:0, FSTATUS reaches them") {
  Program program({
      0x1feb, 0x0ff2,  // 100: mov r0,0xffff
      0x0502,          // 104: movts status,r0
      0x2512,          // 106: movfs r1,status
      0x01c2,          // 108: bkpt
  });
  program.run();
  CHECK(program.r(1) == (0xfff8 | status::kActive));
  program.set(special::FSTATUS, 0xf0007);
  CHECK(program.get(special::STATUS) == 0xf0007);
}

TEST_CASE("FSTATUS with the active bit wakes a sleeping core at its program counter") {
  Program program({0x01c2});  // bkpt
  program.set(special::PC, Program::kStart);
  program.set(special::FSTATUS, status::kActive);
  program.go_on();
  CHECK(program.core.state() == core::CoreState::Halted);
}

TEST_CASE("ILATST sets and ILATCL clears latched interrupts") {
  Program program({
      0x000b, 0x0022,  // 100: mov r0,0x200
      0x0d0f, 0x0402,  // 104: movts ilatst,r0
      0x291f, 0x0402,  // 108: movfs r1,ilat
      0x110f, 0x0402,  // 10c: movts ilatcl,r0
      0x491f, 0x0402,  // 110: movfs r2,ilat
      0x01c2,          // 114: bkpt
  });
  program.run();
  CHECK(program.r(1) == 0x200);
  CHECK(program.r(2) == 0);
}

TEST_CASE("a timer counts its event down") {
  Program program({
      0x0643,          // 100: mov r0,0x32
      0x190f, 0x0402,  // 102: movts ctimer0,r0
      0x2203,          // 106: mov r1,0x10
      0x2102,          // 108: movts config,r1      selects the clock
      0x01a2,          // 10a: nop
      0x01a2,          // 10c: nop
      0x591f, 0x0402,  // 10e: movfs r2,ctimer0     three cycles after the MOVTS
      0x01c2,          // 112: bkpt
  });
  program.run();
  CHECK(program.r(2) == 50 - 3);
}

TEST_CASE("halting and resuming through DEBUGCMD") {
  Program program({0x00e0});  // 100: b 100
  program.run(40);            // ten turns of four cycles
  CHECK(program.cycles() == 40);
  program.core.write_register(register_offset(special::DEBUGCMD), 1, 40);
  CHECK(program.get(special::DEBUGSTATUS) == 1);
  CHECK(program.core.next_time() == kNever);
  program.core.write_register(register_offset(special::DEBUGCMD), 0, 100);
  program.go_on(140);
  CHECK(program.cycles() == 140);
  CHECK(program.core.causes()[core::Cause::Halted] == 60);
  CHECK(program.core.causes()[core::Cause::Issue] == 20);
  CHECK(program.core.causes()[core::Cause::Branch] == 60);
}

TEST_CASE("RESETCORE puts the core to sleep and its registers back, memory stays") {
  Program program({0x00e0});  // 100: b 100
  program.put_word(0x400, 77);
  program.run(40);
  program.core.write_register(register_offset(special::RESETCORE), 1, 40);
  CHECK(program.core.state() == core::CoreState::Reset);
  CHECK(program.get(special::IMASK) == 0x3fe);
  CHECK(program.word(0x400) == 77);
}

TEST_CASE("a protected page drops stores, says so and latches the memory fault") {
  Program program({
      0x000b, 0x0042,  // 100: mov r0,0x400
      0x2054,          // 104: str r1,[r0]
      0x01c2,          // 106: bkpt
  });
  program.put_word(0x400, 5);
  program.set(special::MEMPROTECT, 1);  // the first 4 KB
  program.run();
  CHECK(program.word(0x400) == 5);
  CHECK(program.get(special::MEMSTATUS) == 4);
  CHECK(program.get(special::ILAT) == 1u << interrupt::kMemoryFault);
  REQUIRE(program.alone.said.size() == 1);
  CHECK(program.alone.said[0].text == "store to write-protected address 0x00000400: ignored");
}

TEST_CASE("unaligned accesses use the address rounded down and raise the exception") {
  Program program({
      0x004b, 0x0042,  // 100: mov r0,0x402
      0x2044,          // 104: ldr r1,[r0]
      0x2054,          // 106: str r1,[r0]
      0x01c2,          // 108: bkpt
  });
  program.put_word(0x400, 0x12345678);
  program.put_word(0x404, 0xffffffff);
  program.run();
  CHECK(program.r(1) == 0x12345678);
  CHECK(program.word(0x404) == 0xffffffff);
  CHECK((program.get(special::STATUS) & status::kExcauseMask) >> status::kExcauseShift == 2);
  CHECK(program.get(special::ILAT) == 1u << interrupt::kException);
  REQUIRE(program.alone.said.size() == 2);
  CHECK(program.alone.said[0].pc == 0x104);
  CHECK(program.alone.said[0].text == "unaligned load of 4 bytes at 0x00000402: reads 0x00000400");
  CHECK(program.alone.said[1].text == "unaligned store of 4 bytes at 0x00000402: writes 0x00000400");
  program.run();
  CHECK(program.alone.said.size() == 2);  // each place speaks once
  CHECK(program.core.misuses() == 4);     // and all are counted
}

TEST_CASE("reserved addresses read as zero, and TESTSET does not work on local ones") {
  Program program({
      0x0003,          // 100: mov r0,0x0
      0x002b, 0x1002,  // 102: movt r0,0x1
      0x2044,          // 106: ldr r1,[r0]
      0x2054,          // 108: str r1,[r0]
      0x2149, 0x0020,  // 10a: testset r1,[r0,+r2]
      0x01c2,          // 10e: bkpt
  });
  program.core.cpu().r[1] = 9;
  program.run();
  CHECK(program.r(1) == 0);
  REQUIRE(program.alone.said.size() == 3);
  CHECK(program.alone.said[0].text == "load from reserved address 0x00010000: reads 0");
  CHECK(program.alone.said[1].text == "store to reserved address 0x00010000: ignored");
  CHECK(program.alone.said[2].text == "TESTSET on local address 0x00010000 does nothing but load: use the core's global address");
}

TEST_CASE("an unimplemented instruction raises its exception and is stepped over") {
  Program program({
      0x000f, 0x000f,  // 100: unimpl
      0x01c2,          // 104: bkpt
  });
  program.run();
  CHECK(program.core.state() == core::CoreState::Halted);
  CHECK((program.get(special::STATUS) & status::kExcauseMask) >> status::kExcauseShift == 4);
  REQUIRE(program.alone.said.size() == 1);
  CHECK(program.alone.said[0].text == "unimplemented instruction 0x000f000f");
}

TEST_CASE("a TRAP either has a service or halts the core") {
  Program exiting({
      0x0543,  // 100: mov r0,0x2a
      0x0fe2,  // 102: trap 0x3
  });
  exiting.run();
  CHECK(exiting.core.state() == core::CoreState::Exited);
  CHECK(exiting.core.exit_code() == 42);
  CHECK(exiting.cycles() == 2);

  Program stopping({
      0x27e2,  // 100: trap 0x9
      0x01c2,  // 102: bkpt
  });
  stopping.run();
  CHECK(stopping.core.state() == core::CoreState::Halted);
  REQUIRE(stopping.alone.said.size() == 1);
  CHECK(stopping.alone.said[0].text == "TRAP 9 has no service: the core halts");
}

}  // namespace epysim::epiphany
