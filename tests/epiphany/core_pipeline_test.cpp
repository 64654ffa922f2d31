// The pipeline's price list, instruction by instruction. Every program ends with BKPT, which issues alone in one cycle, so a program of n
// instructions without stalls and pairs takes n cycles.

#include <catch2/catch.hpp>

#include "tests/epiphany/core_program.h"

namespace epysim::epiphany {
namespace {

using core::Cause;

constexpr std::uint32_t kTruncating = 1;  // CONFIG.ROUNDMODE

Cycle cycles_of(std::initializer_list<std::uint16_t> code, std::uint32_t config = 0) {
  Program program(code);
  program.set(special::CONFIG, config);
  program.run();
  CHECK(program.core.state() == core::CoreState::Halted);
  CHECK(program.core.causes().total() == program.cycles());
  return program.cycles();
}

}  // namespace

TEST_CASE("independent and chained integer instructions issue one per cycle") {
  CHECK(cycles_of({
            0x0023,  // mov r0,0x1
            0x201a,  // add r1,r0,r0
            0x443a,  // sub r2,r1,r0
            0x01c2,  // bkpt
        }) == 4);
}

TEST_CASE("a loaded value can be used by the IALU two cycles later, by the FPU three") {
  CHECK(cycles_of({
            0x2044,  // ldr r1,[r0]
            0x449a,  // add r2,r1,r1
            0x01c2,  // bkpt
        }) == 3 + 1);
  CHECK(cycles_of({
            0x2044,  // ldr r1,[r0]
            0x4487,  // fadd r2,r1,r1
            0x01c2,  // bkpt
        }) == 3 + 2);
}

TEST_CASE("both registers of a double load have the same distance, to store data two") {
  CHECK(cycles_of({
            0x4064,  // ldrd r2,[r0]
            0x6054,  // str r3,[r0]
            0x01c2,  // bkpt
        }) == 3 + 1);
}

TEST_CASE("bytes and half-words come one cycle later") {
  CHECK(cycles_of({
            0x2004,  // ldrb r1,[r0]
            0x449a,  // add r2,r1,r1
            0x01c2,  // bkpt
        }) == 3 + 2);
}

TEST_CASE("FPU to FPU is five cycles when rounding to nearest, four when truncating") {
  const auto code = {
      std::uint16_t{0x40a7},  // fmul r2,r0,r1
      std::uint16_t{0x68c7},  // fmsub r3,r2,r1
      std::uint16_t{0x01c2},  // bkpt
  };
  CHECK(cycles_of(code) == 3 + 4);
  CHECK(cycles_of(code, kTruncating) == 3 + 3);
}

TEST_CASE("FPU to store data is four cycles when rounding to nearest, three when truncating") {
  const auto code = {
      std::uint16_t{0x4087},  // fadd r2,r0,r1
      std::uint16_t{0x4054},  // str r2,[r0]
      std::uint16_t{0x01c2},  // bkpt
  };
  CHECK(cycles_of(code) == 3 + 3);
  CHECK(cycles_of(code, kTruncating) == 3 + 2);
}

TEST_CASE("FPU to IALU is five cycles, IALU to FPU two") {
  CHECK(cycles_of({
            0x4087,  // fadd r2,r0,r1
            0x691a,  // add r3,r2,r2
            0x01c2,  // bkpt
        }) == 3 + 4);
  CHECK(cycles_of({
            0x201a,  // add r1,r0,r0
            0x4487,  // fadd r2,r1,r1
            0x01c2,  // bkpt
        }) == 3 + 1);
}

TEST_CASE("an FPU instruction shares its cycle with an integer instruction or a load, in either order") {
  CHECK(cycles_of({
            0x4087,  // fadd r2,r0,r1
            0x609a,  // add r3,r0,r1
            0x01c2,  // bkpt
        }) == 2);
  CHECK(cycles_of({
            0x609a,  // add r3,r0,r1
            0x4087,  // fadd r2,r0,r1
            0x01c2,  // bkpt
        }) == 2);
  CHECK(cycles_of({
            0x6044,  // ldr r3,[r0]
            0x4087,  // fadd r2,r0,r1
            0x01c2,  // bkpt
        }) == 2);
}

TEST_CASE("a pair may overwrite what its partner reads") {
  CHECK(cycles_of({
            0x4087,  // fadd r2,r0,r1
            0x0d9a,  // add r0,r3,r3
            0x01c2,  // bkpt
        }) == 2);
}

TEST_CASE("two instructions of the same side do not pair") {
  CHECK(cycles_of({
            0x6044,  // ldr r3,[r0]
            0x409a,  // add r2,r0,r1
            0x01c2,  // bkpt
        }) == 3);
  CHECK(cycles_of({
            0x4087,  // fadd r2,r0,r1
            0x6087,  // fadd r3,r0,r1
            0x01c2,  // bkpt
        }) == 3);
}

TEST_CASE("an IALU result is still too fresh for the FPU when another instruction joined the IALU's cycle") {
  // add and the first fadd in cycle 0; the second fadd may read r3 in cycle 2.
  CHECK(cycles_of({
            0x609a,  // add r3,r0,r1
            0x4087,  // fadd r2,r0,r1
            0x8d87,  // fadd r4,r3,r3
            0x01c2,  // bkpt
        }) == 4);
}

TEST_CASE("four multiply-adds with four double loads take four cycles") {
  Program program({
      0x00bf, 0x4007,  // fmadd r16,r0,r1
      0x086c, 0xa000,  // ldrd r40,[r2,+0x0]
      0x20bf, 0x4007,  // fmadd r17,r0,r1
      0x486c, 0xa000,  // ldrd r42,[r2,+0x0]
      0x40bf, 0x4007,  // fmadd r18,r0,r1
      0x886c, 0xa000,  // ldrd r44,[r2,+0x0]
      0x60bf, 0x4007,  // fmadd r19,r0,r1
      0xc86c, 0xa000,  // ldrd r46,[r2,+0x0]
      0x01c2,          // bkpt
  });
  program.core.cpu().r[2] = 0x2000;  // another bank than the program's
  program.run();
  CHECK(program.cycles() == 4 + 1);
  CHECK(program.core.pipeline().dual_issues() == 4);
  CHECK(program.core.pipeline().instructions() == 9);
  CHECK(program.core.causes()[Cause::DualIssue] == 4);
  CHECK(program.core.causes()[Cause::Issue] == 1);
}

TEST_CASE("of two writers to a register the second finishes last") {
  // The MOV would finish in its own cycle; the FADD finishes in cycle 5 counted from 0.
  CHECK(cycles_of({
            0x4087,  // fadd r2,r0,r1
            0x40a3,  // mov r2,0x5
            0x01c2,  // bkpt
        }) == 3 + 4);
}

TEST_CASE("a base that was post-modified can be used in the next cycle") {
  CHECK(cycles_of({
            0x01a2,          // nop
            0x20cc, 0x0200,  // ldr r1,[r0],+0x1
            0x40cc, 0x0200,  // ldr r2,[r0],+0x1
            0x01c2,          // bkpt
        }) == 4);
}

TEST_CASE("a taken branch costs three cycles more, one more again to a 32-bit instruction across two fetch lines") {
  CHECK(cycles_of({
            0x03e0,  // b 106
            0x01a2,  // nop
            0x01a2,  // nop
            0x01c2,  // bkpt
        }) == 2 + 3);
  CHECK(cycles_of({
            0x03e0,          // b 106
            0x01a2,          // nop
            0x01a2,          // nop
            0x609f, 0x000a,  // 106: add r3,r0,r1
            0x01c2,          // bkpt
        }) == 3 + 3 + 1);
}

TEST_CASE("a branch that is not taken costs nothing more, and reads integer flags at once") {
  CHECK(cycles_of({
            0x203a,  // sub r1,r0,r0
            0x0210,  // bne 106
            0x401a,  // add r2,r0,r0
            0x01c2,  // bkpt
        }) == 4);
}

TEST_CASE("a branch on the FPU's flags waits for them") {
  // All registers are zero: BZ is set and BBNE falls through.
  CHECK(cycles_of({
            0x4087,  // fadd r2,r0,r1
            0x02b0,  // bbne 106
            0x01a2,  // nop
            0x01c2,  // bkpt
        }) == 4 + 4);
}

TEST_CASE("MOVFS is like a load, MOVTS CONFIG waits for the FPU") {
  CHECK(cycles_of({
            0x251f, 0x0032,  // movfs r1,coreid
            0x449a,          // add r2,r1,r1
            0x01c2,          // bkpt
        }) == 3 + 1);
  CHECK(cycles_of({
            0x4087,  // fadd r2,r0,r1
            0x6102,  // movts config,r3
            0x01c2,  // bkpt
        }) == 3 + 4);
}

TEST_CASE("a hardware loop saves five cycles per iteration against SUB and BNE") {
  // Adapteva's hardware_loops test: 500 iterations, 2500 cycles. Here 100 iterations of the same eight instructions.
  Program branching({
      0x0003,          // 100: mov r0,0x0
      0x2c83,          // 102: mov r1,0x64
      0x01a2,          // 104: nop
      0x01a2,          // 106: nop
      0x489b, 0x0000,  // 108: add r2,r2,1
      0x6c9b, 0x0000,  // 10c: add r3,r3,1
      0x909b, 0x0000,  // 110: add r4,r4,1
      0xb49b, 0x0000,  // 114: add r5,r5,1
      0xd89b, 0x0000,  // 118: add r6,r6,1
      0xfc9b, 0x0000,  // 11c: add r7,r7,1
      0x009b, 0x2400,  // 120: add r8,r8,1
      0x249b, 0x2400,  // 124: add r9,r9,1
      0x24bb, 0x0000,  // 128: sub r1,r1,1
      0xee18, 0xffff,  // 12c: bne 108
      0x01c2,          // 130: bkpt
  });
  branching.run();
  // 100 passes of 10 instructions; 99 of the branches are taken.
  CHECK(branching.cycles() == 4 + 100 * 10 + 99 * 3 + 1);

  Program looping({
      0x0392,          // 100: gid
      0x2c83,          // 102: mov r1,0x64
      0x3502,          // 104: movts lc,r1
      0x230b, 0x0012,  // 106: mov r1,0x118
      0x3902,          // 10a: movts ls,r1
      0x268b, 0x0012,  // 10c: mov r1,0x134
      0x3d02,          // 110: movts le,r1
      0x01a2,          // 112: nop
      0x01a2,          // 114: nop
      0x01a2,          // 116: nop
      0x489b, 0x0000,  // 118: add r2,r2,1
      0x6c9b, 0x0000,  // 11c: add r3,r3,1
      0x909b, 0x0000,  // 120: add r4,r4,1
      0xb49b, 0x0000,  // 124: add r5,r5,1
      0xd89b, 0x0000,  // 128: add r6,r6,1
      0xfc9b, 0x0000,  // 12c: add r7,r7,1
      0x009b, 0x2400,  // 130: add r8,r8,1
      0x249b, 0x2400,  // 134: add r9,r9,1
      0x01c2,          // 138: bkpt
  });
  looping.run();
  CHECK(looping.cycles() == 10 + 100 * 8 + 1);
  CHECK(looping.r(9) == 100);
  CHECK(looping.get(special::LC) == 0);
  CHECK(looping.alone.said.empty());
  // Without set-up and with the last branch taken too, the difference is the published one.
  CHECK((branching.cycles() - 4 + 3) - (looping.cycles() - 10) == 100 * 5);
}

TEST_CASE("a program that rewrites an instruction executes the new one") {
  Program program({
      0x00cb, 0x0012,  // 100: mov r0,0x106
      0x4063,          // 104: mov r2,0x3
      0x6c93,          // 106: add r3,r3,1     becomes add r3,r3,2
      0x226b, 0x06d2,  // 108: mov r1,0x6d13
      0x2034,          // 10c: strh r1,[r0]
      0x48b3,          // 10e: sub r2,r2,1
      0xfb10,          // 110: bne 106
      0x01c2,          // 112: bkpt
  });
  program.run();
  CHECK(program.r(3) == 1 + 2 + 2);
}

TEST_CASE("code written from outside is executed, a 32-bit instruction across two lines too") {
  Program program({
      0x01a2,          // 100: nop
      0x01a2,          // 102: nop
      0x01a2,          // 104: nop
      0x609f, 0x000a,  // 106: add r3,r0,r1
      0x01c2,          // 10a: bkpt
  });
  program.run();
  program.core.outside_write(0x108, 2, 0x200a, program.cycles());  // add fp,r0,r1
  program.core.cpu().r[0] = 4;
  program.core.cpu().r[1] = 5;
  program.run();
  CHECK(program.r(3) == 0);
  CHECK(program.r(11) == 9);
}

}  // namespace epysim::epiphany
