// The DMA engines: what they move, at which pace, what their status says meanwhile, and what they do with nonsense.

#include <catch2/catch.hpp>

#include "sim/epiphany/registers.h"
#include "tests/epiphany/chipful.h"

namespace epysim::epiphany {
namespace {

constexpr Address kDescriptor = 0x800;
constexpr Address kCore1 = 0x80900000;
constexpr std::uint32_t kWord = 2u << dma::kSizeShift, kDouble = 3u << dma::kSizeShift;
constexpr std::uint32_t kOn = dma::kEnable | dma::kMaster;
constexpr Cycle kLoad = 4;  // dma.descriptor_cycles of the board

constexpr std::uint32_t pair(int high, int low) {
  return static_cast<std::uint32_t>(high) << 16 | (static_cast<std::uint32_t>(low) & 0xffffu);
}

struct Engine {
  explicit Engine(Chipful& board, int core = 0, unsigned number = 0) : chip(board), id(core), channel(number) {}

  SpecialRegister number(SpecialRegister of_channel0) const { return static_cast<SpecialRegister>(of_channel0 + 8 * channel); }
  std::uint32_t get(SpecialRegister of_channel0) const { return chip.core(id).read_register(register_offset(number(of_channel0))); }
  void set(SpecialRegister of_channel0, std::uint32_t value) {
    chip.core(id).write_register(register_offset(number(of_channel0)), value, chip.scheduler->now());
  }
  std::uint32_t state() const { return get(special::DMA0STATUS) & 15u; }

  void describe(Address at, std::uint32_t config, std::uint32_t inner, std::uint32_t count, std::uint32_t outer, Address from, Address to) {
    const std::array<std::uint32_t, 6> words{config, inner, count, outer, from, to};
    for (std::uint32_t i = 0; i < 6 && at + 4 * i < chip.scheduler->shape().local_bytes; ++i) chip.put_word(id, at + 4 * i, words[i]);
  }
  /// One row of `n` elements, one behind the other.
  void row(std::uint32_t config, int bytes, unsigned n, Address from, Address to, Address at = kDescriptor) {
    describe(at, config, pair(bytes, bytes), pair(1, static_cast<int>(n)), 0, from, to);
  }
  void start(Address at = kDescriptor) { set(special::DMA0CONFIG, at << 16 | dma::kStartup); }
  /// The first cycle in which the state is no longer `present`.
  Cycle leaves(std::uint32_t present) {
    REQUIRE(state() == present);
    for (Cycle at = chip.scheduler->now(); at < 1'000'000; ++at) {
      chip.scheduler->run(at + 1);
      if (state() != present) return at;
    }
    return kNever;
  }

  Chipful& chip;
  int id;
  unsigned channel;
};

bool latched(Chipful& chip, int id, unsigned interrupt) {
  return (chip.core(id).read_register(register_offset(special::ILAT)) >> interrupt & 1u) != 0;
}

}  // namespace

TEST_CASE("DMA copies a block with strides to another core and interrupts its own", "[dma]") {
  Chipful chip;
  Engine dma(chip);
  // Four words of every second word, to consecutive words of core 1.
  for (std::uint32_t i = 0; i < 8; ++i) chip.put_word(0, 0x1000 + 4 * i, 100 + i);
  dma.describe(kDescriptor, kOn | dma::kInterrupt | kWord, pair(4, 8), pair(1, 4), 0, 0x1000, kCore1 + 0x400);
  dma.start();
  CHECK(dma.state() == dma::kActive);
  CHECK(chip.run() == core::RunStop::AllStopped);
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(chip.word(1, 0x400 + 4 * i) == 100 + 2 * i);
  CHECK(chip.word(1, 0x410) == 0);
  CHECK(dma.state() == dma::kIdle);
  CHECK(dma.get(special::DMA0STATUS) >> 16 == kDescriptor);
  CHECK(latched(chip, 0, interrupt::kDma0));
  CHECK(!latched(chip, 1, interrupt::kMessage));
}

TEST_CASE("DMA moves elements of every size, rows with strides of either sign, and shifted strides", "[dma]") {
  for (unsigned size = 0; size < 4; ++size) {
    Chipful chip;
    Engine dma(chip);
    const unsigned bytes = 1u << size;
    for (std::uint32_t i = 0; i < 16; ++i) chip.put_word(0, 0x1000 + 4 * i, 0x01020304u * i);
    // Three rows of two; the target runs backwards.
    const int b = static_cast<int>(bytes);
    dma.describe(kDescriptor, kOn | size << dma::kSizeShift, pair(-b, b), pair(3, 2), pair(-b, b), 0x1000, kCore1 + 0x2000 + 5 * bytes);
    dma.start();
    chip.run();
    for (unsigned i = 0; i < 6; ++i) {
      INFO(bytes << " bytes, element " << i);
      const auto there = chip.core(1).outside_read(0x2000 + (5 - i) * bytes, bytes);
      CHECK(there == chip.core(0).outside_read(0x1000 + i * bytes, bytes));
    }
    CHECK(chip.word(1, 0x2000 + 6 * bytes) == 0);
  }
  Chipful chip;
  Engine dma(chip);
  for (int id = 0; id < 4; ++id) chip.put_word(id, 0x400, 7 + static_cast<std::uint32_t>(id));
  dma.describe(kDescriptor, kOn | kWord | dma::kShiftSourceInner, pair(4, 16), pair(1, 4), 0, 0x80800400, 0x2000);  // 1 MB = 16 << 16
  dma.start();
  chip.run();
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(chip.word(0, 0x2000 + 4 * i) == 7 + i);
}

TEST_CASE("DMA reads from another core, row by row", "[dma]") {
  Chipful chip;
  Engine dma(chip, 0, 1);
  for (std::uint32_t i = 0; i < 16; ++i) chip.put_word(1, 0x1000 + 4 * i, i);
  // Two rows of two double words; the source's rows are 32 bytes apart.
  dma.describe(kDescriptor, kOn | kDouble, pair(8, 8), pair(2, 2), pair(8, 24), kCore1 + 0x1000, 0x2000);
  dma.start();
  chip.run();
  const std::array<std::uint32_t, 8> expected{0, 1, 2, 3, 8, 9, 10, 11};
  for (std::uint32_t i = 0; i < 8; ++i) CHECK(chip.word(0, 0x2000 + 4 * i) == expected[i]);
}

TEST_CASE("DMA moves between two other places", "[dma]") {
  for (const auto& [from, to] : {std::pair<Address, Address>{kCore1 + 0x1000, 0x84900400},  // core to core
                                 {kCore1 + 0x1000, kDram + 0x100},
                                 {kDram + 0x1000, kCore1 + 0x400},
                                 {kDram + 0x1000, kDram + 0x100}}) {
    Chipful chip;
    Engine dma(chip);
    std::array<std::uint32_t, 4> data{11, 22, 33, 44}, found{};
    REQUIRE(chip.scheduler->debug_write(from, std::as_bytes(std::span(data)), -1));
    dma.row(kOn | kDouble, 8, 2, from, to);
    dma.start();
    chip.run();
    REQUIRE(chip.scheduler->debug_read(to, std::as_writable_bytes(std::span(found)), -1));
    INFO(from << " to " << to);
    CHECK(found == data);
    CHECK(dma.state() == dma::kIdle);
  }
}

TEST_CASE("DMA writes take a start and one injection gap per element", "[dma]") {
  for (const unsigned n : {1u, 8u, 100u}) {
    Chipful chip;
    Engine dma(chip);
    dma.row(kOn | kDouble, 8, n, 0x1000, kCore1 + 0x1000);
    dma.start();
    CHECK(dma.leaves(dma::kActive) == kLoad + 2 * n);
  }
  // A gap of 3.3 cycles: 100 of them are 330, although elements leave on whole cycles.
  Scheduler::Shape shape = Chipful::shape_of(64);
  shape.dma.inject_gap = 3300;
  Chipful chip(shape);
  Engine dma(chip);
  dma.row(kOn | kDouble, 8, 100, 0x1000, kCore1 + 0x1000);
  dma.start();
  CHECK(dma.leaves(dma::kActive) == kLoad + 330);
}

TEST_CASE("DMA reads on chip are limited by the window", "[dma]") {
  // At one hop a datum is back after 18 cycles, and two requests are under way: 9 cycles per element.
  for (const auto& [window, cycles] : {std::pair<unsigned, Cycle>{1, 18 * 64}, {2, 9 * 64 + 2}}) {
    Scheduler::Shape shape = Chipful::shape_of(64);
    shape.dma.read_window = window;
    Chipful chip(shape);
    Engine dma(chip);
    dma.row(kOn | dma::kMessage | kDouble, 8, 64, kCore1 + 0x1000, 0x1000);
    dma.start();
    const Cycle ends = dma.leaves(dma::kActive);
    CHECK(dma.state() == dma::kLastDatum);
    const Cycle last = dma.leaves(dma::kLastDatum);
    CHECK(dma.state() == dma::kIdle);
    INFO("window " << window << ", last request at " << ends);
    CHECK(last == kLoad + cycles);
  }
}

TEST_CASE("DMA reads off chip are limited by their gap, a part of which passes on the link", "[dma]") {
  // 6.4 cycles and 22.4 byte slots of 2 cycles; of 1 and 4 cycles when the link's divider says so. Without message mode it is over when the
  // last request has been sent: 100 gaps after the first, and one.
  for (const auto& [divider, gaps] : {std::pair<int, Cycle>{-1, 5172}, {0, 2909}, {1, 5172}, {2, 9696}}) {
    Chipful chip;
    if (divider >= 0) chip.interconnect.set_link_divider(static_cast<unsigned>(divider));
    Engine dma(chip);
    dma.row(kOn | kDouble, 8, 101, kDram, 0x1000);
    dma.start();
    CHECK(dma.leaves(dma::kActive) == kLoad + gaps);
  }
}

TEST_CASE("24 DMA reads off chip are under way at once", "[dma]") {
  // With a memory 5000 cycles away the 25th waits for the datum of the first, which crosses four hops each way.
  for (const auto& [n, asked] : {std::pair<unsigned, Cycle>{24, 23 * 512 / 10 + 1}, {25, 6 + 5000 + 6}}) {
    Chipful chip(Chipful::shape_of(64), nullptr, {"elink.read_latency=5000"});
    Engine dma(chip);
    dma.row(kOn | dma::kMessage | kDouble, 8, n, kDram, 0x1000);
    dma.start();
    INFO(n << " elements");
    CHECK(dma.leaves(dma::kActive) == kLoad + asked);
  }
}

TEST_CASE("a DMA read in message mode ends with its last datum, otherwise with its last request", "[dma]") {
  for (const bool message : {true, false}) {
    Chipful chip;
    Engine dma(chip);
    const std::uint32_t last = 99;
    REQUIRE(chip.scheduler->debug_write(kDram + 12, std::as_bytes(std::span(&last, 1)), -1));
    dma.row(kOn | kWord | dma::kInterrupt | (message ? dma::kMessage : 0u), 4, 4, kDram, 0x1000);
    dma.start();
    dma.leaves(dma::kActive);
    if (message) {
      CHECK(dma.state() == dma::kLastDatum);
      CHECK(!latched(chip, 0, interrupt::kDma0));
      dma.leaves(dma::kLastDatum);
    }
    CHECK(dma.state() == dma::kIdle);
    CHECK(latched(chip, 0, interrupt::kDma0));
    CHECK(chip.word(0, 0x100c) == (message ? 99 : 0));
    chip.run();
    CHECK(chip.word(0, 0x100c) == 99);
  }
}

TEST_CASE("the last datum of a write in message mode interrupts the core it goes to", "[dma]") {
  Chipful chip;
  Engine dma(chip);
  for (std::uint32_t i = 0; i < 10; ++i) chip.put_word(0, 0x1000 + 4 * i, 1 + i);
  dma.row(kOn | dma::kMessage | kWord, 4, 10, 0x1000, kCore1 + 0x400);
  dma.start();
  for (Cycle at = 1; !latched(chip, 1, interrupt::kMessage); ++at) {
    REQUIRE(at < 1000);
    CHECK(chip.word(1, 0x424) == 0);  // never before the data
    chip.scheduler->run(at);
  }
  CHECK(chip.word(1, 0x424) == 10);
  CHECK(!latched(chip, 0, interrupt::kMessage));
}

TEST_CASE("a chain goes from descriptor to descriptor", "[dma]") {
  Chipful chip;
  Engine dma(chip);
  for (std::uint32_t i = 0; i < 8; ++i) chip.put_word(0, 0x1000 + 4 * i, 1 + i);
  dma.row(0x840u << 16 | kOn | dma::kChain | dma::kInterrupt | kWord, 4, 4, 0x1000, kCore1 + 0x400);
  dma.row(kOn | kWord, 4, 4, 0x1010, kCore1 + 0x500, 0x840);
  dma.start();
  const Cycle first = kLoad + 2 * 4;
  chip.scheduler->run(first);
  CHECK(!latched(chip, 0, interrupt::kDma0));
  CHECK(dma.get(special::DMA0STATUS) == (kDescriptor << 16 | dma::kActive));
  chip.scheduler->run(first + 1);
  CHECK(latched(chip, 0, interrupt::kDma0));
  CHECK(dma.get(special::DMA0STATUS) == (0x840u << 16 | dma::kActive));
  CHECK(dma.leaves(dma::kActive) == first + kLoad + 2 * 4);
  chip.run();
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(chip.word(1, 0x400 + 4 * i) == 1 + i);
    CHECK(chip.word(1, 0x500 + 4 * i) == 5 + i);
  }
}

TEST_CASE("channel 0 goes first, channel 1 takes what is left", "[dma]") {
  Chipful chip;
  Engine zero(chip, 0, 0), one(chip, 0, 1);
  zero.row(kOn | kDouble, 8, 50, 0x1000, kCore1 + 0x1000, 0x800);
  one.row(kOn | kDouble, 8, 50, 0x2000, 0x84800000 + 0x1000, 0x840);
  one.start(0x840);
  zero.start(0x800);
  CHECK(zero.leaves(dma::kActive) == kLoad + 2 * 50);
  CHECK((one.get(special::DMA0COUNT) & 0xffff) == 49);  // its first has just gone
  CHECK(one.leaves(dma::kActive) == kLoad + 2 * 100);
}

TEST_CASE("a channel programmed register by register", "[dma]") {
  Chipful chip;
  Engine dma(chip);
  for (std::uint32_t i = 0; i < 6; ++i) chip.put_word(0, 0x1000 + 4 * i, 1 + i);
  dma.set(special::DMA0STRIDE, pair(8, 4));
  dma.set(special::DMA0COUNT, pair(1, 6));
  dma.set(special::DMA0SRCADDR, 0x1000);
  dma.set(special::DMA0DSTADDR, kCore1 + 0x400);
  CHECK(dma.state() == dma::kIdle);
  dma.set(special::DMA0CONFIG, kOn | kWord);
  chip.scheduler->run(5);  // elements at 0, 2 and 4 have gone
  CHECK(dma.get(special::DMA0COUNT) == pair(1, 3));
  CHECK(dma.get(special::DMA0SRCADDR) == 0x100c);
  CHECK(dma.get(special::DMA0DSTADDR) == kCore1 + 0x418);
  chip.run();
  for (std::uint32_t i = 0; i < 6; ++i) CHECK(chip.word(1, 0x400 + 8 * i) == 1 + i);
}

TEST_CASE("a channel stops when it is disabled, and both hold still while CONFIG pauses them", "[dma]") {
  Chipful chip;
  Engine dma(chip);
  for (std::uint32_t i = 0; i < 100; ++i) chip.put_word(0, 0x1000 + 4 * i, 1 + i);
  chip.put(9, kStart, {0x00e0});  // 100: b 100, so that time passes
  chip.start(9);
  dma.row(kOn | kWord, 4, 100, 0x1000, kCore1 + 0x400);
  dma.start();
  chip.scheduler->run(kLoad + 21);
  const std::uint32_t config = chip.core(0).read_register(register_offset(special::CONFIG));
  chip.core(0).write_register(register_offset(special::CONFIG), config | config::kPauseDma, chip.scheduler->now());
  CHECK(dma.state() == dma::kPaused);
  chip.scheduler->run(1000);
  CHECK(dma.get(special::DMA0COUNT) == pair(1, 89));
  chip.core(0).write_register(register_offset(special::CONFIG), config, chip.scheduler->now());
  CHECK(dma.state() == dma::kActive);
  chip.scheduler->run(1011);
  dma.set(special::DMA0CONFIG, 0);
  CHECK(dma.state() == dma::kIdle);
  chip.run(2000);
  CHECK(chip.word(1, 0x400 + 4 * 16) == 17);
  CHECK(chip.word(1, 0x400 + 4 * 17) == 0);
}

TEST_CASE("a slave passes on what is written into its AUTO registers", "[dma]") {
  Chipful chip;
  Engine dma(chip, 1);
  dma.row(dma::kEnable | dma::kInterrupt | kWord, 4, 3, 0, 0x84900400);  // to core 5
  dma.start();
  CHECK(dma.state() == dma::kSlave);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(dma.state() == dma::kSlave);
    dma.set(special::DMA0AUTO0, 70 + i);
    dma.set(special::DMA0AUTO1, 1);  // no element of one word
    chip.scheduler->run(chip.scheduler->now() + 10);
  }
  CHECK(dma.state() == dma::kIdle);
  CHECK(latched(chip, 1, interrupt::kDma0));
  dma.row(dma::kEnable | kDouble, 8, 2, 0, 0x84900500);
  dma.start();
  for (std::uint32_t i = 0; i < 4; i += 2) {
    dma.set(special::DMA0AUTO0, i);
    dma.set(special::DMA0AUTO1, i + 1);
  }
  dma.set(special::DMA0AUTO0, 99);  // nobody waits for it any more
  chip.run();
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(chip.word(5, 0x400 + 4 * i) == 70 + i);
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(chip.word(5, 0x500 + 4 * i) == i);
  CHECK(chip.word(5, 0x510) == 0);
}

TEST_CASE("a DMA that cannot work stops in its error state and says why", "[dma]") {
  struct Case {
    std::uint32_t config;
    std::uint32_t count;
    Address from, to, at;
    const char* said;
    std::uint32_t state;
  };
  const std::string error = ": the channel stops in its error state";
  const std::string hang = ", where nothing answers: the core hangs";
  for (const Case& each : {
           Case{kOn, pair(1, 1), 0, 0, 0x804, "DMA0: descriptor at 0x00000804 is not 8-byte aligned in local memory", 0xd},
           Case{kOn, pair(1, 1), 0, 0, 0x7ff0, "DMA0: descriptor at 0x00007ff0 is not 8-byte aligned in local memory", 0xd},
           Case{kOn, pair(1, 0), 0x1000, kCore1, 0x800, "DMA0: a count is zero", 0xd},
           Case{kOn, pair(0, 1), 0x1000, kCore1, 0x800, "DMA0: a count is zero", 0xd},
           Case{kOn | kWord, pair(1, 4), 0x1002, kCore1, 0x800, "DMA0: element of 4 bytes from 0x00001002 to 0x80900000 is not aligned",
                0xd},
           Case{kOn | kDouble, pair(1, 4), 0x1000, kCore1 + 4, 0x800,
                "DMA0: element of 8 bytes from 0x00001000 to 0x80900004 is not aligned", 0xd},
           Case{kOn | kWord, pair(1, 4), 0x70000000, 0x1000, 0x800, nullptr, 0xd},
           Case{kOn | kWord, pair(1, 1), 0x1000, 0x70000000, 0x800, nullptr, 0xd},
       }) {
    Chipful chip;
    Engine dma(chip);
    dma.describe(each.at, each.config, pair(4, 4), each.count, 0, each.from, each.to);
    dma.start(each.at);
    chip.run();
    INFO(std::hex << each.config << ' ' << each.count << ' ' << each.from << ' ' << each.to);
    REQUIRE(chip.said.size() == 1);
    if (each.said != nullptr) {
      CHECK(chip.said[0] == each.said + error);
      CHECK(dma.state() == each.state);
    } else {
      CHECK(chip.said[0].find("0x70000000, where nothing answers") != std::string::npos);
    }
  }
  Chipful chip;
  Engine dma(chip);
  dma.describe(kDescriptor, kOn | dma::kMessage | kWord, pair(4, 4), pair(1, 0), 0, kCore1, 0x1000);
  dma.start();
  chip.run();
  CHECK(dma.state() == dma::kLastDatum);  // for ever
  CHECK(chip.said == std::vector<std::string>{"DMA0: a read of no elements in message mode never ends"});
}

TEST_CASE("the core's own look at its DMA registers counts as waiting for it", "[dma]") {
  Chipful chip;
  Engine dma(chip);
  dma.row(kOn | kDouble, 8, 20, 0x1000, kCore1 + 0x1000);
  chip.put(0, kStart,
           {
               0x038b, 0x0052,  // 100: mov r0,0x51c      DMA0STATUS by the core's own window
               0x11eb, 0x1802,  // 104: movt r0,0x808f
               0x2044,          // 108: ldr r1,[r0]
               0x41e3,          // 10a: mov r2,0xf
               0x255a,          // 10c: and r1,r1,r2
               0xfd10,          // 10e: bne 108
               0x01c2,          // 110: bkpt
           });
  chip.start(0);
  dma.start();
  CHECK(chip.run() == core::RunStop::AllStopped);
  const core::CoreSnapshot view = chip.scheduler->snapshot(0);
  CHECK(view.causes[core::Cause::RemoteLoad] == 0);
  // Turns of 19 cycles, of which 13 wait: the first that begins at or after the end is the last.
  const Cycle turns = (kLoad + 2 * 20) / 19 + 1;
  CHECK(view.causes[core::Cause::DmaWait] / 13 >= turns - 1);
  CHECK(view.causes[core::Cause::DmaWait] / 13 <= turns + 1);
  CHECK(view.causes[core::Cause::DmaWait] % 13 == 0);
}

TEST_CASE("elements arrive in the same cycles whatever the quantum", "[dma]") {
  // Core 0 polls the last of the words that its engine fetches from core 1.
  std::array<Cycle, 3> ends{};
  std::size_t i = 0;
  for (const Cycle quantum : {1, 64, 1000}) {
    Chipful chip(quantum);
    Engine dma(chip);
    for (std::uint32_t n = 0; n < 16; ++n) chip.put_word(1, 0x1000 + 4 * n, 1 + n);
    dma.row(kOn | kWord, 4, 16, kCore1 + 0x1000, 0x400 - 15 * 4);
    chip.put(0, kStart,
             {
                 0x000b, 0x0042,  // 100: mov r0,0x400
                 0x2044,          // 104: ldr r1,[r0]
                 0x24da,          // 106: and r1,r1,r1
                 0xfe00,          // 108: beq 104
                 0x01c2,          // 10a: bkpt
             });
    chip.start(0);
    dma.start();
    CHECK(chip.run() == core::RunStop::AllStopped);
    CHECK(chip.core(0).cpu().r[1] == 16);
    ends[i++] = chip.core(0).now();
  }
  CHECK(ends[0] == ends[1]);
  CHECK(ends[0] == ends[2]);
}

TEST_CASE("a core heeds its engine until the last datum has arrived, and others for good", "[dma]") {
  Chipful chip;
  Engine dma(chip);
  const auto flags = [&](int id, Address address) { return chip.core(id).local().flags(address) & core::Scratchpad::kOrdered; };
  dma.row(kOn | kWord, 4, 16, kDram, 0x400);
  dma.start();
  chip.scheduler->run(chip.scheduler->now() + 10);
  CHECK(flags(0, 0x400) == core::Scratchpad::kTransfer);
  dma.leaves(dma::kActive);  // the last request has been sent
  CHECK(flags(0, 0x43c) == core::Scratchpad::kTransfer);
  CHECK(chip.run() == core::RunStop::AllStopped);
  for (Address at = 0x400; at < 0x440; at += 4) CHECK(flags(0, at) == 0);

  dma.row(kOn | kWord, 4, 16, 0x400, kCore1 + 0x800);
  dma.start();
  CHECK(chip.run() == core::RunStop::AllStopped);
  CHECK(flags(0, 0x400) == 0);
  CHECK(flags(1, 0x800) == core::Scratchpad::kShared);
}

TEST_CASE("an element waits for a bank that the core uses", "[dma]") {
  // The core loads from bank 2 in every other cycle or so; elements come from there or from bank 3.
  std::array<Cycle, 2> ends{};
  for (const unsigned bank : {2u, 3u}) {
    Chipful chip;
    Engine dma(chip);
    dma.row(kOn | kDouble, 8, 100, bank * 0x2000, kCore1 + 0x1000);
    chip.put(0, kStart,
             {
                 0x000b, 0x0402,  // 100: mov r0,0x4000
                 0x2044,          // 104: ldr r1,[r0]
                 0x4044,          // 106: ldr r2,[r0]
                 0x6044,          // 108: ldr r3,[r0]
                 0x8044,          // 10a: ldr r4,[r0]
                 0xfce0,          // 10c: b 104
             });
    chip.start(0);
    dma.start();
    ends[bank - 2] = dma.leaves(dma::kActive);
  }
  CHECK(ends[1] == kLoad + 200);
  CHECK(ends[0] > ends[1]);
}

TEST_CASE("an element waits for a bank that the mesh writes to", "[dma]") {
  // Engines of cores 1 and 4 write a double word in each cycle from 7 to 106 to bank 2 or 3 of core 0, whose own engine sends from bank 2,
  // an element in every second cycle from 4 on: two leave before, the other 18 from cycle 108 on.
  for (const auto& [bank, ends] : {std::pair<Address, Cycle>{2, 108 + 2 * 18}, {3, kLoad + 2 * 20}}) {
    Chipful chip;
    Engine own(chip, 0), east(chip, 1), south(chip, 4);
    own.row(kOn | kDouble, 8, 20, 0x4000, 0x84900000 + 0x1000);
    east.row(kOn | kDouble, 8, 50, 0x1000, 0x80800000 + bank * 0x2000 + 0x400);
    south.row(kOn | kDouble, 8, 50, 0x1000, 0x80800000 + bank * 0x2000 + 0x800);
    own.start();
    east.start();
    south.start();
    CHECK(own.leaves(dma::kActive) == ends);
  }
}

}  // namespace epysim::epiphany
