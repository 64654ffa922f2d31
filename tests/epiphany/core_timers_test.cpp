// CTIMER0 and CTIMER1: what each event code counts, where a timer stops, what it raises; and the software exceptions.

#include <catch2/catch.hpp>

#include "tests/epiphany/chipful.h"
#include "tests/epiphany/core_program.h"

namespace epysim::epiphany {
namespace {

constexpr std::uint32_t kFrom = 1000;

/// How many events of a kind happen between MOVTS CONFIG and MOVFS CTIMER0 around this code.
std::uint32_t events_in_body(unsigned code) {
  Program program({
      0x190f, 0x0402,  // 100: movts ctimer0,r0
      0x2102,          // 104: movts config,r1
      0x5844,          // 106: ldr r2,[r6]
      0x4893,          // 108: add r2,r2,1      waits a cycle for the load
      0x01a2,          // 10a: nop
      0x7227,          // 10c: fmul r3,r4,r4
      0x01a2,          // 10e: nop
      0x6da7,          // 110: fmul r3,r3,r3    waits three cycles for the one before
      0xb493,          // 112: add r5,r5,1      joins it
      0x01a2,          // 114: nop
      0xf91f, 0x0402,  // 116: movfs r7,ctimer0
      0x01c2,          // 11a: bkpt
  });
  program.core.cpu().r[0] = kFrom;
  program.core.cpu().r[1] = code << config::kTimer0Shift;
  program.core.cpu().r[6] = 0x4000;
  program.run();
  return kFrom - program.r(7);
}

}  // namespace

TEST_CASE("each event code counts its events", "[timers]") {
  CHECK(events_in_body(event::kOff) == 0);
  CHECK(events_in_body(event::kClock) == 12);  // MOVFS included
  CHECK(events_in_body(event::kIdle) == 0);
  CHECK(events_in_body(3) == 0);  // reserved
  CHECK(events_in_body(event::kIalu) == 2);
  CHECK(events_in_body(event::kFpu) == 2);
  CHECK(events_in_body(event::kDualIssue) == 1);
  CHECK(events_in_body(event::kLoadStall) == 1);
  CHECK(events_in_body(event::kRegisterStall) == 3);
  CHECK(events_in_body(9) == 0);  // reserved
  CHECK(events_in_body(event::kFetchStall) == 0);
  CHECK(events_in_body(event::kBankConflict) == 0);
  CHECK(events_in_body(event::kExternalFetch) == 0);
  CHECK(events_in_body(event::kExternalLoad) == 0);
  CHECK(events_in_body(event::kMesh0) == 0);
  CHECK(events_in_body(event::kMesh1) == 0);
}

TEST_CASE("a timer of idle cycles counts sleep", "[timers]") {
  Program program({
      0x2102,          // 100: movts config,r1
      0x01b2,          // 102: idle
      0xf91f, 0x0402,  // 104: movfs r7,ctimer0
      0x01c2,          // 108: bkpt
  });
  program.core.cpu().r[1] = event::kIdle << config::kTimer0Shift;
  program.set(special::CTIMER0, kFrom);
  program.set(special::IMASK, 0);
  program.core.start_at(Program::kStart, 0);
  program.core.cpu().status |= status::kGid;  // so that it just goes on when it wakes
  program.go_on(90);
  CHECK(program.core.state() == core::CoreState::Idle);
  program.core.latch(interrupt::kUser, 102);
  program.go_on();
  CHECK(program.r(7) == kFrom - 100);  // asleep from cycle 2 on
}

TEST_CASE("stalls of external loads are counted, by both timers at once", "[timers]") {
  Chipful chip;
  chip.put(0, kStart,
           {
               0xa102,          // 100: movts config,r5
               0x2044,          // 102: ldr r1,[r0]       core 1: 18 cycles, one of them its own
               0x4c44,          // 104: ldr r2,[r3]
               0xf91f, 0x0402,  // 106: movfs r7,ctimer0
               0xdd1f, 0x0402,  // 10a: movfs r6,ctimer1
               0x01c2,          // 10e: bkpt
           });
  CpuState& cpu = chip.core(0).cpu();
  cpu.r[5] = event::kExternalLoad << config::kTimer0Shift | event::kClock << config::kTimer1Shift;
  cpu.r[0] = cpu.r[3] = 0x80900400;
  chip.core(0).write_register(register_offset(special::CTIMER0), kFrom, 0);
  chip.core(0).write_register(register_offset(special::CTIMER1), kFrom, 0);
  chip.start(0);
  chip.run();
  CHECK(cpu.r[7] == kFrom - 2 * 17);
  CHECK(cpu.r[6] == kFrom - (2 * 18 + 2));
}

TEST_CASE("stalls of external fetches are counted", "[timers]") {
  Chipful chip;
  const std::array<std::uint16_t, 4> code{0x01a2, 0x01a2, 0x01a2, 0x01c2};  // nop; nop; nop; bkpt: one line
  REQUIRE(chip.scheduler->debug_write(kDram, std::as_bytes(std::span(code)), -1));
  chip.core(0).write_register(register_offset(special::CTIMER0), kFrom, 0);
  chip.core(0).write_register(register_offset(special::CONFIG), event::kExternalFetch << config::kTimer0Shift, 0);
  chip.scheduler->start(0, kDram);
  chip.run();
  const Cycle waited = chip.core(0).causes()[core::Cause::ExternalFetch];
  CHECK(waited > 700);
  CHECK(chip.core(0).read_register(register_offset(special::CTIMER0)) == kFrom - waited);
}

TEST_CASE("a timer stops at zero and raises its interrupt once, until it is set again", "[timers]") {
  for (const std::uint32_t wrap : {0u, 1u << 26}) {  // TIMERWRAP is a later chip's
    Program program({0x00e0});                       // 100: b 100
    program.set(special::CTIMER1, 50);
    program.set(special::CONFIG, event::kClock << config::kTimer1Shift | wrap);
    const auto latched = [&program] { return (program.get(special::ILAT) >> interrupt::kTimer1 & 1u) != 0; };
    program.run(45);
    CHECK(!latched());
    program.go_on(60);
    CHECK(latched());
    CHECK(program.get(special::CTIMER1) == 0);
    program.set(special::ILATCL, 1u << interrupt::kTimer1);
    program.go_on(1000);
    CHECK(!latched());
    CHECK(program.get(special::CTIMER1) == 0);
    program.set(special::CTIMER1, 30);
    program.go_on(1020);
    CHECK(!latched());
    program.go_on(1100);
    CHECK(latched());
  }
}

TEST_CASE("enabled FPU exceptions raise interrupt 1 with their cause, others leave sticky flags only", "[exceptions]") {
  constexpr std::uint32_t kInfinity = 0x7f800000, kLargest = 0x7f7fffff, kSmallest = 0x00800000;
  struct Case {
    std::uint32_t enable, a, b, sticky;
  };
  for (const Case& each :
       {Case{config::kInvalidEnable, kInfinity, 0, status::kBIS}, Case{config::kOverflowEnable, kLargest, kLargest, status::kBVS},
        Case{config::kUnderflowEnable, kSmallest, kSmallest, status::kBUS}}) {
    for (const bool enabled : {true, false}) {
      Program program({
          0x72a7,  // 100: fmul r3,r4,r5
          0x01a2,  // 102: nop
          0x01c2,  // 104: bkpt
      });
      program.put_word(4 * interrupt::kException, ((0x200 - 4 * interrupt::kException) / 2) << 8 | 0xe8);
      program.put(0x200, {0x01c2});  // bkpt
      program.core.cpu().r[4] = each.a;
      program.core.cpu().r[5] = each.b;
      program.set(special::IMASK, 0);
      program.set(special::CONFIG,
                  enabled ? each.enable : (config::kInvalidEnable | config::kOverflowEnable | config::kUnderflowEnable) & ~each.enable);
      program.run();
      INFO("enable " << each.enable);
      CHECK((program.get(special::STATUS) & each.sticky) != 0);
      CHECK((program.get(special::STATUS) >> status::kExcauseShift & 15u) == (enabled ? 3 : 0));
      CHECK(program.core.cpu().pc == (enabled ? 0x202 : 0x106));
    }
  }
}

TEST_CASE("an interrupt waits for a blocking load from outside", "[exceptions]") {
  Chipful chip;
  chip.put(0, kStart,
           {
               0x2044,  // 100: ldr r1,[r0]
               0x4023,  // 102: mov r2,0x1
               0x01c2,  // 104: bkpt
           });
  chip.put_word(0, 4 * interrupt::kUser, ((0x200 - 4 * interrupt::kUser) / 2) << 8 | 0xe8);
  chip.put(0, 0x200, {0x01c2});  // bkpt
  chip.core(0).cpu().r[0] = kDram;
  chip.core(0).write_register(register_offset(special::IMASK), 0, 0);
  chip.start(0);
  chip.scheduler->write_at(100, 0x80800000 + kRegisterBase + register_offset(special::ILATST), 4, 1u << interrupt::kUser);
  chip.scheduler->run(400);
  CHECK(chip.core(0).cpu().pc == 0x102);
  CHECK(chip.core(0).read_register(register_offset(special::IPEND)) == 0);
  CHECK(chip.core(0).read_register(register_offset(special::ILAT)) == 1u << interrupt::kUser);
  chip.run();
  CHECK(chip.core(0).cpu().pc == 0x202);
  CHECK(chip.core(0).cpu().r[2] == 0);
  CHECK(chip.core(0).read_register(register_offset(special::IRET)) == 0x102);
}

}  // namespace epysim::epiphany
