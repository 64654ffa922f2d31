// Operand fields, and the registers that an instruction reads and writes.

#include <catch2/catch.hpp>

#include "sim/epiphany/instruction.h"

using namespace epysim::epiphany;

namespace {

constexpr std::uint64_t regs() { return 0; }
template <typename... More>
constexpr std::uint64_t regs(unsigned first, More... more) {
  return std::uint64_t{1} << first | regs(more...);
}

void check_registers(std::uint32_t word, std::uint64_t reads, std::uint64_t writes) {
  INFO("word " << std::hex << word);
  REQUIRE(decode(word).reads == reads);
  REQUIRE(decode(word).writes == writes);
}

}  // namespace

TEST_CASE("operands come out of 16- and 32-bit fields") {
  const Instruction short_add = decode(0x051a);  // add r0,r1,r2
  REQUIRE(short_add.op == Op::add16);
  REQUIRE(short_add.rd == 0);
  REQUIRE(short_add.rn == 1);
  REQUIRE(short_add.rm == 2);
  REQUIRE_FALSE(short_add.immediate);

  const Instruction long_sub = decode(0xe58a003fu | 7u << 13 | 4u << 10 | 1u << 7);  // sub r63,r12,r25
  REQUIRE(long_sub.op == Op::sub32);
  REQUIRE(long_sub.rd == 63);
  REQUIRE(long_sub.rn == 12);
  REQUIRE(long_sub.rm == 25);
}

TEST_CASE("immediates are extended as the instruction wants them") {
  REQUIRE(decode(0x0393).imm == -1);  // add r0,r0,-1
  REQUIRE(decode(0x0233).imm == -4);  // sub r0,r0,-4
  REQUIRE(decode(0x0193).imm == 3);   // add r0,r0,3
  REQUIRE(decode(0x0080001bu).imm == -1024);
  REQUIRE(decode(0x007f039bu).imm == 1023);
  REQUIRE(decode(0x1fe3).imm == 255);  // mov r0,0xff
  REQUIRE(decode(0x0ff21febu).imm == 0xffff);
  REQUIRE(decode(0x03e6).imm == 31);    // lsr r0,r0,0x1f
  REQUIRE(decode(0x8000).imm == -256);  // beq, shortest distance back
  REQUIRE(decode(0x7fe0).imm == 254);
  REQUIRE(decode(0x800000e8u).imm == -0x1000000);
  REQUIRE(decode(0xfffffff8u).imm == -2);
  REQUIRE(decode(0xffe2).imm == 63);  // trap 0x3f
  REQUIRE(decode(0x0fe2).imm == 3);
}

TEST_CASE("displacements are scaled by the access size and carry their sign") {
  REQUIRE(decode(0x0384).imm == 7);               // ldrb r0,[r0,0x7]
  REQUIRE(decode(0x03a4).imm == 14);              // ldrh
  REQUIRE(decode(0x03c4).imm == 28);              // ldr
  REQUIRE(decode(0x03e4).imm == 56);              // ldrd
  REQUIRE(decode(0x00ff03ccu).imm == 2047 * 4);   // ldr r0,[r0,+0x7ff]
  REQUIRE(decode(0x01ff03ccu).imm == -2047 * 4);  // ldr r0,[r0,-0x7ff]
  REQUIRE(decode(0x01ff03ecu).imm == -2047 * 8);
  REQUIRE(decode(0x0300008cu).imm == -1);  // ldrb r0,[r0],-0x1
  REQUIRE(decode(0x0300008cu).addressing == Addressing::PostmodifyImmediate);
  REQUIRE(decode(0x0100008cu).addressing == Addressing::Displacement);
  REQUIRE(decode(0x00000089u).addressing == Addressing::Index);
  REQUIRE_FALSE(decode(0x00000089u).subtract);
  REQUIRE(decode(0x00100089u).subtract);
  REQUIRE(decode(0x0010008du).addressing == Addressing::PostmodifyRegister);
  REQUIRE(decode(0x0010008du).subtract);
  for (unsigned size = 0; size < 4; ++size) REQUIRE(decode(0x0004u | size << 5).size == size);
}

TEST_CASE("conditions and special registers") {
  for (unsigned c = 0; c < 14; ++c) {
    REQUIRE(decode(c << 4).condition == c);
    REQUIRE(decode(0x0002u | c << 4).action == Action::MovCond);
    REQUIRE(decode(0x0002u | c << 4).condition == c);
  }
  REQUIRE(decode(0x00e0).action == Action::Branch);
  REQUIRE(decode(0x00e0).condition == 14);
  REQUIRE(decode(0x00f0).action == Action::BranchLink);
  REQUIRE(decode(0x00e2).action == Action::Mov);
  REQUIRE(decode(0x0502).special == 1);         // movts status,r0
  REQUIRE(decode(0x0512).special == 1);         // movfs r0,status
  REQUIRE(decode(0x0802010fu).special == 16);   // movts hstatus,r0
  REQUIRE(decode(0x0012010fu).special == 64);   // movts dma0config,r0
  REQUIRE(decode(0x0032051fu).special == 193);  // movfs r0,coreid
  REQUIRE(decode(0x1c321d1fu).special == 255);
}

TEST_CASE("registers read and written") {
  check_registers(0x051a, regs(1, 2), regs(0));          // add r0,r1,r2
  check_registers(0x0493, regs(1), regs(0));             // add r0,r1,1
  check_registers(0x04e2, regs(1), regs(0));             // mov r0,r1
  check_registers(0x0402, regs(0, 1), regs(0));          // moveq r0,r1
  check_registers(0x0023, regs(), regs(0));              // mov r0,0x1
  check_registers(0x1002200bu, regs(1), regs(1));        // movt r1,0x0
  check_registers(0x241e, regs(1), regs(1));             // bitr r1,r1
  check_registers(0x0507, regs(1, 2), regs(0));          // fadd r0,r1,r2
  check_registers(0x0537, regs(0, 1, 2), regs(0));       // fmadd
  check_registers(0x0547, regs(0, 1, 2), regs(0));       // fmsub
  check_registers(0x0457, regs(1), regs(0));             // float r0,r1
  check_registers(0x0501, regs(1, 2), regs(0));          // ldrb r0,[r1,r2]
  check_registers(0x0545, regs(1, 2), regs(0, 1));       // ldr r0,[r1],r2
  check_registers(0x0565, regs(1, 2), regs(0, 1));       // ldrd r0,[r1],r2
  check_registers(0x4464, regs(1), regs(2, 3));          // ldrd r2,[r1]
  check_registers(0x4474, regs(1, 2, 3), regs());        // strd r2,[r1]
  check_registers(0x0555, regs(0, 1, 2), regs(1));       // str r0,[r1],r2
  check_registers(0x0200045cu, regs(0, 1), regs(1));     // str r0,[r1],+0x0
  check_registers(0xfc00fc6cu, regs(63), regs(62, 63));  // ldrd r63,[r63]: the pair of an odd register
  check_registers(0x00200549u, regs(0, 1, 2), regs(0));  // testset r0,[r1,+r2]
  check_registers(0x00e0, regs(), regs());               // b
  check_registers(0x00f0, regs(), regs(14));             // bl
  check_registers(0x0542, regs(1), regs());              // jr r1
  check_registers(0x0552, regs(1), regs(14));            // jalr r1
  check_registers(0x0402194fu, regs(14), regs());        // rts
  check_registers(0x2102, regs(1), regs());              // movts config,r1
  check_registers(0x2112, regs(), regs(1));              // movfs r1,config
  check_registers(0x01a2, regs(), regs());               // nop
}

TEST_CASE("flags read and written are those of the table") {
  const auto flags = [](std::uint32_t word) { return info(decode(word).op); };
  REQUIRE(flags(0x051a).flags_written == 0x10f0u);  // add: AZ AN AC AV AVS
  REQUIRE(flags(0x055a).flags_written == 0x00f0u);  // and
  REQUIRE(flags(0x0507).flags_written == 0xe700u);  // fadd: BZ BN BV BIS BVS BUS
  REQUIRE(flags(0x04e2).flags_written == 0u);       // mov
  REQUIRE(flags(0x2102).flags_written == ~0u);      // movts
  REQUIRE(flags(0x2112).flags_read == ~0u);         // movfs
  REQUIRE(flags(0x00a0).flags_read == 0x0100u);     // bbeq
  REQUIRE(flags(0x00d2).flags_read == 0x0300u);     // movblte
  REQUIRE(flags(0x0060).flags_read == 0x00b0u);     // bgt
}
