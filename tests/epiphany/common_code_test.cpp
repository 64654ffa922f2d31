// Blocks that cores share: whoever has other code, or changes it, is not misled, and the others do not notice.

#include <catch2/catch.hpp>
#include <functional>

#include "tests/epiphany/chipful.h"

namespace epysim::epiphany {
namespace {

constexpr Address kLoop = kStart + 0xa, kWanted = 0x400;
constexpr std::uint16_t kAddOne = 0x0093, kAddThree = 0x0193;

/// r0 counts 200 turns; then, if there is a half-word at kWanted, that takes the place of the addition, for another 200.
void put_program(Chipful& chip, int id) {
  chip.put(id, kStart,
           {
               0x000b, 0x2042,  // 100: mov r8,0x400
               0x802c, 0x0400,  // 104: ldrh r4,[r8]
               0x5903,          // 108: mov r2,200
               kAddOne,         // 10a: add r0,r0,1
               0x48b3,          // 10c: sub r2,r2,1
               0xfe10,          // 10e: bne 10a
               0x927a,          // 110: orr r4,r4,r4
               0x0600,          // 112: beq 11e
               0x614b, 0x0012,  // 114: mov r3,0x10a
               0x8c34,          // 118: strh r4,[r3]
               0x8003,          // 11a: mov r4,0
               0xf6e0,          // 11c: b 108
               0x01c2,          // 11e: bkpt
           });
}

/// Sums and times of all cores. With `visits` 0 there are no blocks.
std::vector<std::uint64_t> outcome(unsigned visits, Cycle quantum, const std::function<void(Chipful&)>& prepare) {
  Scheduler::Shape shape = Chipful::shape_of(quantum);
  shape.block_visits = visits;
  Chipful chip(shape);
  for (int id = 0; id < 16; ++id) put_program(chip, id);
  prepare(chip);
  for (int id = 0; id < 16; ++id) chip.start(id);
  CHECK(chip.run() == core::RunStop::AllStopped);
  std::vector<std::uint64_t> values;
  for (int id = 0; id < 16; ++id) {
    values.push_back(chip.core(id).cpu().r[0]);
    values.push_back(chip.core(id).now());
  }
  return values;
}

void same_as_without_blocks(const std::function<void(Chipful&)>& prepare, const std::function<std::uint64_t(int)>& sum) {
  const std::vector<std::uint64_t> expected = outcome(0, 1, prepare);
  for (int id = 0; id < 16; ++id) CHECK(expected[static_cast<std::size_t>(2 * id)] == sum(id));
  for (const unsigned visits : {1u, 8u}) {
    for (const Cycle quantum : {1, 32, 1000}) CHECK(outcome(visits, quantum, prepare) == expected);
  }
}

}  // namespace

TEST_CASE("cores with the same code") {
  same_as_without_blocks([](Chipful&) {}, [](int) { return 200; });
}

TEST_CASE("a core has other instructions in the same place") {
  for (const int other : {0, 5, 15}) {
    same_as_without_blocks([other](Chipful& chip) { chip.put(other, kLoop, {kAddThree}); },
                           [other](int id) { return id == other ? 600 : 200; });
  }
}

TEST_CASE("cores change their code in the midst of it") {
  same_as_without_blocks(
      [](Chipful& chip) {
        for (const int id : {1, 2, 9}) chip.put(id, kWanted, {kAddThree});
      },
      [](int id) { return id == 1 || id == 2 || id == 9 ? 800 : 200; });
  same_as_without_blocks(
      [](Chipful& chip) {
        for (int id = 0; id < 16; ++id) chip.put(id, kWanted, {kAddThree});
      },
      [](int) { return 800; });
}

TEST_CASE("code is written over the others' while they run it") {
  Scheduler::Shape shape = Chipful::shape_of(32);
  shape.block_visits = 1;
  Chipful chip(shape);
  for (int id = 0; id < 16; ++id) put_program(chip, id);
  for (int id = 0; id < 16; ++id) chip.start(id);
  chip.scheduler->run(300);
  chip.put(3, kLoop, {kAddThree});  // as a debugger does
  CHECK(chip.run() == core::RunStop::AllStopped);
  for (int id = 0; id < 16; ++id) CHECK((chip.core(id).cpu().r[0] == 200) == (id != 3));
}

TEST_CASE("another program after a reset, core by core") {
  Scheduler::Shape shape = Chipful::shape_of(32);
  shape.block_visits = 1;
  Chipful chip(shape);
  for (const std::uint16_t instruction : {kAddOne, kAddThree, kAddOne}) {
    for (int id = 0; id < 16; ++id) {
      chip.scheduler->reset(id);
      put_program(chip, id);
      chip.put(id, kLoop, {instruction});
      chip.start(id);
    }
    CHECK(chip.run(chip.scheduler->now() + 100'000) == core::RunStop::AllStopped);
    for (int id = 0; id < 16; ++id) CHECK(chip.core(id).cpu().r[0] == (instruction == kAddOne ? 200u : 600u));
  }
}

}  // namespace epysim::epiphany
