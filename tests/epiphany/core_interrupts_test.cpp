// Interrupts: who is taken when, what is saved, and the exact cycle.

#include <catch2/catch.hpp>

#include "tests/epiphany/core_program.h"

namespace epysim::epiphany {
namespace {

constexpr Cycle kEntry = 4;   // to the vector
constexpr Cycle kBranch = 4;  // the branch there: one cycle and three to refill

/// b 0x200 at vector `n`, a 32-bit branch: bits 31:8 are the distance in half-words.
void vector_to(Program& program, unsigned n, Address handler) { program.put_word(4 * n, ((handler - 4 * n) / 2) << 8 | 0xe8); }

}  // namespace

TEST_CASE("SYNC starts a sleeping core at vector 0, eight cycles before its handler's first instruction") {
  Program program;
  vector_to(program, 0, 0x200);
  program.put(0x200, {0x01c2});  // bkpt
  program.core.latch(interrupt::kSync, 100);
  program.go_on();
  CHECK(program.core.state() == core::CoreState::Halted);
  CHECK(program.cycles() == 100 + kEntry + kBranch + 1);
  CHECK(program.get(special::IPEND) == 1);
  CHECK(program.get(special::ILAT) == 0);
  CHECK(program.get(special::STATUS) == (status::kActive | status::kGid));
  CHECK(program.core.causes()[core::Cause::Halted] == 100);
  CHECK(program.core.causes()[core::Cause::Interrupt] == kEntry);
}

TEST_CASE("a masked interrupt waits until IMASK lets it through") {
  Program program({0x00e0});  // 100: b 100
  vector_to(program, interrupt::kUser, 0x200);
  program.put(0x200, {0x01c2});  // bkpt
  program.run(40);
  program.core.latch(interrupt::kUser, 40);
  program.go_on(80);
  CHECK(program.core.state() == core::CoreState::Running);
  program.core.write_register(register_offset(special::IMASK), 0, 80);
  program.go_on();
  CHECK(program.cycles() == 80 + kEntry + kBranch + 1);
  CHECK(program.get(special::IRET) == 0x100);
}

TEST_CASE("RTI returns to the interrupted place and lets the next interrupt in") {
  Program program({
      0x01b2,  // 100: idle
      0x2493,  // 102: add r1,r1,1
      0x01c2,  // 104: bkpt
  });
  program.set(special::IMASK, 0);
  vector_to(program, interrupt::kUser, 0x200);
  vector_to(program, interrupt::kMessage, 0x200);
  program.put(0x200, {
                         0xb493,  // add r5,r5,1
                         0x01d2,  // rti
                     });
  program.core.latch(interrupt::kUser, 0);
  program.core.latch(interrupt::kMessage, 0);
  program.core.write_register(register_offset(special::FSTATUS), status::kGid, 0);
  program.core.write_register(register_offset(special::PC), 0x100, 0);
  program.core.write_register(register_offset(special::FSTATUS), status::kActive, 0);
  program.go_on();
  CHECK(program.r(5) == 2);  // both handlers, before the IDLE
  CHECK(program.core.state() == core::CoreState::Idle);
  CHECK(program.get(special::STATUS) == 0);
  program.core.latch(interrupt::kUser, 500);
  program.go_on();
  CHECK(program.r(5) == 3);
  CHECK(program.r(1) == 1);  // went on behind the IDLE
  CHECK(program.core.state() == core::CoreState::Halted);
}

TEST_CASE("a handler is interrupted by a more urgent interrupt only, and only when it allows it") {
  for (const bool more_urgent : {true, false}) {
    Program program({0x00e0});  // 100: b 100
    program.set(special::IMASK, 0);
    vector_to(program, interrupt::kMessage, 0x200);
    vector_to(program, interrupt::kUser, 0x300);
    vector_to(program, interrupt::kTimer0, 0x300);
    program.put(0x200, {
                           0xc11f, 0x0402,  // movfs r6,iret
                           0x01a2,          // nop
                           0x0192,          // gie
                           0x01a2,          // nop
                           0x01c2,          // bkpt
                       });
    program.put(0x300, {0x01c2});  // bkpt
    program.run(40);
    program.core.latch(interrupt::kMessage, 40);
    program.go_on(50);  // in the handler, not yet at GIE
    program.core.latch(more_urgent ? interrupt::kTimer0 : interrupt::kUser, 50);
    program.go_on();
    INFO((more_urgent ? "timer" : "user"));
    CHECK(program.core.cpu().pc == (more_urgent ? 0x302 : 0x20c));
    CHECK(program.get(special::IPEND) == (more_urgent ? 0x28 : 0x20));
  }
}

TEST_CASE("no interrupt separates GIE from an IDLE in the same fetch line") {
  Program together({
      0x0392,  // 100: gid
      0x01a2,  // 102: nop
      0x0192,  // 104: gie
      0x01b2,  // 106: idle
      0x01c2,  // 108: bkpt
  });
  Program apart({
      0x0392,  // 100: gid
      0x01a2,  // 102: nop
      0x01a2,  // 104: nop
      0x0192,  // 106: gie
      0x01b2,  // 108: idle
      0x01c2,  // 10a: bkpt
  });
  for (Program* program : {&together, &apart}) {
    program->set(special::IMASK, 0);
    vector_to(*program, interrupt::kUser, 0x200);
    program->put(0x200, {
                            0xc11f, 0x0402,  // movfs r6,iret
                            0x01d2,          // rti
                        });
    program->core.start_at(Program::kStart, 0);
    program->go_on(1);  // GID is behind us
    program->core.latch(interrupt::kUser, 1);
    program->go_on(200);
  }
  CHECK(together.r(6) == 0x108);  // taken by the IDLE, which it wakes
  CHECK(together.core.state() == core::CoreState::Halted);
  CHECK(apart.r(6) == 0x108);  // taken before the IDLE, which then sleeps
  CHECK(apart.core.state() == core::CoreState::Idle);
}

TEST_CASE("asleep with interrupts disabled, a latched interrupt wakes without vectoring") {
  Program program({
      0x0392,  // 100: gid
      0x01b2,  // 102: idle
      0x01c2,  // 104: bkpt
  });
  program.set(special::IMASK, 0);
  program.run();
  CHECK(program.core.state() == core::CoreState::Idle);
  program.core.latch(interrupt::kUser, 30);
  program.go_on();
  CHECK(program.core.state() == core::CoreState::Halted);
  CHECK(program.cycles() == 31);
  CHECK(program.get(special::ILAT) == 1u << interrupt::kUser);
  CHECK(program.core.causes()[core::Cause::Idle] == 28);
}

TEST_CASE("SWI raises interrupt 1, once until the cause is cleared") {
  Program program({
      0x01e2,  // 100: swi
      0x01e2,  // 102: swi
      0x01c2,  // 104: bkpt
  });
  program.set(special::IMASK, 0);
  vector_to(program, interrupt::kException, 0x200);
  program.put(0x200, {
                         0xb493,  // add r5,r5,1
                         0x01d2,  // rti
                     });
  program.run();
  CHECK(program.r(5) == 1);

  Program clearing({
      0x01e2,  // 100: swi
      0x01e2,  // 102: swi
      0x01c2,  // 104: bkpt
  });
  clearing.set(special::IMASK, 0);
  vector_to(clearing, interrupt::kException, 0x200);
  clearing.put(0x200, {
                          0xb493,  // add r5,r5,1
                          0xe003,  // mov r7,0x0
                          0xe502,  // movts status,r7
                          0x01d2,  // rti
                      });
  clearing.run();
  CHECK(clearing.r(5) == 2);
}

TEST_CASE("a timer interrupts in the cycle in which it reaches zero") {
  Program program({
      0x0643,          // 100: mov r0,0x32
      0x190f, 0x0402,  // 102: movts ctimer0,r0
      0x2203,          // 106: mov r1,0x10
      0x2102,          // 108: movts config,r1      issues in cycle 3; the timer runs from cycle 4
      0x01b2,          // 10a: idle
  });
  program.set(special::IMASK, 0);
  vector_to(program, interrupt::kTimer0, 0x200);
  program.put(0x200, {0x01c2});  // bkpt
  program.run();
  CHECK(program.cycles() == 4 + 50 + kEntry + kBranch + 1);
  CHECK(program.core.causes()[core::Cause::Idle] == 49);
}

TEST_CASE("a timer of IALU instructions counts them and nothing else") {
  Program program({
      0x0643,          // 100: mov r0,0x32
      0x190f, 0x0402,  // 102: movts ctimer0,r0
      0x2803,          // 106: mov r1,0x40          event 4
      0x2102,          // 108: movts config,r1
      0x6c93,          // 10a: add r3,r3,1
      0xffe0,          // 10c: b 10a
  });
  program.set(special::IMASK, 0);
  vector_to(program, interrupt::kTimer0, 0x200);
  program.put(0x200, {0x01c2});  // bkpt
  program.run();
  CHECK(program.r(3) == 50);  // the fiftieth ADD is the last
  CHECK(program.get(special::CTIMER0) == 0);
}

}  // namespace epysim::epiphany
