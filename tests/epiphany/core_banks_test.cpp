// Four banks of local memory, one access per bank and cycle: mesh before data before program fetch before DMA. The program is in bank 0.

#include <catch2/catch.hpp>

#include "tests/epiphany/core_program.h"

namespace epysim::epiphany {
namespace {

using core::Cause;

constexpr Address kOwnBank = 0x800;
constexpr Address kOtherBank = 0x2000;

/// Four lines, each an FMADD with an LDRD through r2, and BKPT.
const std::initializer_list<std::uint16_t> kPairs{
    0x00bf, 0x4007,  // fmadd r16,r0,r1
    0x086c, 0xa000,  // ldrd r40,[r2,+0x0]
    0x20bf, 0x4007,  // fmadd r17,r0,r1
    0x486c, 0xa000,  // ldrd r42,[r2,+0x0]
    0x40bf, 0x4007,  // fmadd r18,r0,r1
    0x886c, 0xa000,  // ldrd r44,[r2,+0x0]
    0x60bf, 0x4007,  // fmadd r19,r0,r1
    0xc86c, 0xa000,  // ldrd r46,[r2,+0x0]
    0x01c2,          // bkpt
};

/// A line of one 16-bit instruction that is no load and three that are, then BKPT.
const std::initializer_list<std::uint16_t> kThreeLoads{0x01a2, 0x2044, 0x4044, 0x6044, 0x01c2};  // nop; ldr r1/r2/r3,[r0]; bkpt
const std::initializer_list<std::uint16_t> kFourLoads{0x2044, 0x4044, 0x6044, 0x8044, 0x01c2};

struct Outcome {
  Cycle cycles, fetch_stalls, bank_conflicts;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome(Program& program) {
  program.run();
  const core::CauseAccount causes = program.core.causes();
  CHECK(causes.total() == program.cycles());
  return {program.cycles(), causes[Cause::FetchStall], causes[Cause::BankConflict]};
}

Outcome outcome(std::initializer_list<std::uint16_t> code, Address data) {
  Program program(code);
  program.core.cpu().r[0] = program.core.cpu().r[2] = data;
  return outcome(program);
}

}  // namespace

TEST_CASE("data in another bank than the program costs the program nothing") {
  CHECK(outcome(kPairs, kOtherBank) == Outcome{4 + 1, 0, 0});
  CHECK(outcome(kFourLoads, kOtherBank) == Outcome{5, 0, 0});
}

TEST_CASE("a line whose every cycle loads from the program's bank delays the next line by a cycle") {
  CHECK(outcome(kPairs, kOwnBank) == Outcome{4 + 1 + 4, 4, 0});
  CHECK(outcome(kFourLoads, kOwnBank) == Outcome{5 + 1, 1, 0});
}

TEST_CASE("one cycle of a line without a load is enough to fetch the next") { CHECK(outcome(kThreeLoads, kOwnBank) == Outcome{5, 0, 0}); }

TEST_CASE("a load waits while the mesh has its bank, and what follows waits with it") {
  for (const Cycle cycles : {0, 1, 5}) {
    Program program({0x2044, 0x449a, 0x01c2});  // ldr r1,[r0]; add r2,r1,r1; bkpt
    program.core.cpu().r[0] = kOtherBank;
    for (Cycle at = 0; at < cycles; ++at) CHECK(program.core.visit(kOtherBank + 8, at) == at);
    CHECK(outcome(program) == Outcome{3 + 1 + cycles, 0, cycles});
  }
}

TEST_CASE("the mesh in another bank, or in another cycle, disturbs nobody") {
  Program program({0x2044, 0x449a, 0x01c2});
  program.core.cpu().r[0] = kOtherBank;
  program.core.visit(0x4000, 0);
  program.core.visit(kOtherBank, 1);
  CHECK(outcome(program) == Outcome{3 + 1, 0, 0});
}

TEST_CASE("a line is late when the mesh has the program's bank for as long as the line before it lasts") {
  const std::initializer_list<std::uint16_t> code{0x01a2, 0x01a2, 0x01a2, 0x01a2, 0x01c2};  // 4 nop; bkpt
  Program free(code);
  for (Cycle at = 0; at < 3; ++at) free.core.visit(kOwnBank, at);
  CHECK(outcome(free) == Outcome{5, 0, 0});
  Program taken(code);
  for (Cycle at = 0; at < 6; ++at) taken.core.visit(kOwnBank, at);
  CHECK(outcome(taken) == Outcome{7 + 1, 3, 0});
}

TEST_CASE("mesh and data together keep the fetch from its bank") {
  Program program(kThreeLoads);
  program.core.cpu().r[0] = kOwnBank;
  program.core.visit(kOwnBank, 0);
  CHECK(outcome(program) == Outcome{5 + 1, 1, 0});
}

TEST_CASE("two accesses through the mesh take a bank one after the other") {
  Program program;
  CHECK(program.core.visit(kOwnBank, 7) == 7);
  CHECK(program.core.visit(kOwnBank + 64, 7) == 8);
  CHECK(program.core.visit(kOtherBank, 7) == 7);
  CHECK(program.core.visit(kRegisterBase, 7) == 7);
}

TEST_CASE("a core has to do with others while it uses a bank that the mesh has used lately") {
  constexpr Address kElsewhere = 0xf0000;
  Banks banks(32768);
  CHECK_FALSE(banks.busy(1, 0));
  CHECK_FALSE(banks.meets_mesh(kOtherBank, 0));
  CHECK(banks.reserve(kOtherBank, 100) == 100);
  CHECK(banks.busy(1, 100));
  CHECK(banks.busy(1, 100 + Banks::kLately - 1));
  CHECK_FALSE(banks.busy(1, 100 + Banks::kLately));
  CHECK_FALSE(banks.busy(0, 100));
  // Its program is there,
  CHECK(banks.meets_mesh(kOtherBank, 101));
  CHECK_FALSE(banks.meets_mesh(kOwnBank, 101));
  CHECK_FALSE(banks.meets_mesh(kElsewhere, 101));
  // or what it loads or stores, one way or the other.
  banks.access(kOwnBank, 200);
  CHECK(banks.at_once(kOwnBank, 201));
  CHECK_FALSE(banks.meets_mesh(kElsewhere, 202));
  banks.access(kOtherBank, 202);
  CHECK(banks.meets_mesh(kElsewhere, 202 + Banks::kLately - 1));
  CHECK_FALSE(banks.meets_mesh(kElsewhere, 202 + Banks::kLately));
  CHECK(banks.at_once(kOtherBank, 300));
  CHECK(banks.meets_mesh(kElsewhere, 300 + Banks::kLately - 1));
  CHECK_FALSE(banks.meets_mesh(kElsewhere, 300 + Banks::kLately));
  CHECK_FALSE(banks.at_once(kOtherBank, 100));
  banks.access(kOtherBank, 100 + Banks::kLately);
  CHECK_FALSE(banks.meets_mesh(kElsewhere, 300 + Banks::kLately));
}

TEST_CASE("a core has to do with others when they begin to use it") {
  Program program;
  Core& core = program.core;
  CHECK_FALSE(core.near_others(50));
  core.share(0x400, 50);
  CHECK(core.near_others(50 + Banks::kLately - 1));
  CHECK_FALSE(core.near_others(50 + Banks::kLately));
  core.share(0x404, 100);  // the same line
  CHECK_FALSE(core.near_others(50 + Banks::kLately));
  core.visit(0x6000, 2000);  // another line, in a bank that it does not use
  CHECK(core.near_others(2000 + Banks::kLately - 1));
  CHECK_FALSE(core.near_others(2000 + Banks::kLately));
  core.visit(0x6000, 3000);
  CHECK_FALSE(core.near_others(2000 + Banks::kLately));
  core.latch(interrupt::kMessage, 5000);
  CHECK(core.near_others(5000 + Banks::kLately - 1));
  CHECK_FALSE(core.near_others(5000 + Banks::kLately));
}

TEST_CASE("DMA gets the cycles that nobody else had") {
  Program program(kThreeLoads);
  program.core.cpu().r[0] = kOtherBank;
  Banks& banks = program.core.banks();
  program.core.visit(kOtherBank, 9);
  banks.watch(true);
  program.run();
  // Bank 0: the next line is fetched in cycle 0. Bank 1: loads in cycles 1 to 3, the mesh in cycle 9.
  for (const auto& [at, own, other] :
       {std::tuple{0, true, false}, {1, false, true}, {3, false, true}, {4, true, false}, {9, false, true}}) {
    INFO("cycle " << at);
    CHECK(banks.taken(kOwnBank, static_cast<Cycle>(at)) == own);
    CHECK(banks.taken(kOtherBank, static_cast<Cycle>(at)) == other);
    CHECK_FALSE(banks.taken(0x4000, static_cast<Cycle>(at)));
  }
}

TEST_CASE("timers count late lines as event A and delayed data as event B") {
  const auto counted = [](std::uint32_t events) {
    Program program(kPairs);
    program.core.cpu().r[2] = kOwnBank;
    program.core.visit(kOwnBank, 0);
    program.set(special::CONFIG, events << config::kTimer0Shift);
    program.set(special::CTIMER0, 100);
    program.run();
    return 100 - program.get(special::CTIMER0);
  };
  CHECK(counted(event::kFetchStall) == 4);
  CHECK(counted(event::kBankConflict) == 1);
}

}  // namespace epysim::epiphany
