// Loads, stores, the reservation, prefixes and delay slots, in block RAM and outside it.

#include <catch2/catch.hpp>

#include "tests/microblaze/core_program.h"

using namespace epysim;
using namespace epysim::microblaze;
using core::Misuse;

namespace {

constexpr std::uint32_t kNop = 0x80000000;
constexpr Address kData = 0x400;

Options big_endian() {
  Options options = full();
  options.big_endian = true;
  return options;
}

/// A core that loads to, or stores, r3 = 0xa1b2c3d4 at an offset into the bytes 11 22 33 44 55 66 77 88.
struct Access : Program {
  Access(Op op, Address offset, const Options& options = full()) : Program({word(op, 3, 5, 6)}, options) {
    for (unsigned i = 0; i < 8; ++i) core.local().store(kData + i, static_cast<std::uint8_t>(0x11 * (i + 1)));
    r(3) = 0xa1b2c3d4;
    r(5) = kData;
    r(6) = offset;
    step();
  }
  std::uint64_t memory() { return core.local().load<std::uint64_t>(kData); }
};

}  // namespace

TEST_CASE("loads take bytes in the order of the core") {
  for (Address i = 0; i < 4; ++i) {
    REQUIRE(Access(Op::lbu, i).r(3) == 0x11 * (i + 1));
    REQUIRE(Access(Op::lbu, i, big_endian()).r(3) == 0x11 * (i + 1));
  }
  REQUIRE(Access(Op::lhu, 0).r(3) == 0x2211);
  REQUIRE(Access(Op::lhu, 2).r(3) == 0x4433);
  REQUIRE(Access(Op::lw, 0).r(3) == 0x44332211);
  REQUIRE(Access(Op::lw, 4).r(3) == 0x88776655);
  REQUIRE(Access(Op::lhu, 2, big_endian()).r(3) == 0x3344);
  REQUIRE(Access(Op::lw, 4, big_endian()).r(3) == 0x55667788);
}

TEST_CASE("reversed loads take them in the other order") {
  for (Address i = 0; i < 4; ++i) REQUIRE(Access(Op::lbur, i).r(3) == 0x11 * (4 - i));
  REQUIRE(Access(Op::lhur, 0).r(3) == 0x3344);
  REQUIRE(Access(Op::lhur, 2).r(3) == 0x1122);
  REQUIRE(Access(Op::lwr, 0).r(3) == 0x11223344);
  REQUIRE(Access(Op::lwr, 0, big_endian()).r(3) == 0x44332211);
  REQUIRE(Access(Op::lhur, 0, big_endian()).r(3) == 0x4433);
}

TEST_CASE("stores do the same") {
  REQUIRE(Access(Op::sb, 1).memory() == 0x887766554433d411);
  REQUIRE(Access(Op::sh, 2).memory() == 0x88776655c3d42211);
  REQUIRE(Access(Op::sw, 4).memory() == 0xa1b2c3d444332211);
  REQUIRE(Access(Op::sbr, 1).memory() == 0x8877665544d42211);
  REQUIRE(Access(Op::shr, 2).memory() == 0x887766554433d4c3);
  REQUIRE(Access(Op::swr, 0).memory() == 0x88776655d4c3b2a1);
  REQUIRE(Access(Op::sw, 0, big_endian()).memory() == 0x88776655d4c3b2a1);
  REQUIRE(Access(Op::sh, 2, big_endian()).memory() == 0x88776655d4c32211);
  REQUIRE(Access(Op::swr, 0, big_endian()).memory() == 0x88776655a1b2c3d4);
}

TEST_CASE("misaligned accesses without an exception for them ignore the low bits, and are reported") {
  Options options = full();
  options.exceptions.unaligned = false;
  for (Address i = 0; i < 4; ++i) {
    Access load(Op::lw, i, options);
    REQUIRE(load.r(3) == 0x44332211);
    REQUIRE(load.around.said.size() == (i == 0 ? 0 : 1));
    REQUIRE(Access(Op::lhu, i, options).r(3) == (i < 2 ? 0x2211 : 0x4433));
    REQUIRE(Access(Op::sw, 4 + i, options).memory() == 0xa1b2c3d444332211);
  }
  Access load(Op::lw, 1, options);
  REQUIRE(load.around.said[0].kind == Misuse::Unaligned);
  REQUIRE(load.around.said[0].pc == Program::kStart);
  REQUIRE(load.around.said[0].text == "unaligned load of 4 bytes at 0x00000401: uses 0x00000400");
  REQUIRE(Access(Op::sh, 1, options).around.said[0].text == "unaligned store of 2 bytes at 0x00000401: uses 0x00000400");
}

TEST_CASE("addresses wrap") {
  Program program({word(Op::lwi, 3, 5, 8)});
  program.r(5) = 0xfffffffc;
  program.core.local().store<std::uint32_t>(4, 0x12345678);
  REQUIRE(program.step().r(3) == 0x12345678);
}

TEST_CASE("what is not in block RAM goes outside") {
  Program program({word(Op::swi, 3, 5, 0), word(Op::shi, 3, 5, 4), word(Op::sbi, 3, 5, 6), word(Op::lwi, 4, 5, 0), word(Op::lbui, 7, 5, 1),
                   word(Op::lhur, 8, 5, 0)});
  program.r(3) = 0xa1b2c3d4;
  program.r(5) = Around::kMemory;
  program.cycles_to(Program::kStart + 24);
  REQUIRE(program.r(4) == 0xa1b2c3d4);
  REQUIRE(program.r(7) == 0xc3);
  REQUIRE(program.r(8) == 0xb2a1);
  const auto& asked = program.around.asked;
  REQUIRE(asked.size() == 6);
  REQUIRE((asked[0].store && asked[0].bytes == 4 && asked[0].address == Around::kMemory && asked[0].at == program.begin));
  REQUIRE((asked[1].store && asked[1].bytes == 2 && asked[1].value == 0xc3d4 && asked[1].at == program.begin + Around::kStore));
  REQUIRE((asked[2].store && asked[2].bytes == 1 && asked[2].value == 0xd4));
  REQUIRE((!asked[5].store && asked[5].bytes == 2 && asked[5].address == Around::kMemory + 2));

  Program big({word(Op::swi, 3, 5, 0), word(Op::lwi, 4, 5, 0)}, big_endian());
  big.r(3) = 0xa1b2c3d4;
  big.r(5) = Around::kMemory;
  big.cycles_to(Program::kStart + 8);
  REQUIRE(big.around.memory[Around::kMemory] == 0xa1);
  REQUIRE(big.r(4) == 0xa1b2c3d4);
}

TEST_CASE("the last word of block RAM is inside, the next one outside") {
  Program program({word(Op::lwi, 3, 5, 0xfffc), word(Op::lwi, 3, 5, 0)});
  program.r(5) = Program::kLocalBytes;
  program.step();
  REQUIRE(program.around.asked.empty());
  program.step();
  REQUIRE(program.around.asked.size() == 1);
}

TEST_CASE("an access outside is asked for ahead of its turn, but not beyond the end of a run") {
  Program program({word(Op::lwi, 5, 0, 0x400), word(Op::lwi, 3, 5, 0)});
  program.core.local().store(0x400, Around::kMemory);
  const Cycle first = program.core.now();
  program.core.run(first + 3, first);  // the second load would wait for the first until first + 3
  REQUIRE(program.around.asked.empty());
  REQUIRE(program.core.next_time() == first + 3);
  REQUIRE(program.pc() == Program::kStart + 4);
  program.core.run(first + 100, first);  // others may act before it is made
  REQUIRE(program.around.asked.size() == 1);
  REQUIRE(program.around.asked[0].at == first + 3);
  REQUIRE(program.core.next_time() == kNever);
  program.core.settle(first + 20);
  program.core.complete(5, false, first + 33);
  REQUIRE(program.core.now() == first + 33);
  REQUIRE(program.r(3) == 5);
}

TEST_CASE("a line that others write is private no longer") {
  Program program({word(Op::lwi, 3, 0, 0x400), word(Op::swi, 3, 0, 0x404), word(Op::swi, 3, 0, 0x408)});
  program.core.share(0x400);
  const Cycle first = program.core.now();
  program.core.run(first + 100, first);
  REQUIRE(program.pc() == Program::kStart);
  program.core.run(first + 100, first + 1);
  REQUIRE(program.pc() == Program::kStart + 4);  // the store depends on the load, and waits as well
  REQUIRE(program.core.next_time() == first + 3);
}

TEST_CASE("code that is written is decoded again") {
  Program program({word(Op::swi, 3, 0, Program::kStart + 8), kNop, word(Op::addik, 4, 0, 1), word(Op::bri, 0u - 8)});
  program.r(3) = word(Op::addik, 4, 0, 2);
  program.core.run(program.core.now() + 3, kNever);
  REQUIRE(program.r(4) == 2);
  program.put(Program::kStart + 8, {word(Op::addik, 4, 0, 3)});  // from its other port
  program.core.run(program.core.now() + 6, kNever);
  REQUIRE(program.r(4) == 3);
}

TEST_CASE("LWX and SWX") {
  Program program({word(Op::lwx, 3, 5, 0), word(Op::swx, 4, 5, 0), word(Op::swx, 6, 5, 0)});
  program.r(5) = kData + 2;  // the low bits are ignored
  program.r(4) = 44;
  program.r(6) = 66;
  program.core.local().store<std::uint32_t>(kData, 33);
  program.msr() |= msr::kCarry;
  program.step();
  REQUIRE(program.r(3) == 33);
  REQUIRE(!program.carry());
  REQUIRE(program.core.cpu().reservation);
  program.msr() |= msr::kCarry;
  program.steps(2);
  REQUIRE(program.around.said.empty());
  REQUIRE(program.word_at(kData) == 44);
  REQUIRE(program.carry());  // the second SWX had no reservation any more
  REQUIRE(!program.core.cpu().reservation);
}

TEST_CASE("a SWX without reservation stores nothing outside either") {
  Program program({word(Op::swx, 4, 5, 0), word(Op::lwx, 3, 5, 0), word(Op::swx, 4, 5, 0)});
  program.r(5) = Around::kMemory;
  program.r(4) = 44;
  program.step();
  REQUIRE(program.carry());
  REQUIRE(program.around.asked.empty());
  program.cycles_to(Program::kStart + 12);
  REQUIRE(!program.carry());
  REQUIRE(program.around.memory[Around::kMemory] == 44);
}

TEST_CASE("IMM gives the next instruction its upper half, and only that") {
  Program program({word(Op::imm, 0x1234), word(Op::addik, 3, 0, 0x8678), word(Op::addik, 4, 0, 0x8678),  //
                   word(Op::imm, 0x1234), word(Op::cmp, 6, 0, 5), word(Op::addik, 7, 0, 1),              // type A: no use for it
                   word(Op::imm, 0), word(Op::lwi, 8, 0, 0xfffc)});
  program.core.local().store<std::uint32_t>(0xfffc, 88);
  program.r(5) = 5;
  program.steps(8);
  REQUIRE(program.r(3) == 0x12348678);
  REQUIRE(program.r(4) == 0xffff8678);
  REQUIRE(program.r(6) == 5);
  REQUIRE(program.r(7) == 1);
  REQUIRE(program.r(8) == 88);
}

TEST_CASE("IMM before a branch, which links its own address") {
  Program program({word(Op::imm, 0), word(Op::brlid, 15, 0x8000), word(Op::addik, 3, 0, 3)});
  program.steps(3);
  REQUIRE(program.pc() == Program::kStart + 4 + 0x8000);
  REQUIRE(program.r(15) == Program::kStart + 4);
  REQUIRE(program.r(3) == 3);
}

TEST_CASE("every branch with D executes one more instruction, taken or not; the others do not") {
  const auto visits = [](std::uint32_t branch, std::uint32_t condition, std::uint32_t operand) {
    Program program({branch, word(Op::addik, 3, 3, 1), word(Op::addik, 4, 4, 1), kNop, word(Op::addik, 7, 7, 1)});
    program.r(5) = condition;
    program.r(6) = operand;
    program.cycles_to(Program::kStart + 20);
    REQUIRE(program.around.said.empty());
    return std::string(program.r(3) != 0 ? "slot " : "") + (program.r(4) != 0 ? "on" : "over");
  };
  constexpr std::uint32_t kOver = 16, kTarget = Program::kStart + 16;
  for (const Op op : {Op::brid, Op::brd, Op::brlid, Op::brld, Op::braid, Op::brad, Op::bralid, Op::brald}) {
    const bool absolute = op == Op::braid || op == Op::brad || op == Op::bralid || op == Op::brald;
    const bool links = op == Op::brlid || op == Op::brld || op == Op::bralid || op == Op::brald;
    const std::uint32_t target = absolute ? kTarget : kOver;
    const bool immediate = op == Op::brid || op == Op::brlid || op == Op::braid || op == Op::bralid;
    REQUIRE(visits(links ? word(op, 15, immediate ? target : 6) : word(op, immediate ? target : 6), 0, target) == "slot over");
  }
  REQUIRE(visits(word(Op::bri, kOver), 0, 0) == "over");
  REQUIRE(visits(word(Op::br, 6), 0, kOver) == "over");
  REQUIRE(visits(word(Op::brai, kTarget), 0, 0) == "over");
  REQUIRE(visits(word(Op::bra, 6), 0, kTarget) == "over");
  REQUIRE(visits(word(Op::rtsd, 6, 8), 0, kTarget - 8) == "slot over");

  struct Conditional {
    Op plain, slot, plain_immediate, slot_immediate;
    std::uint32_t holds[3];  // for -1, 0, 1
  };
  constexpr Conditional kAll[] = {{Op::beq, Op::beqd, Op::beqi, Op::beqid, {0, 1, 0}}, {Op::bne, Op::bned, Op::bnei, Op::bneid, {1, 0, 1}},
                                  {Op::blt, Op::bltd, Op::blti, Op::bltid, {1, 0, 0}}, {Op::ble, Op::bled, Op::blei, Op::bleid, {1, 1, 0}},
                                  {Op::bgt, Op::bgtd, Op::bgti, Op::bgtid, {0, 0, 1}}, {Op::bge, Op::bged, Op::bgei, Op::bgeid, {0, 1, 1}}};
  for (const Conditional& each : kAll) {
    for (const std::uint32_t i : {0u, 1u, 2u}) {
      const std::uint32_t condition = i - 1;
      INFO(info(each.plain).name << " " << static_cast<std::int32_t>(condition));
      const bool taken = each.holds[i] != 0;
      REQUIRE(visits(word(each.plain, 5, 6), condition, kOver) == (taken ? "over" : "slot on"));
      REQUIRE(visits(word(each.plain_immediate, 5, kOver), condition, 0) == (taken ? "over" : "slot on"));
      REQUIRE(visits(word(each.slot, 5, 6), condition, kOver) == (taken ? "slot over" : "slot on"));
      REQUIRE(visits(word(each.slot_immediate, 5, kOver), condition, 0) == (taken ? "slot over" : "slot on"));
    }
  }
}
