// Several cores in one time: order of shared accesses, what a quantum may and may not change, signals, doorbells.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/core/config.h"
#include "sim/core/trace_sink.h"
#include "sim/epiphany/registers.h"
#include "sim/epiphany/scheduler.h"
#include "tests/epiphany/chipful.h"

namespace epysim::epiphany {
namespace {

using core::Cause;

const std::initializer_list<std::uint16_t> kPollLocalFlag{
    0x000b, 0x0042,  // 100: mov r0,0x400
    0x2044,          // 104: ldr r1,[r0]
    0x24da,          // 106: and r1,r1,r1
    0xfe00,          // 108: beq 104
    0x01c2,          // 10a: bkpt
};

const std::initializer_list<std::uint16_t> kSetFlagOfCore0{
    0x400b, 0x0042,  // 100: mov r2,0x400
    0x500b, 0x1802,  // 104: movt r2,0x8080
    0x6023,          // 108: mov r3,0x1
    0x8c83,          // 10a: mov r4,0x64
    0x90b3,          // 10c: sub r4,r4,1
    0xff10,          // 10e: bne 10c
    0x6854,          // 110: str r3,[r2]
    0x01c2,          // 112: bkpt
};

const std::initializer_list<std::uint16_t> kLoadFromCore0{
    0x400b, 0x0042,  // 100: mov r2,0x400
    0x500b, 0x1802,  // 104: movt r2,0x8080
    0x2844,          // 108: ldr r1,[r2]
    0x01c2,          // 10a: bkpt
};

const std::initializer_list<std::uint16_t> kIncrementUnderLock{
    0x400b, 0x0042,  // 100: mov r2,0x400
    0x500b, 0x1802,  // 104: movt r2,0x8080
    0xe283,          // 108: mov r7,0x14
    0x0003,          // 10a: mov r0,0x0
    0x2023,          // 10c: mov r1,0x1
    0x2849, 0x0020,  // 10e: testset r1,[r2,+r0]
    0x24da,          // 112: and r1,r1,r1
    0xfb10,          // 114: bne 10a
    0x68c4,          // 116: ldr r3,[r2,0x1]
    0x6c93,          // 118: add r3,r3,1
    0x68d4,          // 11a: str r3,[r2,0x1]
    0x0854,          // 11c: str r0,[r2]
    0xfcb3,          // 11e: sub r7,r7,1
    0xf510,          // 120: bne 10a
    0x01c2,          // 122: bkpt
};

}  // namespace

TEST_CASE("a remote load takes 15 cycles and 3 per hop from issue to use, one more to the own window") {
  for (const auto& [id, hops] : std::map<int, Cycle>{{1, 1}, {2, 2}, {5, 2}, {15, 6}}) {
    Chipful chip;
    chip.put(id, kStart, kLoadFromCore0);
    chip.put_word(0, 0x400, 1234);
    chip.start(id);
    CHECK(chip.run() == core::RunStop::AllStopped);
    CHECK(chip.core(id).cpu().r[1] == 1234);
    INFO("core " << id);
    // Two cycles before the load issues, and the BKPT after it.
    CHECK(chip.core(id).now() == 2 + 15 + 3 * hops + 1);
    CHECK(chip.scheduler->snapshot(id).causes[Cause::RemoteLoad] == 15 + 3 * hops - 1);
  }
  Chipful chip;
  chip.put(0, kStart, kLoadFromCore0);
  chip.start(0);
  chip.run();
  CHECK(chip.core(0).now() == 2 + 16 + 1);
}

TEST_CASE("polling sees a flag with the first load issued at or after its arrival, whatever the quantum") {
  // The store issues in cycle 4 + 100 * 2 + 99 * 3 = 501 and is in core 0's memory from cycle `arrival` on.
  mesh::Interconnect alone(core::Config::load("parallella"));
  const Cycle arrival = alone.write({0, 1}, {0, 0}, 4, 501).arrival;
  // MOV, then a load every 1 + 1 (load-use) + 1 + 4 = 7 cycles from cycle 1 on; the last turn's branch falls through.
  const Cycle last_load = 1 + (arrival - 1 + 6) / 7 * 7;
  for (const Cycle quantum : {Cycle{1}, Cycle{3}, Cycle{64}, Cycle{1000}}) {
    Chipful chip(quantum);
    chip.put(0, kStart, kPollLocalFlag);
    chip.put(1, kStart, kSetFlagOfCore0);
    chip.core(0).share(0x400, 0);  // somebody has used the line before
    chip.start(0);
    chip.start(1);
    CHECK(chip.run() == core::RunStop::AllStopped);
    INFO("quantum " << quantum);
    // The load that finds the flag in the very cycle of its arrival waits for the write that has the bank.
    CHECK(chip.core(0).now() == last_load + (last_load == arrival ? 1 : 0) + 2 + 2 + 1);
  }
}

namespace {

/// When a core has noticed that another one, which begins `later`, has used a line of its memory for the first time.
Cycle noticed(Cycle quantum, Cycle later) {
  Chipful chip(quantum);
  chip.put(0, kStart, kPollLocalFlag);
  chip.put(1, kStart, kSetFlagOfCore0);
  chip.start(0);
  if (later > 0) CHECK(chip.scheduler->run(later) == core::RunStop::Deadline);
  chip.start(1);
  CHECK(chip.scheduler->run(later + 10'000) == core::RunStop::AllStopped);
  return chip.core(0).now();
}

}  // namespace

TEST_CASE("a first use of a line is noticed less than a quantum late, or eight by a core that others have long left alone") {
  constexpr Cycle kQuantum = 80, kTurn = 7;  // of the polling loop
  const Cycle exact = noticed(1, 0);
  CHECK(noticed(kQuantum, 0) >= exact);
  CHECK(noticed(kQuantum, 0) < exact + kQuantum + kTurn);
  constexpr Cycle kLong = 2 * Core::kLong;
  const Cycle reference = noticed(1, kLong), late = noticed(kQuantum, kLong);
  CHECK(reference - kLong - exact + kTurn < 2 * kTurn);  // quantum 1 is the reference however long nobody came
  CHECK(late > reference + kQuantum + kTurn);            // it does run further ahead
  CHECK(late < reference + 8 * kQuantum + kTurn);
}

TEST_CASE("TESTSET excludes: increments of all cores add up, in nearly the same cycles for every quantum") {
  std::vector<Cycle> finished;
  for (const Cycle quantum : {Cycle{1}, Cycle{64}}) {
    Chipful chip(quantum);
    for (int id = 0; id < 16; ++id) {
      chip.put(id, kStart, kIncrementUnderLock);
      chip.start(id);
    }
    CHECK(chip.run() == core::RunStop::AllStopped);
    CHECK(chip.word(0, 0x404) == 16 * 20);
    CHECK(chip.word(0, 0x400) == 0);
    for (int id = 0; id < 16; ++id) finished.push_back(chip.core(id).now());
  }
  // The store that unlocks may get its place on the mesh before a request that was made a little earlier.
  CHECK(*std::max_element(finished.begin(), finished.begin() + 16) == 16760);
  CHECK(*std::max_element(finished.begin() + 16, finished.end()) == 16857);
}

TEST_CASE("SYNC latches interrupt 0 in every core, later with the distance") {
  Chipful chip;
  chip.put(0, kStart,
           {
               0x01f2,  // sync
               0x01c2,  // bkpt
           });
  for (int id = 0; id < 16; ++id) chip.put_word(id, 0, 0x800000e8 - 0x80000000 + (((kStart + 2) / 2) << 8));  // b 0x102
  for (int id = 1; id < 16; ++id) chip.put(id, kStart + 2, {0x01c2});                                         // bkpt
  chip.start(0);
  chip.run(7);  // four cycles, 1.5 per hop
  CHECK(chip.core(1).state() == core::CoreState::Running);
  CHECK(chip.core(2).state() == core::CoreState::Reset);
  CHECK(chip.run() == core::RunStop::AllStopped);
  for (int id = 0; id < 16; ++id) CHECK(chip.core(id).state() == core::CoreState::Halted);
  // Six hops; the entry, the branch, the BKPT.
  CHECK(chip.core(15).now() == 4 + 9 + 4 + 4 + 1);
}

TEST_CASE("WAND interrupts everybody when the last core has arrived") {
  Chipful chip;
  for (int id = 0; id < 16; ++id) {
    chip.put(id, kStart,
             {
                 0x0392,  // 100: gid
                 0x0182,  // 102: wand
                 0x0192,  // 104: gie
                 0x01b2,  // 106: idle
                 0x01c2,  // 108: bkpt
             });
    chip.put(id, 0x200,
             {
                 0x2512,          // movfs r1,status
                 0x5eeb, 0x0ff2,  // mov r2,0xfff7
                 0x255a,          // and r1,r1,r2
                 0x2502,          // movts status,r1
                 0x01d2,          // rti
             });
    chip.put_word(id, 4 * interrupt::kWand, ((0x200 - 4 * interrupt::kWand) / 2) << 8 | 0xe8);
    chip.core(id).write_register(register_offset(special::IMASK), 0, 0);
  }
  for (int id = 0; id < 15; ++id) chip.start(id);
  CHECK(chip.run(1000) == core::RunStop::AllStopped);
  CHECK(chip.core(3).state() == core::CoreState::Idle);
  const Cycle then = chip.scheduler->now();
  chip.start(15);
  CHECK(chip.run(then + 1000) == core::RunStop::AllStopped);
  for (int id = 0; id < 16; ++id) {
    CHECK(chip.core(id).state() == core::CoreState::Halted);
    CHECK((chip.core(id).cpu().status & status::kWand) == 0);
  }
}

TEST_CASE("a watched word stops time exactly when the store arrives, and tells who wrote") {
  Chipful chip;
  chip.put(5, kStart,
           {
               0x4003,          // 100: mov r2,0x0
               0x400b, 0x18e2,  // 102: movt r2,0x8e00
               0x60a3,          // 106: mov r3,0x5
               0x6854,          // 108: str r3,[r2]
               0x88c4,          // 10a: ldr r4,[r2,0x1]
               0x01c2,          // 10c: bkpt
           });
  chip.put(0, kStart, {0x00e0});  // b 100
  const Address word = kDram;
  chip.scheduler->watch(std::span(&word, 1));
  chip.start(0);
  chip.start(5);
  CHECK(chip.run() == core::RunStop::Doorbell);
  const std::vector<core::Ring> rings = chip.scheduler->take_rings();
  REQUIRE(rings.size() == 1);
  CHECK(rings[0].address == kDram);
  CHECK(rings[0].core == 5);
  mesh::Interconnect alone(core::Config::load("parallella"));
  alone.write_off_chip({1, 1}, kDram, 4, false, 3, 0);
  CHECK(rings[0].at == alone.advance(1000).front().at);
  CHECK(chip.scheduler->now() == rings[0].at);
  CHECK(chip.dram.memory[0] == std::byte{5});
  // The host answers into the core's memory at a later cycle; the spinning core goes on until then.
  chip.scheduler->write_at(chip.scheduler->now() + 1000, 0x80800400, 4, 77);
  CHECK(chip.run(rings[0].at + 1001) == core::RunStop::Deadline);
  CHECK(chip.word(0, 0x400) == 77);
  chip.scheduler->halt(0);
  CHECK(chip.run() == core::RunStop::AllStopped);
  CHECK(chip.scheduler->snapshot(5).causes[Cause::OffChipLoad] > 500);
}

TEST_CASE("a core that has stopped for good stays so, whoever starts it") {
  Chipful chip;
  chip.put(0, kStart, {0x00e0});  // 100: b 100
  chip.start(0);
  chip.run(400);
  chip.scheduler->stop_for_good(0);
  const std::uint64_t instructions = chip.scheduler->snapshot(0).instructions;
  const auto stands = [&] {
    chip.run(chip.scheduler->now() + 400);
    return chip.core(0).state() == core::CoreState::Halted && chip.scheduler->snapshot(0).instructions == instructions;
  };
  const auto store = [&](SpecialRegister number, std::uint32_t value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    return chip.scheduler->debug_write(chip.scheduler->window(0) + kRegisterBase + register_offset(number), bytes, -1);
  };
  chip.start(0);
  CHECK(stands());
  chip.scheduler->start(0, std::nullopt);
  CHECK(stands());
  CHECK((store(special::DEBUGCMD, 0) && store(special::FSTATUS, 1) && store(special::ILATST, 1)));
  CHECK(stands());
  CHECK((store(special::RESETCORE, 1) && store(special::RESETCORE, 0) && store(special::ILATST, 1)));
  CHECK(stands());
  chip.scheduler->reset(0);
  chip.put(0, kStart, {0x00e0});
  chip.start(0);
  chip.run(chip.scheduler->now() + 400);
  CHECK(chip.core(0).state() == core::CoreState::Halted);
  CHECK(chip.scheduler->snapshot(0).causes.total() == chip.scheduler->snapshot(0).cycle);
}

TEST_CASE("the host's waiting time is taken from whatever the core did meanwhile") {
  Chipful chip;
  chip.put(0, kStart, {0x00e0});  // 100: b 100
  chip.start(0);
  chip.run(400);
  const Cycle begin = chip.scheduler->snapshot(0).cycle;
  chip.scheduler->host_wait_begins(0);
  chip.run(4000);
  chip.scheduler->host_wait_ends(0);
  const Cycle end = chip.scheduler->snapshot(0).cycle;
  chip.run(4400);
  const core::CoreSnapshot view = chip.scheduler->snapshot(0);
  CHECK(view.causes[Cause::HostWait] == end - begin);
  CHECK(view.causes[Cause::Branch] == 3 * view.causes[Cause::Issue]);
  CHECK(view.causes.total() == view.cycle);
}

TEST_CASE("a load where nothing answers hangs the core and says so") {
  Chipful chip;
  chip.put(0, kStart,
           {
               0x4003,          // 100: mov r2,0x0
               0x400b, 0x1902,  // 102: movt r2,0x9000
               0x2844,          // 106: ldr r1,[r2]
               0x01c2,          // 108: bkpt
           });
  chip.start(0);
  CHECK(chip.run() == core::RunStop::AllStopped);
  CHECK(chip.core(0).state() == core::CoreState::Running);
  CHECK(chip.core(0).waiting());
  REQUIRE(chip.said.size() == 1);
  CHECK(chip.said[0] == "load or fetch from 0x90000000, where nothing answers: the core hangs");
  chip.scheduler->reset(0);
  chip.put(0, kStart, {0x01c2});
  chip.start(0);
  chip.run();
  CHECK(chip.core(0).state() == core::CoreState::Halted);
}

TEST_CASE("code in off-chip memory runs, a line at a time") {
  Chipful chip;
  const std::array<std::uint16_t, 6> code{
      0x6c93,          // add r3,r3,1
      0x6c93,          // add r3,r3,1
      0x6c93,          // add r3,r3,1
      0x609f, 0x000a,  // add r3,r0,r1    across two lines
      0x01c2,          // bkpt
  };
  chip.dram.debug_write(kDram, std::as_bytes(std::span(code)));
  chip.core(0).cpu().r[0] = 40;
  chip.core(0).cpu().r[1] = 2;
  chip.scheduler->start(0, kDram);
  CHECK(chip.run() == core::RunStop::AllStopped);
  CHECK(chip.core(0).state() == core::CoreState::Halted);
  CHECK(chip.core(0).cpu().r[3] == 42);
  const core::CoreSnapshot view = chip.scheduler->snapshot(0);
  mesh::Interconnect alone(core::Config::load("parallella"));
  alone.fetch_off_chip({0, 0}, kDram, 0, 0);
  const Cycle first = alone.advance(1000).front().returned;
  alone.fetch_off_chip({0, 0}, kDram + 8, first + 3, 0);
  const Cycle second = alone.advance(2000).front().returned;
  CHECK(view.causes[Cause::ExternalFetch] == first + (second - first - 3));
  CHECK(view.causes[Cause::Issue] == 5);
}

TEST_CASE("stopping on request") {
  Chipful chip;
  chip.put(0, kStart, {0x00e0});  // b 100
  chip.start(0);
  chip.scheduler->request_stop();
  CHECK(chip.run() == core::RunStop::Interrupted);
  CHECK(chip.run(5000) == core::RunStop::Deadline);
  CHECK(chip.scheduler->now() == 5000);
}

TEST_CASE("a timeline shows when each core ran and slept, and changes nothing") {
  struct Sink : core::TraceSink {
    void slice(std::string_view track, std::string_view name, Cycle begin, Cycle end) override {
      slices.push_back(std::string(track) + " " + std::string(name) + " " + std::to_string(begin) + "-" + std::to_string(end));
    }
    void instant(std::string_view, std::string_view, Cycle) override {}
    void flow(std::string_view, Cycle, std::string_view, Cycle, std::uint64_t) override {}
    void counter(std::string_view, std::string_view, Cycle, double) override {}
    std::vector<std::string> slices;
  } sink;
  Cycle plain = 0;
  for (core::TraceSink* trace : {static_cast<core::TraceSink*>(nullptr), static_cast<core::TraceSink*>(&sink)}) {
    Chipful chip(64, trace);
    chip.put(0, kStart,
             {
                 0x0003,  // 100: mov r0,0x0
                 0x01b2,  // 102: idle
                 0x01c2,  // 104: bkpt
             });
    chip.put_word(0, 0, ((0x200) / 2) << 8 | 0xe8);
    chip.put(0, 0x200, {0x01d2});  // rti
    chip.start(0);
    chip.run();
    chip.scheduler->write_at(100, 0x80800000 + kRegisterBase + register_offset(special::ILATST), 4, 1);
    chip.run();
    chip.scheduler->finish_trace();
    if (trace == nullptr) plain = chip.core(0).now();
    CHECK(chip.core(0).now() == plain);
  }
  CHECK(sink.slices == std::vector<std::string>{"core 0 running 0-2", "core 0 idle 2-100", "core 0 running 100-113"});
}

}  // namespace epysim::epiphany
