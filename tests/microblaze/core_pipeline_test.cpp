// How long instructions take: the rows of UG984's tables on both pipelines, and what follows from them for short sequences.

#include <catch2/catch.hpp>

#include "tests/microblaze/core_program.h"

using namespace epysim;
using namespace epysim::microblaze;
using core::Cause;

namespace {

constexpr std::uint32_t kNop = 0x80000000;

/// `times` the words from the start on, on a core with these registers; how long they take.
Cycle cost(const Options& options, unsigned times, std::initializer_list<std::uint32_t> code, std::uint32_t r5 = 0, std::uint32_t r6 = 0) {
  Program program({}, options);
  program.r(5) = r5;
  program.r(6) = r6;
  const Address end = program.repeat(times, code);
  const Cycle cycles = program.cycles_to(end);
  REQUIRE(program.around.said.empty());
  REQUIRE(program.core.causes().total() == program.core.now());
  return cycles;
}

void both(unsigned times, std::initializer_list<std::uint32_t> code, Cycle five, Cycle three, std::uint32_t r5 = 0, std::uint32_t r6 = 0) {
  REQUIRE(cost(full(), times, code, r5, r6) == five);
  REQUIRE(cost(full_three(), times, code, r5, r6) == three);
}

const std::uint32_t kAdd = word(Op::addk, 3, 3, 5);

}  // namespace

TEST_CASE("1000 dependent additions take 1000 cycles") { both(1000, {kAdd}, 1000, 1000); }

TEST_CASE("a load and the use of its value take 4 cycles, or 3 with three stages") {
  both(1000, {word(Op::lwi, 3, 0, 0), word(Op::addk, 4, 3, 3)}, 4000, 3000);
}

TEST_CASE("a value loaded one instruction earlier costs one cycle less") {
  both(1, {word(Op::lwi, 3, 0, 0), kNop, word(Op::addk, 4, 3, 3)}, 1 + 1 + 1 + 1, 4);
  both(1, {word(Op::lwi, 3, 0, 0), kNop, kNop, word(Op::addk, 4, 3, 3)}, 4, 5);
}

TEST_CASE("data, address and condition wait for a load like any operand") {
  both(1, {word(Op::lwi, 3, 0, 0), word(Op::swi, 3, 0, 64)}, 1 + 2 + 1, 2 + 2);
  both(1, {word(Op::lwi, 3, 0, 0), word(Op::lwi, 4, 3, 64)}, 1 + 2 + 1, 2 + 2);
  both(1, {word(Op::lwi, 3, 0, 0x200), word(Op::bnei, 3, 8)}, 1 + 2 + 1, 2 + 1);
}

TEST_CASE("branches") {
  SECTION("taken, without a slot") { both(1000, {word(Op::bnei, 5, 4)}, 3000, 3000, 1); }
  SECTION("taken, with a slot") { both(1000, {word(Op::bneid, 5, 8), kNop}, 3000, 3000, 1); }
  SECTION("not taken") {
    both(1000, {word(Op::bnei, 5, 64)}, 1000, 1000);
    both(1000, {word(Op::bneid, 5, 64), kNop}, 2000, 2000);
  }
  SECTION("unconditional") {
    both(1000, {word(Op::bri, 4)}, 3000, 3000);
    both(1000, {word(Op::brid, 8), kNop}, 3000, 3000);
    both(1000, {word(Op::brlid, 15, 8), kNop}, 3000, 3000);
  }
  SECTION("return") { both(1, {word(Op::rtsd, 5, 0), kNop}, 3, 3, Program::kStart + 8); }
  SECTION("break") { both(1, {word(Op::brki, 16, Program::kStart + 4)}, 3, 3); }
  SECTION("the cycles of refilling are the branch's") {
    Program program({word(Op::bri, 8)});
    program.cycles_to(Program::kStart + 8);
    REQUIRE(program.core.causes()[Cause::Branch] == 2);
    REQUIRE(program.core.causes()[Cause::Issue] == 1);
  }
}

TEST_CASE("a load in a delay slot stalls the branch's target") {
  // The refill comes before the slot, so that the whole of the two cycles is left.
  both(1, {word(Op::brid, 8), word(Op::lwi, 3, 0, 0), word(Op::addk, 4, 3, 3)}, 6, 5);
}

TEST_CASE("multiplication and barrel shift") {
  both(100, {word(Op::mul, 3, 5, 6)}, 100, 300);
  both(100, {word(Op::mul, 3, 5, 6), word(Op::addk, 4, 3, 3)}, 400, 400);
  both(1, {word(Op::mulhu, 3, 5, 6), kNop, word(Op::addk, 4, 3, 3)}, 4, 5);
  both(100, {word(Op::bslli, 3, 5, 3)}, 100, 200);
  both(100, {word(Op::bsra, 3, 5, 6), word(Op::addk, 4, 3, 3)}, 300, 300);
}

TEST_CASE("division") {
  both(100, {word(Op::idiv, 3, 5, 6)}, 3400, 3500, 3, 1000);
  both(100, {word(Op::idivu, 3, 5, 6), word(Op::addk, 4, 3, 3)}, 3500, 3600, 3, 1000);
  both(100, {word(Op::idiv, 3, 5, 6)}, 100, 100, 0, 1000);
}

TEST_CASE("floating point") {
  const std::uint32_t one = 0x3f800000;
  both(100, {word(Op::fadd, 3, 5, 6)}, 400, 600, one, one);
  both(100, {word(Op::fadd, 3, 3, 5)}, 600 - 2, 600, one);  // nothing waits for the last one
  both(1, {word(Op::fmul, 3, 5, 6), word(Op::addk, 4, 3, 3)}, 4 + 2 + 1, 7, one, one);
  both(1, {word(Op::fmul, 3, 5, 6), kNop, word(Op::addk, 4, 3, 3)}, 4 + 1 + 1 + 1, 8, one, one);
  both(100, {word(Op::fdiv, 3, 5, 6)}, 2800, 3000, one, one);
  both(100, {word(Op::fcmp_lt, 3, 5, 6)}, 100, 300, one, one);
  both(1, {word(Op::fcmp_lt, 3, 5, 6), word(Op::bnei, 3, 8)}, 1 + 2 + 1, 4, one, one);
  both(100, {word(Op::flt, 3, 5)}, 500, 700);
  both(100, {word(Op::fint, 3, 5)}, 400, 600, one);
  both(100, {word(Op::fsqrt, 3, 5)}, 2700, 2900, one);
}

TEST_CASE("instructions of the FPU are told from the others where there is one") {
  Program program(
      {word(Op::fadd, 3, 5, 6), word(Op::addk, 4, 3, 3), word(Op::fcmp_lt, 3, 5, 6), word(Op::flt, 3, 5), word(Op::lwi, 7, 0, 0x1000)});
  program.steps(5);
  const core::IssuedByUnit issued = program.core.snapshot().issued.value();
  REQUIRE(issued.floating == 3);
  REQUIRE(issued.integer == 2);
  REQUIRE_FALSE(Program({kNop}, Options::preset("mb-default")).steps(1).core.snapshot().issued.has_value());
}

TEST_CASE("stores, prefixes, special registers, barriers") {
  both(100, {word(Op::swi, 5, 0, 64)}, 100, 200);
  both(100, {word(Op::lwx, 3, 0, 6), word(Op::swx, 3, 0, 6)}, 400, 400, 0, 64);
  both(100, {word(Op::imm, 1), word(Op::addik, 3, 3, 1)}, 200, 200);
  both(100, {word(Op::mts, special::kFsr, 5)}, 100, 100);
  both(100, {word(Op::mfs, 3, special::kFsr)}, 100, 100);
  both(100, {word(Op::mfs, 3, special::kFsr), word(Op::addk, 4, 3, 3)}, 300, 200);
  both(100, {word(Op::mbar, 1)}, 200, 200);
  both(100, {word(Op::wdc, 5, 6)}, 100, 100);
}

TEST_CASE("a loop of five instructions takes six cycles each time") {
  Program program({word(Op::addik, 3, 0, 100), word(Op::addik, 4, 4, 1), word(Op::addk, 5, 5, 4), word(Op::addik, 3, 3, 0xffff),
                   word(Op::bneid, 3, 0u - 12), word(Op::addk, 7, 7, 6)});
  REQUIRE(program.cycles_to(Program::kStart + 24) == 1 + 100 * 6 - 1);  // the last time the branch is not taken
}

TEST_CASE("a port that fetch and data share costs a cycle for each access") {
  Options shared = full();
  shared.shared_port_cycles = 1;
  REQUIRE(cost(shared, 1000, {word(Op::lwi, 3, 0, 0)}) == 2000);
  REQUIRE(cost(shared, 1000, {word(Op::swi, 3, 0, 64)}) == 2000);
  REQUIRE(cost(shared, 1000, {kAdd}) == 1000);
  // The fetch that is displaced would have stalled anyway.
  REQUIRE(cost(shared, 1000, {word(Op::lwi, 3, 0, 0), word(Op::addk, 4, 3, 3)}) == 4000);

  Program program({word(Op::lwi, 3, 0, 0)}, shared);
  program.cycles_to(Program::kStart + 4);
  REQUIRE(program.core.causes()[Cause::PortConflict] == 1);
}

TEST_CASE("loads and stores outside hold the core until they are answered") {
  Program program({word(Op::lwi, 3, 5, 0), word(Op::swi, 3, 5, 4), kAdd});
  program.r(5) = Around::kMemory;
  const Cycle cycles = program.cycles_to(Program::kStart + 12);
  REQUIRE(cycles == Around::kLoad + Around::kStore + 1);
  REQUIRE(program.core.causes()[Cause::OffChipLoad] == Around::kLoad - 1);
  REQUIRE(program.core.causes()[Cause::OffChipStore] == Around::kStore - 1);
  REQUIRE(program.core.causes().total() == program.core.now());
}

TEST_CASE("cycles have causes") {
  Program program({word(Op::lwi, 3, 0, 0), word(Op::addk, 4, 3, 3), word(Op::idiv, 3, 5, 6)});
  program.r(5) = 1;
  program.cycles_to(Program::kStart + 12);
  const auto causes = program.core.causes();
  REQUIRE(causes[Cause::Issue] == 3);
  REQUIRE(causes[Cause::DependencyStall] == 2);
  REQUIRE(causes[Cause::MultiCycle] == 33);
  REQUIRE(causes[Cause::Halted] == penalty::kRelease);
  REQUIRE(causes.total() == program.core.now());
}
