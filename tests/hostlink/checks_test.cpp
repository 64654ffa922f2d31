// What notices that a link or a memory goes wrong: answers, copies, programs.
#include <catch2/catch.hpp>

#include "hostlink/checks/answer_watch.h"
#include "hostlink/checks/checked_device.h"
#include "hostlink/checks/program_guard.h"
#include "sim/core/elf_image.h"
#include "sim/core/fault_log.h"
#include "tests/hostlink/scripted_cores.h"

using namespace epysim;
using namespace epysim::hostlink;

namespace {

constexpr Address kWord = test::MemoryDevice::kShared + 64;

/// A link on which the next copies go wrong.
class Damaged final : public ForwardingDevice {
 public:
  using ForwardingDevice::ForwardingDevice;
  void read(Address from, std::span<std::byte> to) override {
    ForwardingDevice::read(from, to);
    if (reads > 0) to[static_cast<std::size_t>(--reads) % to.size()] ^= std::byte{1};
  }
  void write(Address to, std::span<const std::byte> from) override {
    std::vector<std::byte> block(from.begin(), from.end());
    if (writes > 0) block[static_cast<std::size_t>(--writes) % block.size()] ^= std::byte{1};
    ForwardingDevice::write(to, block);
  }
  int reads = 0, writes = 0;
};

struct Checked {
  Checked() {
    auto damaged = std::make_unique<Damaged>(std::make_unique<test::MemoryDevice>());
    link = damaged.get();
    device = std::make_unique<CheckedDevice>(std::move(damaged), log);
  }
  std::vector<std::string> told;
  core::FaultLog log{[this](const std::string& text) { told.push_back(text); }};
  Damaged* link;
  std::unique_ptr<CheckedDevice> device;
};

}  // namespace

TEST_CASE("a block that changes on its way is copied again", "[checks]") {
  Checked checked;
  checked.link->writes = 2;
  write_as(*checked.device, kWord, 0x12345678u);
  CHECK(checked.told.size() == 2);
  checked.link->reads = 1;
  CHECK(read_as<std::uint32_t>(*checked.device, kWord) == 0x12345678u);
  CHECK(checked.told.size() == 3);
  CHECK(checked.told.back() == "noticed, cycle 0: 4 bytes at 0x8e000040 did not come through: they are read again");
}

TEST_CASE("a link that never carries a block is an error", "[checks]") {
  Checked checked;
  checked.link->writes = 100;
  CHECK_THROWS_AS(write_as(*checked.device, kWord, 1u), LinkError);
  checked.link->writes = 0;
  checked.link->reads = 100;
  CHECK_THROWS_WITH(read_as<std::uint32_t>(*checked.device, kWord),
                    "the link to the board is damaged: 4 bytes at 0x8e000040 were read 5 times, and never came through");
}

TEST_CASE("an answer that has not arrived is stored again, three times", "[checks]") {
  test::MemoryDevice device;
  AnswerWatch watch(device, 1, nullptr);
  watch.send(0, {.core = 0, .rung = 0, .word = kWord, .value = 7, .cost = {}});
  device.poke(kWord, 6);  // it got lost
  for (int again = 1; again <= kAnswersAgain; ++again) {
    device.now += kAnswerPatience * 0.9;
    CHECK(watch.look().empty());
    CHECK(device.peek(kWord) == 6);
    device.now += kAnswerPatience * 0.6;
    CHECK(watch.look().empty());
    CHECK(device.peek(kWord) == 7);
    device.poke(kWord, 6);
  }
  device.now += kAnswerPatience * 1.5;
  CHECK(watch.look() == std::vector<std::size_t>{0});
  device.now += kAnswerPatience * 1.5;
  CHECK(watch.look().empty());
  CHECK(device.acknowledged.size() == 4);
}

TEST_CASE("an answer that was there is not stored again", "[checks]") {
  test::MemoryDevice device;
  AnswerWatch watch(device, 1, nullptr);
  constexpr std::uint32_t kAsked = 5u << 2 | EPY_TRANSFER_READ;
  watch.send(0, {.core = 0, .rung = 0, .word = kWord, .value = EPY_TRANSFER_DONE, .cost = {}, .transfer = true}, kAsked);
  SECTION("the core has not used the word again") {}
  SECTION("the core has asked anew") { device.poke(kWord, 6u << 2 | EPY_TRANSFER_WRITE); }
  device.now += 1;
  CHECK(watch.look().empty());
  CHECK(device.acknowledged.size() == 1);
}

TEST_CASE("an answer that has changed on its way, or has not taken the place of the question, is stored again", "[checks]") {
  test::MemoryDevice device;
  AnswerWatch watch(device, 1, nullptr);
  constexpr std::uint32_t kAsked = 5u << 2 | EPY_TRANSFER_READ;
  watch.send(0, {.core = 0, .rung = 0, .word = kWord, .value = EPY_TRANSFER_DONE, .cost = {}, .transfer = true}, kAsked);
  device.poke(kWord, GENERATE_COPY(1u, 2u, 4u, 1u << 31, kAsked));
  device.now += 1;
  CHECK(watch.look().empty());
  CHECK(device.peek(kWord) == EPY_TRANSFER_DONE);
}

TEST_CASE("a program that has changed is found, and where", "[checks]") {
  test::ScriptedCores cores;
  cores.monitor.load();
  const core::ElfImage vm(cores.program.vm());
  for (std::size_t rank = 0; rank < 2; ++rank)
    for (const core::ElfImage::Segment& segment : vm.segments())
      cores.device.write(cores.layout.core[rank].window + segment.address, segment.bytes);
  for (std::size_t rank = 0; rank < 2; ++rank) {
    const epy_core_layout& core = cores.layout.core[rank];
    cores.device.write(global_address(core.code, core.window), std::as_bytes(std::span(cores.program.image().resident)));
  }
  ProgramGuard guard(cores.device, cores.program, cores.layout);
  guard.load();
  host::ServiceCost cost;
  CHECK_FALSE(guard.damage(0, cost));
  CHECK(cost.local_bytes_read > 20000);
  const auto flip = [&](Address at) { cores.device.poke(at, cores.device.peek(at) ^ 4u); };
  const Address window = cores.layout.core[1].window;
  SECTION("code of the VM") {
    flip(window + 0x200);
    CHECK_FALSE(guard.damage(0, cost));
    CHECK(guard.damage(1, cost)->starts_with("the VM's .text has changed: the byte at 0x80900200 is "));
  }
  SECTION("byte code") {
    flip(window + cores.layout.core[1].code);
    CHECK(guard.damage(1, cost)->starts_with("the byte code has changed: "));
  }
  SECTION("byte code in shared memory") {
    flip(cores.layout.image + 8);
    CHECK(guard.damage(0, cost)->starts_with("the byte code in shared memory has changed: the byte at 0x8f100008 is "));
  }
  SECTION("the control structure") {
    flip(cores.layout.control + static_cast<Address>(offsetof(epy_control, stop)));
    CHECK_FALSE(guard.damage(0, cost));  // that is the host's
    flip(cores.layout.control);
    CHECK(guard.damage(0, cost)->starts_with("the control structure has changed: "));
  }
  SECTION("data") {
    flip(window + cores.layout.core[1].heap);
    CHECK_FALSE(guard.damage(1, cost));
  }
}
