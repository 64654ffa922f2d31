// Stores that wait in front of their memory: their order, and that nobody can tell when they became bytes.

#include "sim/epiphany/arrivals.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/epiphany/chipful.h"

namespace epysim::epiphany {
namespace {

constexpr Address kRepeated = 0x140;

/// r1 is what the instruction at kRepeated gives it in the last of 50 rounds; the first begins `later` cycles later.
void repeat(Chipful& chip, int id, unsigned later) {
  constexpr std::uint16_t kNop = 0x01a2;
  Address pc = kStart;
  for (unsigned i = 0; i < later; ++i, pc += 2) chip.put(id, pc, {kNop});
  const auto halfwords = static_cast<std::uint16_t>((kRepeated - pc - 2) / 2);
  chip.put(id, pc, {0xa643, static_cast<std::uint16_t>(halfwords << 8 | 0xe0)});  // mov r5,50; b kRepeated
  chip.put(id, kRepeated,
           {
               0x2023,  // mov r1,1
               0xb4b3,  // sub r5,r5,1
               0xfe10,  // bne kRepeated
               0x01c2,  // bkpt
           });
}

const std::initializer_list<std::uint16_t> kChangeCore0{
    0x400b, 0x0042,  // mov r2,0x400
    0x6844,          // ldr r3,[r2]
    0x480b, 0x0012,  // mov r2,kRepeated
    0x500b, 0x1802,  // movt r2,0x8080
    0x6854,          // str r3,[r2]
    0x01c2,          // bkpt
};
constexpr std::uint32_t kTwoInsteadOfOne = 0xb4b32043;  // mov r1,2; sub r5,r5,1

Arrival arrival(Cycle at, Address address) {
  Arrival made;
  made.at = at;
  made.store.address = address;
  return made;
}

}  // namespace

TEST_CASE("stores are taken in the order of their arrival, up to a time", "[arrivals]") {
  Arrivals arrivals;
  CHECK(arrivals.empty());
  CHECK(arrivals.first() == kNever);
  for (const Cycle at : {Cycle{20}, Cycle{10}, Cycle{30}, Cycle{15}}) arrivals.add(arrival(at, static_cast<Address>(at)));
  CHECK(arrivals.first() == 10);
  CHECK(arrivals.last() == 30);
  std::vector<Address> taken;
  const auto take = [&](const Arrival& each) { taken.push_back(each.store.address); };
  arrivals.take_until(9, take);
  CHECK(taken.empty());
  arrivals.take_until(15, take);
  CHECK(taken == std::vector<Address>{10, 15});
  CHECK(arrivals.first() == 20);
  arrivals.take_until(30, take);
  CHECK(taken == std::vector<Address>{10, 15, 20, 30});
  CHECK(arrivals.empty());
}

TEST_CASE("a store to code is executed, whenever that is first looked at", "[arrivals]") {
  for (const unsigned visits : {0u, 1u}) {
    for (unsigned later = 0; later < 24; ++later) {
      Scheduler::Shape shape = Chipful::shape_of(1);
      shape.block_visits = visits;
      Chipful chip(shape);
      repeat(chip, 0, later);
      chip.put(1, kStart, kChangeCore0);
      chip.put_word(1, 0x400, kTwoInsteadOfOne);
      chip.start(0);
      chip.start(1);
      INFO("visits " << visits << ", " << later << " cycles later");
      CHECK(chip.run() == core::RunStop::AllStopped);
      CHECK(chip.core(0).cpu().r[1] == 2);
    }
  }
}

TEST_CASE("at the end of a run every store that has arrived is in memory", "[arrivals]") {
  Chipful chip;
  chip.put(1, kStart, kChangeCore0);
  chip.put_word(1, 0x400, kTwoInsteadOfOne);
  chip.start(1);
  const Cycle arrives = chip.interconnect.write({0, 1}, {0, 0}, 4, 4).arrival;
  chip.interconnect.reset();
  CHECK(chip.run(arrives - 1) == core::RunStop::Deadline);
  CHECK(chip.word(0, kRepeated) == 0);
  chip.run();
  CHECK(chip.word(0, kRepeated) == kTwoInsteadOfOne);
  CHECK(chip.scheduler->now() == arrives);
}

}  // namespace epysim::epiphany
