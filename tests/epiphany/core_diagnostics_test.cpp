// What the machine complains about, and that it does so only with reason.

#include <catch2/catch.hpp>
#include <set>

#include "sim/epiphany/registers.h"
#include "tests/epiphany/chipful.h"
#include "tests/epiphany/core_program.h"

namespace epysim::epiphany {
namespace {

// After r7 turns of a loop: stores r1 to [r0].
const std::initializer_list<std::uint16_t> kDelayAndStore{
    0xfcb3,  // 100: sub r7,r7,1
    0xff10,  // 102: bne 100
    0x2054,  // 104: str r1,[r0]
    0x01c2,  // 106: bkpt
};
constexpr Address kCore1 = 0x80900000, kCore5 = 0x84900000;

void store_later(Chipful& chip, int id, Address to, std::uint32_t value, std::uint32_t turns) {
  chip.put(id, kStart, kDelayAndStore);
  CpuState& cpu = chip.core(id).cpu();
  cpu.r[0] = to;
  cpu.r[1] = value;
  cpu.r[7] = turns;
  chip.start(id);
}

}  // namespace

TEST_CASE("every kind of misuse has a name of its own") {
  std::set<std::string_view> names(core::kMisuseNames.begin(), core::kMisuseNames.end());
  CHECK(names.size() == core::kMisuseNames.size());
  CHECK(names.count("") == 0);
  CHECK(name_of(core::Misuse::Trap) == "trap");
  CHECK(name_of(core::Misuse::Unordered) == "unordered");
}

TEST_CASE("two stores to the same place that nothing orders are reported", "[unordered]") {
  for (const Address target : {kCore5 + 0x400, kDram + 0x400}) {
    Chipful chip;
    store_later(chip, 0, target, 1, 50);
    store_later(chip, 2, target, 2, 50);
    chip.run();
    REQUIRE(chip.said.size() == 1);
    INFO(chip.said[0]);
    CHECK(chip.said[0].find("nothing orders the two") != std::string::npos);
    CHECK(chip.said[0].find("store of 4 bytes at " + std::string(target == kDram + 0x400 ? "0x8e000400" : "0x84900400")) == 0);
    CHECK(chip.said[0].find("core 0") != std::string::npos);
    CHECK(chip.said[0].find("core 2") != std::string::npos);
    CHECK(chip.said[0].find("pc 0x00000104") != std::string::npos);
  }
}

TEST_CASE("a core's store into its own memory and another's are unordered as well", "[unordered]") {
  Chipful chip;
  chip.core(1).share(0x400, 0);  // somebody has used it before
  store_later(chip, 0, kCore1 + 0x400, 1, 50);
  store_later(chip, 1, 0x400, 2, 50);
  chip.run();
  REQUIRE(chip.said.size() == 1);
  CHECK(chip.said[0].find("core 1") != std::string::npos);
}

TEST_CASE("stores that agree, miss each other, or are far apart in time are no matter", "[unordered]") {
  {
    Chipful chip;  // the same value
    store_later(chip, 0, kCore5 + 0x400, 7, 50);
    store_later(chip, 2, kCore5 + 0x400, 7, 50);
    chip.run();
    CHECK(chip.said.empty());
  }
  {
    Chipful chip;  // neighbouring words
    store_later(chip, 0, kCore5 + 0x400, 1, 50);
    store_later(chip, 2, kCore5 + 0x404, 2, 50);
    chip.run();
    CHECK(chip.said.empty());
  }
  {
    Chipful chip;  // time enough to have heard of it
    store_later(chip, 0, kCore5 + 0x400, 1, 50);
    store_later(chip, 2, kCore5 + 0x400, 2, 60);
    chip.run();
    CHECK(chip.said.empty());
    CHECK(chip.word(5, 0x400) == 2);
  }
  {
    Chipful chip;                                   // the same core twice
    chip.put(0, kStart, {0x2054, 0x4054, 0x01c2});  // str r1,[r0]; str r2,[r0]; bkpt
    chip.core(0).cpu().r[0] = kCore5 + 0x400;
    chip.core(0).cpu().r[2] = 9;
    chip.start(0);
    chip.run();
    CHECK(chip.said.empty());
    CHECK(chip.word(5, 0x400) == 9);
  }
}

TEST_CASE("a core that stores where its own DMA engine is about to is warned", "[unordered]") {
  for (const bool during : {true, false}) {
    Chipful chip;
    const std::array<std::uint32_t, 6> words{
        dma::kEnable | dma::kMaster | 2u << dma::kSizeShift, 4u << 16 | 4u, 1u << 16 | 100u, 0, 0x1000, 0x2000};
    for (std::uint32_t i = 0; i < 6; ++i) chip.put_word(0, 0x800 + 4 * i, words[i]);
    if (!during) {
      store_later(chip, 0, 0x2000 + 4 * 50, 5, 2);
      chip.run();
    }
    chip.core(0).write_register(register_offset(special::DMA0CONFIG), 0x800u << 16 | dma::kStartup, chip.scheduler->now());
    if (during) store_later(chip, 0, 0x2000 + 4 * 50, 5, 20);
    chip.run();
    CHECK(chip.word(0, 0x2000 + 4 * 50) == 0);  // the engine came later
    CHECK(chip.said.size() == (during ? 1 : 0));
    if (during) CHECK(chip.said[0].find("by DMA0 of core 0, where core 0 stored another value") != std::string::npos);
  }
}

TEST_CASE("general registers of a running core are none of another's business", "[misuse]") {
  for (const bool running : {true, false}) {
    Chipful chip;
    if (running) {
      chip.put(1, kStart, {0x00e0});  // b 100
      chip.start(1);
    }
    chip.put(0, kStart,
             {
                 0x2044,  // 100: ldr r1,[r0]
                 0x01c2,  // 102: bkpt
             });
    chip.core(0).cpu().r[0] = kCore1 + 0xf0000 + 4 * 9;
    chip.core(1).cpu().r[9] = 1234;
    chip.start(0);
    chip.run(10000);
    CHECK(chip.core(0).cpu().r[1] == 1234);
    if (running) {
      CHECK(chip.said == std::vector<std::string>{
                             "access to general register r9 at 0x809f0024 of core 1, which is running: on the chip this corrupts it"});
    } else {
      CHECK(chip.said.empty());
    }
  }
}

TEST_CASE("registers that do not exist read 0 and are reported, near and far", "[misuse]") {
  Program near({
      0x2044,  // 100: ldr r1,[r0]
      0x2054,  // 102: str r1,[r0]
      0x01c2,  // 104: bkpt
  });
  near.core.cpu().r[0] = 0xf0444;
  near.core.cpu().r[1] = 9;
  near.run();
  CHECK(near.r(1) == 0);
  REQUIRE(near.alone.said.size() == 2);
  CHECK(near.alone.said[0].kind == core::Misuse::Reserved);
  CHECK(near.alone.said[0].pc == 0x100);
  CHECK(near.alone.said[1].pc == 0x102);

  Chipful chip;
  store_later(chip, 0, kCore1 + 0x9000, 1, 1);
  chip.run();
  CHECK(chip.said == std::vector<std::string>{"access to reserved address 0x80909000 of core 1: reads 0, stores are ignored"});
}

TEST_CASE("a core that is reset while it waits for an answer stays stuck", "[misuse]") {
  Chipful chip;
  chip.put(1, kStart,
           {
               0x2044,  // 100: ldr r1,[r0]
               0x01c2,  // 102: bkpt
           });
  chip.core(1).cpu().r[0] = kDram;
  chip.start(1);
  store_later(chip, 0, kCore1 + 0xf0000 + 0x70c, 1, 20);  // RESETCORE
  chip.run();
  CHECK(chip.core(1).waiting());
  CHECK(chip.core(1).read_register(register_offset(special::DEBUGSTATUS)) == debug::kExternalPending);
  CHECK(chip.said == std::vector<std::string>{"reset while a load or fetch from outside is under way: the core stays stuck"});
  chip.scheduler->reset(1);  // of everything
  CHECK(!chip.core(1).waiting());
}

TEST_CASE("RESETCORE puts a running core back to its beginning, its DMA included", "[misuse]") {
  Chipful chip;
  chip.put(1, kStart, {0x00e0});  // b 100
  chip.start(1);
  const std::array<std::uint32_t, 6> words{
      dma::kEnable | dma::kMaster | 2u << dma::kSizeShift, 4u << 16 | 4u, 1u << 16 | 1000u, 0, 0x1000, 0x2000};
  for (std::uint32_t i = 0; i < 6; ++i) chip.put_word(1, 0x800 + 4 * i, words[i]);
  chip.core(1).write_register(register_offset(special::DMA0CONFIG), 0x800u << 16 | dma::kStartup, 0);
  store_later(chip, 0, kCore1 + 0xf0000 + 0x70c, 1, 100);
  CHECK(chip.run() == core::RunStop::AllStopped);
  CHECK(chip.core(1).state() == core::CoreState::Reset);
  CHECK(chip.core(1).read_register(register_offset(special::DMA0STATUS)) == 0);
  CHECK(chip.core(1).read_register(register_offset(special::DMA0COUNT)) == 0);
  CHECK(chip.said.empty());
}

TEST_CASE("each rule of hardware loops that is broken is named, and it loops all the same", "[misuse]") {
  struct Case {
    Address start, last;
    bool disabled;
    const char* said;
  };
  // A body of nops: 32-bit ones do not exist, so "add.l r3,r3,0" and, for 16 bits, "nop".
  for (const Case& each : {
           Case{0x200, 0x21c, true, ""},
           Case{0x204, 0x220, true, "LS is not 8-byte aligned, the next-to-last instruction is not 8-byte aligned"},
           Case{0x200, 0x214, true, "the body has less than 8 instructions"},
           Case{0x200, 0x21c, false, "hardware loop with interrupts enabled"},
           Case{0x208, 0x234, true, "the instruction at 0x0000022c has 16 bits"},
       }) {
    Program program;
    for (Address at = 0x200; at < 0x240; at += 4) program.put(at, {0x6c1b, 0x0000});  // add.l r3,r3,0
    program.put(0x21c, {0x6c9b, 0x0000});                                             // add.l r3,r3,1
    if (each.last == 0x214) program.put(0x214, {0x6c9b, 0x0000});
    if (each.start == 0x208) program.put(0x22c, {0x01a2, 0x01a2});
    program.put(each.last + 4, {0x01c2});
    program.set(special::LS, each.start);
    program.set(special::LE, each.last);
    program.set(special::LC, 5);
    program.core.start_at(each.start, 0);
    if (each.disabled) program.core.cpu().status |= status::kGid;
    program.go_on();
    INFO(each.said);
    CHECK(program.r(3) == 5);
    CHECK(program.get(special::LC) == 0);
    if (*each.said == '\0') {
      CHECK(program.alone.said.empty());
    } else {
      REQUIRE(program.alone.said.size() == 1);
      CHECK(program.alone.said[0].kind == core::Misuse::Loop);
      CHECK(program.alone.said[0].pc == each.last);
      CHECK(program.alone.said[0].text.find(each.said) != std::string::npos);
    }
  }
}

TEST_CASE("a debugger steps through a core by its registers", "[debug]") {
  Program program({
      0x2493,  // 100: add r1,r1,1
      0x4893,  // 102: add r2,r2,1
      0x00e0,  // 104: b 104
  });
  Core& core = program.core;
  core.start_at(0x100, 0);
  core.write_register(register_offset(special::DEBUGCMD), 1, 0);
  CHECK(program.get(special::DEBUGSTATUS) == debug::kHalted);
  CHECK(program.get(special::PC) == 0x100);
  program.put(0x102, {0x01c2});  // a breakpoint behind the next instruction
  core.write_register(register_offset(special::DEBUGCMD), 0, 10);
  program.go_on();
  CHECK(program.get(special::DEBUGSTATUS) == debug::kHalted);
  CHECK(program.r(1) == 1);
  CHECK(program.get(special::PC) == 0x104);  // behind the breakpoint
  program.put(0x102, {0x4893});
  core.write_register(register_offset(special::PC), 0x102, core.now());
  core.write_register(8, 41, core.now());  // r2
  core.write_register(register_offset(special::DEBUGCMD), 0, core.now());
  program.go_on(1000);
  CHECK(program.r(2) == 42);
  CHECK(core.state() == core::CoreState::Running);
  CHECK(core.causes()[core::Cause::Halted] == 10);
}

}  // namespace epysim::epiphany
