// Signals between cores: the waves of SYNC, WAND and MBKPT, the edges that cut them, and what stores carry along by CONFIG.CTRLMODE.

#include <catch2/catch.hpp>

#include "sim/epiphany/registers.h"
#include "tests/epiphany/chipful.h"

namespace epysim::epiphany {
namespace {

using namespace mesh_config;

const std::initializer_list<std::uint16_t> kWandAfterDelay{
    0xfcb3,  // 100: sub r7,r7,1
    0xff10,  // 102: bne 100
    0x0182,  // 104: wand
    0x01b2,  // 106: idle
    0x01c2,  // 108: bkpt
};
const std::initializer_list<std::uint16_t> kSync{
    0x01f2,  // 100: sync
    0x01c2,  // 102: bkpt
};
// With control mode r5: stores r1 to [r0].
const std::initializer_list<std::uint16_t> kStoreByMode{
    0xa102,  // 100: movts config,r5
    0x2054,  // 102: str r1,[r0]
    0x01c2,  // 104: bkpt
};
const std::initializer_list<std::uint16_t> kSpin{0x00e0};  // 100: b 100

enum Mode : std::uint32_t { kMulticast = 3, kNorth = 1, kEast = 5, kWest = 13, kMessage = 12 };

void set(Chipful& chip, int id, SpecialRegister number, std::uint32_t value) {
  chip.core(id).write_register(register_offset(number), value, chip.scheduler->now());
}
std::uint32_t get(Chipful& chip, int id, SpecialRegister number) { return chip.core(id).read_register(register_offset(number)); }
bool latched(Chipful& chip, int id, unsigned interrupt) { return (get(chip, id, special::ILAT) >> interrupt & 1u) != 0; }

void store_by_mode(Chipful& chip, int id, std::uint32_t mode, Address to, std::uint32_t value) {
  chip.put(id, kStart, kStoreByMode);
  chip.core(id).cpu().r[5] = mode << config::kCtrlmodeShift;
  chip.core(id).cpu().r[0] = to;
  chip.core(id).cpu().r[1] = value;
  chip.start(id);
}

/// Closes the border between column 1 and column 2.
void cut_in_the_middle(Chipful& chip) {
  for (int row = 0; row < 4; ++row) set(chip, 4 * row + 1, special::MESHCFG, kEastEdge);
}

}  // namespace

TEST_CASE("edges keep SYNC and MBKPT on their side", "[signals]") {
  Chipful chip;
  cut_in_the_middle(chip);
  for (int id = 1; id < 16; ++id) set(chip, id, special::IMASK, interrupt::kAll);
  chip.put(0, kStart, kSync);
  chip.start(0);
  chip.run();
  for (int id = 1; id < 16; ++id) {
    INFO("core " << id);
    CHECK(latched(chip, id, interrupt::kSync) == (id % 4 < 2));
  }
  Chipful other;
  for (int row = 0; row < 4; ++row) set(other, 4 * row + 2, special::MESHCFG, kWestEdge);  // from the other side
  other.put(0, kStart, {0x03c2});                                                          // 100: mbkpt
  for (int id = 1; id < 16; ++id) other.put(id, kStart, kSpin);
  for (int id = 0; id < 16; ++id) other.start(id);
  other.run(1000);
  for (int id = 1; id < 16; ++id) {
    INFO("core " << id);
    CHECK(other.core(id).state() == (id % 4 < 2 ? core::CoreState::Halted : core::CoreState::Running));
    CHECK(get(other, id, special::DEBUGSTATUS) == (id % 4 < 2 ? debug::kHalted | debug::kByAll : 0u));
  }
}

TEST_CASE("WAND is complete when the wave of the last core has been collected in the corner", "[signals]") {
  const auto hops = [](int id) { return static_cast<Cycle>(id / 4 + id % 4); };
  const auto cycles = [](Cycle h) { return (3 * h + 1) / 2; };
  const Cycle wand = 100 * 5 - 3;  // issued after 100 turns of 5 cycles, the last of them not taken
  for (const int late : {0, 5, 15}) {
    for (const int id : {0, 3, 15}) {
      Chipful chip;
      for (int n = 0; n < 16; ++n) {
        chip.put(n, kStart, kWandAfterDelay);
        chip.core(n).cpu().r[7] = n == late ? 100 : 1;
        chip.start(n);
      }
      Cycle at = 400;
      while (!latched(chip, id, interrupt::kWand) && at < 1000) chip.scheduler->run(++at);
      INFO("last core " << late << ", interrupt at core " << id);
      CHECK(at - 1 == wand + cycles(hops(late)) + 4 + cycles(hops(id)));
    }
  }
}

TEST_CASE("edges divide the cores into groups with barriers of their own", "[signals]") {
  Chipful chip;
  cut_in_the_middle(chip);
  for (int id = 0; id < 16; ++id) {
    if (id % 4 >= 2 && id != 14) continue;  // the eastern group is not complete
    chip.put(id, kStart, kWandAfterDelay);
    chip.core(id).cpu().r[7] = 1;
    chip.start(id);
  }
  chip.run();
  for (int id = 0; id < 16; ++id) {
    INFO("core " << id);
    CHECK(latched(chip, id, interrupt::kWand) == (id % 4 < 2));
  }
}

TEST_CASE("a store in message mode interrupts the core it goes to", "[signals]") {
  Chipful chip;
  store_by_mode(chip, 0, kMessage, 0x80900400, 77);
  chip.run();
  CHECK(chip.word(1, 0x400) == 77);
  CHECK(latched(chip, 1, interrupt::kMessage));
  CHECK(!latched(chip, 0, interrupt::kMessage));
  CHECK(chip.said.empty());
}

TEST_CASE("multicast reaches every core whose register names it, from the first column", "[signals]") {
  Chipful chip;
  for (const int id : {3, 6, 9}) set(chip, id, special::MULTICAST, 0x123);
  set(chip, 5, special::MULTICAST, 0x124);
  store_by_mode(chip, 4, kMulticast, 0x12300400, 77);
  chip.run();
  for (int id = 0; id < 16; ++id) {
    INFO("core " << id);
    CHECK(chip.word(id, 0x400) == (id == 3 || id == 6 || id == 9 ? 77 : 0));
  }
  CHECK(chip.said.empty());

  Chipful other;
  set(other, 3, special::MULTICAST, 0x123);
  store_by_mode(other, 5, kMulticast, 0x12300400, 77);
  other.run();
  CHECK(other.word(3, 0x400) == 0);
  CHECK(other.core(5).waiting());  // for ever
  CHECK(other.said == std::vector<std::string>{"multicast from a core that is not in the first column: the core hangs"});
}

TEST_CASE("link registers are written by a direction and hang who reads them", "[signals]") {
  const Address east = 0x80800000 + (2u << 26) + (3u << 20), west = 0x80800000 + (2u << 26);
  // Twenty double words to off-chip memory, with the link's clock as it is and at its fastest (divider 0: LCLK is half the core clock).
  std::array<Cycle, 2> took{};
  for (const std::uint32_t divider : {1u, 0u}) {
    Chipful chip;
    chip.put(0, kStart,
             {
                 0xa102,          // 100: movts config,r5
                 0x2054,          // 102: str r1,[r0]
                 0x4003,          // 104: mov r2,0x0
                 0x4102,          // 106: movts config,r2
                 0x6643,          // 108: mov r3,0x32
                 0xd0fc, 0x0200,  // 10a: strd r6,[r4],+0x1
                 0x6cb3,          // 10e: sub r3,r3,1
                 0xfd10,          // 110: bne 10a
                 0x01c2,          // 112: bkpt
             });
    CpuState& cpu = chip.core(0).cpu();
    cpu.r[5] = kEast << config::kCtrlmodeShift;
    cpu.r[0] = east + 0xf0300;
    cpu.r[1] = divider;
    cpu.r[4] = kDram;
    chip.start(0);
    chip.run();
    CHECK(chip.core(0).state() == core::CoreState::Halted);
    CHECK(chip.said.empty());
    took[divider] = chip.core(0).now();
  }
  CHECK(took[0] + 200 < took[1]);

  Chipful sync;
  for (int id = 0; id < 15; ++id) set(sync, id, special::IMASK, interrupt::kAll);
  store_by_mode(sync, 15, kWest, west + 0xf031c, 1);
  sync.run();
  for (int id = 0; id < 15; ++id) CHECK(latched(sync, id, interrupt::kSync));

  Chipful halt;
  halt.put(3, kStart, kSpin);
  halt.start(3);
  store_by_mode(halt, 0, kWest, west + 0xf0320, 1);
  CHECK(halt.run(1000) == core::RunStop::AllStopped);
  CHECK(halt.core(3).state() == core::CoreState::Halted);

  Chipful elsewhere;  // not the node where that link begins
  store_by_mode(elsewhere, 0, kNorth, west + 0xf0300, 1);
  elsewhere.run();
  REQUIRE(elsewhere.said.size() == 1);
  CHECK(elsewhere.said[0] == "store to 0x888f0300, where nothing answers: lost");

  Chipful reader;
  reader.put(0, kStart,
             {
                 0xa102,  // 100: movts config,r5
                 0x2044,  // 102: ldr r1,[r0]
                 0x01c2,  // 104: bkpt
             });
  reader.core(0).cpu().r[5] = kEast << config::kCtrlmodeShift;
  reader.core(0).cpu().r[0] = east + 0xf0300;
  reader.start(0);
  reader.run();
  CHECK(reader.core(0).waiting());
  CHECK(reader.said == std::vector<std::string>{"load from 0x88bf0300 with a direction as control mode: link registers can only be "
                                                "written, the core hangs"});
}

TEST_CASE("timers count what the mesh monitors of the core's router count", "[signals]") {
  Chipful chip;
  // Monitor 0: transactions from the core (E); monitor 1: from the west (C). Events E and F.
  set(chip, 1, special::MESHCFG, 0xeu << kEvent0Shift | 0xcu << kEvent1Shift);
  set(chip, 1, special::CTIMER0, 1000);
  set(chip, 1, special::CTIMER1, 1000);
  set(chip, 1, special::CONFIG, event::kMesh0 << config::kTimer0Shift | event::kMesh1 << config::kTimer1Shift);
  for (const int id : {0, 1}) {
    chip.put(id, kStart,
             {
                 0x2054,  // 100: str r1,[r0]
                 0x2054,  // 102: str r1,[r0]
                 0x2054,  // 104: str r1,[r0]
                 0x01c2,  // 106: bkpt
             });
    chip.core(id).cpu().r[0] = 0x80a00400;  // core 2: eastwards past core 1
    chip.start(id);
  }
  chip.run();
  CHECK(get(chip, 1, special::CTIMER0) == 1000 - 3);
  CHECK(get(chip, 1, special::CTIMER1) == 1000 - 3);
  set(chip, 1, special::MESHCFG, 0);  // what was counted stays
  CHECK(get(chip, 1, special::CTIMER0) == 1000 - 3);
}

}  // namespace epysim::epiphany
