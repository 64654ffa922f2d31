// How long instructions take: the published table of the core, row by row, with the memory that it presumes; and what makes them longer.

#include <catch2/catch.hpp>

#include "tests/picorv32/core_program.h"

using namespace epysim;
using namespace epysim::picorv32;
using core::Cause;

namespace {

Options single_port() {
  Options options;
  options.dual_port = false;
  return options;
}

/// 100 times the word from the start on, with these values in a0 and a1; what one of them takes.
double cost(const Options& options, std::uint32_t code, std::uint32_t a0 = 0, std::uint32_t a1 = 0) {
  Program program({}, options);
  program.x(10) = a0;
  program.x(11) = a1;
  const Address end = program.repeat(100, {code});
  const Cycle cycles = program.cycles_to(end);
  REQUIRE(program.around.said.empty());
  REQUIRE(program.core.causes().total() == program.core.now());
  return static_cast<double>(cycles) / 100;
}

void costs(std::uint32_t code, double dual, double single, std::uint32_t a0 = 0, std::uint32_t a1 = 0) {
  REQUIRE(cost({}, code, a0, a1) == dual);
  REQUIRE(cost(single_port(), code, a0, a1) == single);
}

}  // namespace

TEST_CASE("direct jump: 3 cycles") { costs(word(Op::jal, 1, 4), 3, 3); }

TEST_CASE("computation with an immediate: 3 cycles") {
  for (const Op op : {Op::addi, Op::slti, Op::sltiu, Op::xori, Op::ori, Op::andi}) costs(word(op, 12, 10, 5), 3, 3);
  costs(word(Op::lui, 12, 5), 3, 3);
  costs(word(Op::auipc, 12, 5), 3, 3);
}

TEST_CASE("computation with two registers: 3 cycles, 4 with a single port") {
  for (const Op op : {Op::add, Op::sub, Op::slt, Op::sltu, Op::xor_, Op::or_, Op::and_}) costs(word(op, 12, 10, 11), 3, 4);
}

TEST_CASE("branch not taken: 3 cycles, 4 with a single port") {
  costs(word(Op::bne, 10, 11, 64), 3, 4);
  costs(word(Op::blt, 10, 11, 64), 3, 4);
}

TEST_CASE("branch taken: 5 cycles, 6 with a single port") {
  costs(word(Op::beq, 10, 11, 4), 5, 6);
  costs(word(Op::bgeu, 10, 11, 4), 5, 6);
}

TEST_CASE("memory load: 5 cycles") {
  for (const Op op : {Op::lb, Op::lbu, Op::lh, Op::lhu, Op::lw}) costs(word(op, 12, 0x400, 0), 5, 5);
}

TEST_CASE("memory store: 5 cycles, 6 with a single port") {
  for (const Op op : {Op::sb, Op::sh, Op::sw}) costs(word(op, 12, 0, 10), 5, 6, 0x1000);
}

TEST_CASE("indirect jump: 6 cycles") {
  for (const Options& options : {Options(), single_port()}) {
    Program program({word(Op::jalr, 1, 0, 10)}, options);
    program.x(10) = 0x200;
    REQUIRE(program.cycles_to(0x200) == 6);
  }
}

TEST_CASE("shift: 4 to 14 cycles, 4 to 15 with a single port") {
  for (std::uint32_t distance = 0; distance < 32; ++distance) {
    const std::uint32_t expected = 4 + distance / 4 + distance % 4;  // four places at a time, then one
    costs(word(Op::slli, 12, 10, distance), expected, expected, 77);
    costs(word(Op::srai, 12, 10, distance), expected, expected, 77);
    costs(word(Op::srl, 12, 10, 11), expected, expected + 1, 77, distance | 0x40);
  }
  costs(word(Op::slli, 12, 10, 0), 4, 4);
  costs(word(Op::slli, 12, 10, 31), 14, 14);
  costs(word(Op::sll, 12, 10, 11), 14, 15, 77, 31);
}

TEST_CASE("with a barrel shifter a shift takes as long as any computation") {
  Options barrel;
  barrel.barrel_shifter = true;
  REQUIRE(cost(barrel, word(Op::slli, 12, 10, 31)) == 3);
  REQUIRE(cost(barrel, word(Op::sra, 12, 10, 11), 1, 31) == 3);
}

TEST_CASE("lower half of a product, quotient, remainder: 40 cycles; upper half: 72") {
  costs(word(Op::mul, 12, 10, 11), 40, 40, 3, 5);
  for (const Op op : {Op::mulh, Op::mulhu, Op::mulhsu}) costs(word(op, 12, 10, 11), 72, 72, 3, 5);
  for (const Op op : {Op::div, Op::divu, Op::rem, Op::remu}) {
    costs(word(op, 12, 10, 11), 40, 40, 100, 7);
    costs(word(op, 12, 10, 11), 40, 40, 100, 0);
  }
}

TEST_CASE("memory that answers a cycle later costs one at each access that nothing hides") {
  Options slow;
  slow.memory_wait = 1;
  REQUIRE(cost(slow, word(Op::add, 12, 10, 11)) == 4);
  REQUIRE(cost(slow, word(Op::jal, 0, 4)) == 4);
  REQUIRE(cost(slow, word(Op::beq, 10, 11, 64), 1) == 4);
  REQUIRE(cost(slow, word(Op::beq, 10, 11, 4)) == 7);
  REQUIRE(cost(slow, word(Op::lw, 12, 0x400, 0)) == 7);
  REQUIRE(cost(slow, word(Op::sw, 12, 0, 10), 0x1000) == 7);
  REQUIRE(cost(slow, word(Op::slli, 12, 10, 0)) == 4);
  REQUIRE(cost(slow, word(Op::slli, 12, 10, 31)) == 14);
  REQUIRE(cost(slow, word(Op::mul, 12, 10, 11)) == 40);
  slow.dual_port = false;
  REQUIRE(cost(slow, word(Op::add, 12, 10, 11)) == 4);  // the second read hides it
  Program program({word(Op::jalr, 0, 0, 10)}, slow);
  program.x(10) = 0x200;
  REQUIRE(program.cycles_to(0x200) == 7);
}

TEST_CASE("loads and stores outside ask when the port is free, and hold the core until they are answered") {
  Program program({word(Op::lw, 12, 0, 10), word(Op::sw, 12, 4, 10), kNop});
  program.x(10) = Around::kMemory;
  REQUIRE(program.cycles_to(Program::kStart + 12) == 4 + Around::kLoad + 4 + Around::kStore + 3);
  REQUIRE(program.around.asked[0].at == program.begin + 4);
  REQUIRE(program.around.asked[1].at == program.begin + 4 + Around::kLoad + 4);
  REQUIRE(program.core.causes()[Cause::OffChipLoad] == Around::kLoad + 1);
  REQUIRE(program.core.causes()[Cause::OffChipStore] == Around::kStore + 1);
}

TEST_CASE("cycles have causes") {
  Options slow;
  slow.memory_wait = 1;
  Program program({word(Op::lw, 12, 0x400, 0), word(Op::add, 12, 10, 11), word(Op::mul, 12, 10, 11), word(Op::beq, 0, 0, 4)}, slow);
  program.cycles_to(Program::kStart + 16);
  const auto causes = program.core.causes();
  REQUIRE(causes[Cause::Issue] == 4);
  REQUIRE(causes[Cause::MultiCycle] == 2 + 2 + 39 + 2);
  REQUIRE(causes[Cause::PortConflict] == 3);
  REQUIRE(causes[Cause::FetchStall] == 3);
  REQUIRE(causes[Cause::Branch] == 3);
  REQUIRE(causes[Cause::Halted] == penalty::kRelease);
  REQUIRE(causes.total() == program.core.now());
}
