#include "sim/zynq/cluster.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "tests/zynq/scripted_core.h"

using namespace epysim;
using core::RunStop;
using zynq::Cluster;
using zynq::ScriptedCore;
using Act = ScriptedCore::Act;

namespace {

constexpr Address kDdr = 0x20000000;
constexpr Address kRequest = 0x40010000;                        // of a core
constexpr Address kRequests = 0x41800000, kLines = 0xe000a048;  // of the ARM

/// 64 KB that answer at kDdr.
class SmallMemory : public core::OffChip {
 public:
  bool read(Address address, std::span<std::byte> to, Cycle) override { return debug_read(address, to); }
  bool write(Address address, std::span<const std::byte> from, Cycle) override { return debug_write(address, from); }
  bool debug_read(Address address, std::span<std::byte> to) const override {
    if (address - kDdr >= bytes.size()) return false;
    std::memcpy(to.data(), bytes.data() + (address - kDdr), to.size());
    return true;
  }
  bool debug_write(Address address, std::span<const std::byte> from) override {
    if (address - kDdr >= bytes.size()) return false;
    std::memcpy(bytes.data() + (address - kDdr), from.data(), from.size());
    return true;
  }
  std::array<std::byte, 65536> bytes{};
};

struct Pynq {
  explicit Pynq(std::vector<std::string> overrides = {}) : cluster(config(std::move(overrides)), memory, options(), make) {}

  static core::Config config(std::vector<std::string> overrides) {
    return core::Config::load(EPYSIM_SOURCE_DIR "/configs/pynq.json", overrides);
  }
  core::MulticoreOptions options() {
    core::MulticoreOptions options;
    options.diagnostics = [this](const core::Diagnostic& d) { said.push_back(d.text); };
    return options;
  }
  static std::unique_ptr<zynq::SoftCore> make(int id, std::uint32_t local_bytes, zynq::Surroundings& surroundings) {
    return std::make_unique<ScriptedCore>(id, local_bytes, surroundings);
  }
  ScriptedCore& core(int id) { return dynamic_cast<ScriptedCore&>(cluster.core(id)); }
  void start(int id, std::vector<Act> script) {
    core(id).script = std::move(script);
    cluster.start(id, std::nullopt);
  }
  std::uint32_t word(Address address, int as = -1) const {
    std::uint32_t value = 0;
    CHECK(cluster.debug_read(address, std::as_writable_bytes(std::span(&value, 1)), as));
    return value;
  }
  void set_word(Address address, std::uint32_t value) { CHECK(cluster.debug_write(address, std::as_bytes(std::span(&value, 1)), -1)); }

  SmallMemory memory;
  std::vector<std::string> said;
  Cluster cluster;
};

std::vector<Act> loads(std::size_t count, Cycle think) {
  std::vector<Act> script;
  for (std::size_t i = 0; i < count; ++i) {
    script.push_back({Act::Load, kDdr});
    script.push_back({Act::Think, static_cast<Address>(think)});
  }
  return script;
}

}  // namespace

TEST_CASE("one core's loads and stores take the path's latency", "[zynq]") {
  Pynq p;
  p.start(0, {{Act::Store, kDdr + 8, 0x1234}, {Act::Load, kDdr + 8}, {Act::Think, 5}, {Act::Load, kDdr + 12}});
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(0).answered == std::vector<Cycle>{26, 56, 91});
  CHECK(p.core(0).loaded == std::vector<std::uint32_t>{0, 0x1234, 0});
  CHECK(p.cluster.links()[0]["transactions"] == 3);
  CHECK(p.cluster.links()[0]["bytes"] == 12);
}

TEST_CASE("a core by itself loads a word in 30 cycles, eight share 100 MB/s", "[zynq]") {
  Pynq p;
  const int cores = GENERATE(1, 8);
  for (int id = 0; id < cores; ++id) p.start(id, loads(1000, 1));
  p.cluster.run(kNever);
  std::vector<Cycle> ends;
  for (int id = 0; id < cores; ++id) ends.push_back(p.core(id).now());
  if (cores == 1) {
    CHECK(ends[0] == 31000);
  } else {
    // 8000 words, 4 cycles each: 100 MB/s; nobody is favoured.
    CHECK(*std::max_element(ends.begin(), ends.end()) == 32027);
    CHECK(*std::min_element(ends.begin(), ends.end()) == 31999);
  }
}

TEST_CASE("the smaller of the two rates decides", "[zynq]") {
  Pynq p({"axi.practical_rate=200000000"});
  for (int id = 0; id < 8; ++id) p.start(id, loads(1000, 1));
  p.cluster.run(kNever);
  CHECK(p.core(7).now() == 31019);  // at 131.25 MB/s eight cores do not fill the path: the seventh to be served starts 6 x 3.05 cycles late
}

TEST_CASE("block RAM is a core's own; the ARM reaches each through its window", "[zynq]") {
  Pynq p;
  p.set_word(p.cluster.window(3) + 0x10, 77);
  CHECK(p.word(0x10, 3) == 77);
  CHECK(p.word(0x10, 2) == 0);
  std::array<std::byte, 4> word{};
  CHECK_FALSE(p.cluster.debug_read(p.cluster.window(3) + 0x10000, word, -1));
  CHECK_FALSE(p.cluster.debug_write(p.cluster.window(7) + 0xfffe, word, -1));
  CHECK_FALSE(p.cluster.debug_read(p.cluster.window(0) + 8 * 0x02000000, word, -1));
}

TEST_CASE("every core has a timer of its own", "[zynq]") {
  constexpr Address kTimer = 0x41c00000;
  Pynq p;
  p.start(0, {{Act::Think, 100}, {Act::Store, kTimer, 1u << 7}, {Act::Think, 50}, {Act::Load, kTimer + 8}, {Act::Load, kTimer + 8}});
  p.start(1, {{Act::Load, kTimer + 8}});
  p.cluster.run(kNever);
  CHECK(p.core(0).answered == std::vector<Cycle>{108, 168, 178});
  CHECK(p.core(0).loaded == std::vector<std::uint32_t>{0, 60, 70});
  CHECK(p.core(1).loaded == std::vector<std::uint32_t>{0});
  CHECK(p.said.empty());
}

TEST_CASE("the lines of the ARM reset, start and acknowledge", "[zynq]") {
  Pynq p;
  p.core(2).script = {{Act::Store, kRequest, 1}, {Act::Load, kRequest}, {Act::Think, 100}, {Act::Store, kRequest, 0}};
  p.set_word(kLines, 1u << 2);
  CHECK(p.core(2).snapshot().state == core::CoreState::Reset);
  p.set_word(kLines, 0);  // out of reset: it runs
  CHECK(p.cluster.run(100) == RunStop::Deadline);
  CHECK(p.core(2).answered == std::vector<Cycle>{8, 18});
  CHECK(p.core(2).loaded[1] == 1);
  CHECK(p.word(kRequests) == 1u << 2);
  p.set_word(kLines, 1u << (16 + 2));
  CHECK(p.word(kRequests) == 0);
  p.set_word(kLines, 0);  // it asks still
  CHECK(p.word(kRequests) == 1u << 2);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.word(kRequests) == 1u << 2);  // no more, but nobody has acknowledged
  p.set_word(kLines, 1u << (16 + 2));
  p.set_word(kLines, 0);
  CHECK(p.word(kRequests) == 0);
}

TEST_CASE("the host hears of a request, and a request stays when the core is reset", "[zynq]") {
  Pynq p;
  p.start(5, {{Act::Think, 10}, {Act::Store, kRequest, 1}});
  p.start(1, {{Act::Store, kRequest, 1}, {Act::Store, kRequest, 0}});
  p.cluster.run(kNever);
  CHECK(p.word(kRequests) == (1u << 5 | 1u << 1));
  p.set_word(kLines, 1u << 5);
  CHECK(p.word(kRequests) == (1u << 5 | 1u << 1));
  p.cluster.host_store(p.cluster.now() + 20, kLines, 4, 1u << (16 + 5));
  p.cluster.run(kNever);
  CHECK(p.word(kRequests) == 1u << 1);
  p.cluster.reset(1);  // and configured anew
  CHECK(p.word(kRequests) == 0);
}

TEST_CASE("a timer interrupts its core by way of the interrupt controller", "[zynq]") {
  constexpr Address kTimer = 0x41c00000, kController = 0x41200000;
  constexpr std::uint32_t kCounting = 0xd2;  // enabled, interrupting, downwards, again and again
  Pynq p;
  const Act wait = GENERATE(Act{Act::Sleep}, Act{Act::Think, 150});
  const std::vector<Act> script{{Act::Store, kTimer + 4, 98},
                                {Act::Store, kTimer, 0x20},
                                {Act::Store, kController + 0x08, 4},
                                {Act::Store, kController + 0x1c, 3},
                                {Act::Store, kTimer, kCounting},            // at 40, so it expires at 139, 239 ...
                                wait,                                       // the line rises at 141
                                {Act::Load, kController + 0x18},            // 2: the timer
                                {Act::Store, kTimer, kCounting | 1u << 8},  // ... but this and
                                {Act::Store, kController + 0x0c, 4},        // this clear it
                                {Act::Load, kController + 0x18}};
  p.start(3, script);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  const ScriptedCore& core = p.core(3);
  const Cycle on = wait.kind == Act::Sleep ? 141 : 190;
  REQUIRE(core.answered.size() == 9);
  CHECK(core.answered[5] == on + 10);
  CHECK(core.loaded[5] == 2);
  CHECK(core.answered[8] == on + 36);
  CHECK(core.loaded[8] == 0xffff'ffff);
  CHECK(core.interrupts == std::vector<std::pair<bool, Cycle>>{{true, 141}, {false, on + 28}});
  CHECK(p.core(2).interrupts.empty());
  CHECK(p.cluster.now() == on + 36);  // nobody waits for what its timer would do next

  p.set_word(kLines, 1u << 3);  // its timer and controller forget
  p.start(3, {{Act::Load, kTimer}, {Act::Load, kController + 8}, {Act::Sleep}});
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(3).loaded[9] == 0);
  CHECK(p.core(3).loaded[10] == 0);
}

TEST_CASE("a core that stands misses no interrupt, and nobody waits for it", "[zynq]") {
  constexpr Address kTimer = 0x41c00000, kController = 0x41200000;
  Pynq p;
  const std::vector<Act> script{{Act::Store, kTimer + 4, 98},        {Act::Store, kTimer, 0x20}, {Act::Store, kController + 0x08, 4},
                                {Act::Store, kController + 0x1c, 3}, {Act::Store, kTimer, 0xc2}, {Act::Sleep}};  // once, at 139
  p.start(1, script);
  p.start(4, script);
  CHECK(p.cluster.run(100) == RunStop::Deadline);
  p.cluster.halt(1);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(1).interrupts.empty());
  CHECK(p.core(4).interrupts.size() == 1);
  CHECK(p.cluster.now() == 141);
  CHECK(p.cluster.run(500) == RunStop::AllStopped);
  p.start(2, {{Act::Think, 1000}});
  CHECK(p.cluster.run(900) == RunStop::Deadline);
  p.cluster.start(1, std::nullopt);  // goes on
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(1).interrupts.size() == 1);
  CHECK(p.core(1).snapshot().causes.total() == p.core(1).now());
}

TEST_CASE("a core that has stopped for good stays so, whoever starts it", "[zynq]") {
  Pynq p;
  p.start(1, {{Act::Load, kDdr}, {Act::Load, kDdr}});
  CHECK(p.cluster.run(5) == RunStop::Deadline);
  p.cluster.stop_for_good(1);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(1).loaded.size() == 1);  // what was on its way arrives
  p.cluster.start(1, std::nullopt);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  p.cluster.reset(1);
  p.cluster.start(1, 0);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  p.set_word(kLines, 1u << 1);  // in reset, and out of it
  p.set_word(kLines, 0);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(1).loaded.size() == 1);
  CHECK(p.core(1).state() == core::CoreState::Halted);
}

TEST_CASE("nobody answers: the access ends with an error, once reported", "[zynq]") {
  Pynq p;
  p.start(1, {{Act::Load, 0x10000000}, {Act::Store, 0x70000000, 1}});
  p.cluster.run(kNever);
  CHECK(p.core(1).errors == 2);
  CHECK(p.core(1).answered == std::vector<Cycle>{10, 18});
  REQUIRE(p.said.size() == 2);
  CHECK(p.said[0] == "load from 0x10000000, where nobody answers: reads 0");
  CHECK(p.said[1] == "store to 0x70000000, where nobody answers");
}

TEST_CASE("a store to a watched word stops time when it is made", "[zynq]") {
  Pynq p;
  const Address word = kDdr + 64;
  p.cluster.watch(std::span(&word, 1));
  p.start(4, {{Act::Think, 100}, {Act::Store, kDdr + 60, 1}, {Act::Store, kDdr + 64, 2}, {Act::Load, kDdr + 64}});
  CHECK(p.cluster.run(kNever) == RunStop::Doorbell);
  CHECK(p.cluster.now() == 100 + 26 + 21);
  const auto rings = p.cluster.take_rings();
  REQUIRE(rings.size() == 1);
  CHECK(rings[0].core == 4);
  CHECK(rings[0].at == 147);
  p.cluster.write_at(160, kDdr + 64, 4, 9);  // before the load reads
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(4).loaded.back() == 9);
}

TEST_CASE("the host's waiting has its own cause, and causes sum to the time", "[zynq]") {
  Pynq p;
  p.start(0, {{Act::Load, kDdr}, {Act::Think, 10}});
  CHECK(p.cluster.run(20) == RunStop::Deadline);
  p.cluster.host_wait_begins(0);
  p.cluster.run(kNever);
  p.cluster.host_wait_ends(0);
  const core::CoreSnapshot view = p.cluster.snapshot(0);
  CHECK(view.causes.total() == view.cycle);
  CHECK(view.causes[core::Cause::OffChipLoad] == 20);  // before it began
  CHECK(view.causes[core::Cause::HostWait] == 20);
}

TEST_CASE("a reset while an access is under way voids its answer", "[zynq]") {
  Pynq p;
  p.start(0, {{Act::Load, kDdr}});
  CHECK(p.cluster.run(5) == RunStop::Deadline);
  p.cluster.reset(0);
  p.cluster.run(kNever);
  CHECK(p.core(0).loaded.empty());
}

TEST_CASE("a core that is reset while an access is under way, and started again, asks as any other", "[zynq]") {
  for (Cycle stop = 1; stop < 30; ++stop) {
    INFO("reset in cycle " << stop);
    Pynq p;
    p.start(0, {{Act::Store, kDdr, 7}, {Act::Think, 100}});
    CHECK(p.cluster.run(stop) == RunStop::Deadline);
    p.set_word(kLines, 1);
    p.core(0).script = {{Act::Load, kDdr}, {Act::Store, kDdr + 4, 8}, {Act::Load, kDdr + 4}};
    p.set_word(kLines, 0);
    const Cycle began = std::max(p.cluster.now(), p.core(0).now());  // it may know its answer before it has it
    p.core(0).answered.clear();
    p.core(0).loaded.clear();
    CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
    CHECK(p.core(0).answered == std::vector<Cycle>{began + 30, began + 56, began + 86});
    CHECK(p.core(0).loaded == std::vector<std::uint32_t>{7, 0, 8});
  }
}

TEST_CASE("what a cluster cannot be is refused", "[zynq]") {
  CHECK_THROWS_WITH(Pynq({"chip.cores=17"}), Catch::Contains("chip.cores"));
  CHECK_THROWS_WITH(Pynq({"chip.local_bytes=65537"}), Catch::Contains("power of two"));
  CHECK_THROWS_WITH(Pynq({"axi.read_latency=13"}), Catch::Contains("axi.read_latency"));
  SmallMemory memory;
  core::MulticoreOptions options;
  options.ram.push_back({0x80000000, 4096});
  CHECK_THROWS_WITH(Cluster(Pynq::config({}), memory, options, Pynq::make),
                    Catch::Contains("--ram") && Catch::Contains("chip.local_bytes"));
}

TEST_CASE("cores that ask ahead of their turn are answered as others", "[zynq]") {
  const auto run = [](bool early) {
    Pynq p;
    for (int id = 0; id < 8; ++id) {
      std::vector<Act> script;
      for (Address i = 0; i < 200; ++i) {
        const auto place = kDdr + 4 * (i * 5 % 16);
        script.push_back({i % 3 == 0 ? Act::Store : Act::Load, place, 1000 * static_cast<std::uint32_t>(id) + i});
        script.push_back({Act::Think, (i * 7 + static_cast<Address>(id) * 3) % 61});
      }
      p.core(id).asks_early = early;
      p.start(id, std::move(script));
    }
    p.cluster.run(kNever);
    std::vector<std::vector<std::uint32_t>> loaded;
    std::vector<std::vector<Cycle>> answered;
    for (int id = 0; id < 8; ++id) {
      loaded.push_back(p.core(id).loaded);
      answered.push_back(p.core(id).answered);
    }
    return std::pair(loaded, answered);
  };
  CHECK(run(true) == run(false));
}

TEST_CASE("a core that is reset does not make the access that it had asked for ahead of its turn", "[zynq]") {
  Pynq p;
  const std::array<Address, 1> bell{kDdr + 64};
  p.cluster.watch(bell);
  p.core(0).asks_early = true;
  p.start(0, {{Act::Think, 200}, {Act::Store, kDdr, 7}});
  p.start(1, {{Act::Store, kDdr + 64, 1}, {Act::Think, 500}, {Act::Load, kDdr}});
  CHECK(p.cluster.run(kNever) == RunStop::Doorbell);
  CHECK(p.cluster.now() < 200);
  const bool resets = GENERATE(true, false);
  if (resets) p.cluster.reset(0);
  CHECK(p.cluster.take_rings().size() == 1);
  CHECK(p.cluster.run(kNever) == RunStop::AllStopped);
  CHECK(p.core(1).loaded.back() == (resets ? 0u : 7u));
  CHECK(p.cluster.links()[0]["transactions"] == (resets ? 2 : 3));
}

TEST_CASE("a core that is reset hears of its memory while it can tell what it had decoded", "[zynq]") {
  Pynq p;
  p.core(0).local().set(0, core::Scratchpad::kDecoded);
  p.cluster.reset(0);
  CHECK(p.core(0).flags_when_written == core::Scratchpad::kDecoded);
  CHECK(p.core(0).local().flags(0) == 0);
}
