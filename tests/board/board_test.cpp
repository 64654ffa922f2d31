// A board runs a hand-made image: loading and its checks, start, time, doorbells, reports, statistics.

#include "sim/board/board.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <optional>

#include "sim/core/config.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"
#include "tests/board/elf_writer.h"

using namespace epysim;
using board::Board;
using board::Stop;
using core::CoreState;

namespace {

constexpr Address kShared = 0x8e000000;

// Byte offsets of the program's functions; `_start` at 0 is the vector of the SYNC interrupt.
constexpr Address kMain = 0x08;
constexpr Address kSpin = 0x1a;
constexpr Address kSleep = 0x1e;
constexpr Address kCrooked = 0x24;

std::vector<std::uint8_t> program() {
  return {
      0xe8, 0x04, 0x00, 0x00,  // _start: b main
      0x00, 0x00, 0x00, 0x00,  //
      0x43, 0x05,              // main: mov r0,42
      0x0b, 0x20, 0x02, 0x00,  //   mov r1,0
      0x0b, 0x20, 0xe2, 0x18,  //   movt r1,0x8e00
      0x54, 0x04,              //   str r0,[r1]
      0x44, 0x44,              //   ldr r2,[r1]
      0xe3, 0x00,              //   mov r0,7
      0xe2, 0x0f,              //   trap 3
      0xe8, 0x00, 0x00, 0x00,  // spin: b spin
      0xb2, 0x01,              // sleep: idle
      0xe8, 0xff, 0xff, 0xff,  //   b sleep
      0x4b, 0x20, 0x12, 0x00,  // crooked: mov r1,0x102
      0x44, 0x04,              //   ldr r0,[r1]
      0x03, 0x00,              //   mov r0,0
      0xe2, 0x0f,              //   trap 3
  };
}

test::ElfWriter local_image() {
  test::ElfWriter elf;
  elf.segments.push_back({0, program(), 0x200});
  elf.functions = {{"_start", 0, 4}, {"main", kMain, 0x12}, {"spin", kSpin, 4}, {"sleep", kSleep, 6}, {"crooked", kCrooked, 10}};
  return elf;
}

// A file that is gone when the test is.
class File {
 public:
  explicit File(const test::ElfWriter& elf) : path_("board_test_" + std::to_string(getpid()) + "_" + std::to_string(counter_++) + ".elf") {
    elf.write(path_);
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  static inline int counter_ = 0;
  std::filesystem::path path_;
};

struct Parallella {
  explicit Parallella(board::Options options = {}) : board(core::Config::load(EPYSIM_SOURCE_DIR "/configs/parallella.json"), options) {}
  void load(int core, const test::ElfWriter& elf) {
    const File file(elf);
    board.reset(core);
    board.load(core, core::ElfImage(file.path()));
  }
  std::uint32_t word(Address address) const {
    std::array<std::byte, 4> bytes;
    board.read(address, bytes);
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data(), 4);
    return value;
  }
  std::string load_error(const test::ElfWriter& elf) {
    try {
      load(0, elf);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }
  // Every cycle of every core has one owner.
  void check_causes() const {
    const nlohmann::ordered_json statistics = board.statistics();
    for (const auto& core : statistics["cores"]) {
      Cycle sum = 0;
      for (const auto& [cause, cycles] : core["causes"].items()) sum += cycles.get<Cycle>();
      CHECK(sum == core["cycles"].get<Cycle>());
    }
  }
  Board board;
};

}  // namespace

TEST_CASE("a board describes itself", "[board]") {
  const Parallella p;
  CHECK(p.board.name() == "parallella");
  CHECK(p.board.core_count() == 16);
  CHECK(p.board.clock_hz() == 600e6);
  CHECK(p.board.window(0) == 0x80800000);
  CHECK(p.board.window(15) == 0x8cb00000);
  CHECK(p.board.local_bytes() == 32768);
  CHECK(p.board.shared_base() == kShared);
  CHECK(p.board.shared_bytes() == 32u << 20);
  CHECK(p.board.now() == 0);
  CHECK_THROWS_WITH(p.board.window(16), Catch::Contains("cores 0 to 15"));
}

TEST_CASE("debug access reaches local memory and DRAM and nothing else", "[board]") {
  Parallella p;
  const std::array<std::byte, 3> bytes{std::byte{1}, std::byte{2}, std::byte{3}};
  for (const Address address : {p.board.window(5) + 0x7ffd, kShared, kShared + (32u << 20) - 3}) {
    p.board.write(address, bytes);
    std::array<std::byte, 3> back{};
    p.board.read(address, back);
    CHECK(back == bytes);
  }
  std::array<std::byte, 4> word{};
  CHECK_THROWS_WITH(p.board.read(0x100, word), Catch::Contains("0x00000100") && Catch::Contains("DRAM"));
  CHECK_THROWS_WITH(p.board.read(0x90000000, word), Catch::Contains("0x90000000"));
  CHECK_THROWS_AS(p.board.write(0x8ffffffe, word), UsageError);
  CHECK(p.board.now() == 0);
}

TEST_CASE("an image starts by the SYNC interrupt and exits with its code", "[board]") {
  Parallella p;
  p.load(3, local_image());
  CHECK(p.board.view(3).state == CoreState::Reset);
  p.board.start(3);
  CHECK(p.board.run() == Stop::AllStopped);
  CHECK(p.board.view(3).state == CoreState::Exited);
  CHECK(p.board.view(3).exit_code == 7);
  CHECK(p.board.view(3).pc == kMain + 0x12);  // behind the trap
  CHECK(p.board.view(3).instructions == 8);
  CHECK(p.word(kShared) == 42);
  CHECK(p.board.view(2).instructions == 0);
  p.check_causes();

  const nlohmann::ordered_json statistics = p.board.statistics();
  CHECK(statistics["board"] == "parallella");
  CHECK(statistics["instructions"] == 8);
  CHECK(statistics["cycles"] == p.board.now());
  CHECK(statistics["seconds"].get<double>() == static_cast<double>(p.board.now()) / 600e6);
  CHECK(statistics["cores"][3]["state"] == "exited");
  CHECK(statistics["cores"][3]["causes"]["offchip_load"].get<Cycle>() > 500);
  CHECK(statistics["config"]["elink.transaction_slots"] == 16);
  bool wrote = false;
  for (const auto& link : statistics["links"]) wrote = wrote || (link["name"] == "elink east write" && link["transactions"] == 1);
  CHECK(wrote);
}

TEST_CASE("a watched word stops time when it is written", "[board]") {
  Parallella p;
  p.load(15, local_image());
  const std::array<Address, 1> words{kShared};
  p.board.watch(words);
  p.board.start(15);
  REQUIRE(p.board.run() == Stop::Doorbell);
  const std::vector<board::Doorbell> rung = p.board.rung();
  REQUIRE(rung.size() == 1);
  CHECK(rung[0].address == kShared);
  CHECK(rung[0].core == 15);
  CHECK(rung[0].at > 100);
  CHECK(p.board.rung().empty());
  CHECK(p.board.run() == Stop::AllStopped);
}

TEST_CASE("the host's store becomes visible in its cycle", "[board]") {
  Parallella p;
  p.load(0, local_image());
  p.board.start(0, kSpin);
  p.board.write_at(5000, kShared + 64, 99);
  CHECK(p.board.run(4900) == Stop::Deadline);
  CHECK(p.board.now() == 4900);
  CHECK(p.word(kShared + 64) == 0);
  CHECK(p.board.run(6000) == Stop::Deadline);
  CHECK(p.word(kShared + 64) == 99);
}

TEST_CASE("a spinning core is stopped by the cycle limit, with its place known", "[board]") {
  Parallella p({.max_cycles = 100000});
  p.load(0, local_image());
  p.board.start(0, kSpin);
  CHECK(p.board.run() == Stop::CycleLimit);
  CHECK(p.board.now() == 100000);
  const board::CoreView view = p.board.view(0);
  CHECK(view.state == CoreState::Running);
  CHECK(view.pc == kSpin);
  CHECK(view.symbol == "spin");
  CHECK(p.board.run() == Stop::CycleLimit);
  p.check_causes();
}

TEST_CASE("sleeping cores stop time", "[board]") {
  Parallella p;
  p.load(0, local_image());
  p.board.start(0, kSleep);
  CHECK(p.board.run() == Stop::AllStopped);
  CHECK(p.board.view(0).state == CoreState::Idle);
  p.check_causes();
}

TEST_CASE("a stop request ends the run", "[board]") {
  Parallella p;
  p.load(0, local_image());
  p.board.start(0, kSpin);
  p.board.request_stop();
  CHECK(p.board.run() == Stop::Interrupted);
  CHECK(p.board.run(p.board.now() + 1000) == Stop::Deadline);
}

TEST_CASE("misuse is reported with core, place and cycle", "[board]") {
  std::vector<std::string> lines;
  Parallella p({.diagnostics = [&lines](std::string_view line) { lines.emplace_back(line); }});
  p.load(6, local_image());
  p.board.start(6, kCrooked);
  p.board.run(100000);
  REQUIRE(lines.size() >= 1);
  CHECK_THAT(lines[0], Catch::Contains("core 6") && Catch::Contains("<crooked+0x4>") && Catch::Contains("0x00000028") &&
                           Catch::Contains("cycle") && Catch::Contains("unaligned"));
}

TEST_CASE("an image linked elsewhere runs in memory of its own", "[board]") {
  Parallella p({.ram = {{0x80000000, 32u << 20}}});
  test::ElfWriter elf;
  elf.segments.push_back({0x80000000, program(), 0x1000});
  elf.functions = {{"main", 0x80000000 + kMain, 0x12}};
  elf.entry = 0x80000000 + kMain;
  p.load(0, elf);
  p.board.start(0);
  CHECK(p.board.run() == Stop::AllStopped);
  CHECK(p.board.view(0).exit_code == 7);
  CHECK(p.board.view(0).pc == 0x80000000 + kMain + 0x12);
  CHECK(p.word(kShared) == 42);
}

TEST_CASE("all cores at once, twice the same", "[board]") {
  Parallella p;
  for (int core = 0; core < 16; ++core) {
    p.load(core, local_image());
    p.board.start(core);
  }
  CHECK(p.board.run() == Stop::AllStopped);
  for (int core = 0; core < 16; ++core) CHECK(p.board.view(core).exit_code == 7);
  const Cycle took = p.board.now();
  p.check_causes();
  // Sixteen loads from DRAM share its read service.
  CHECK(took > 520 + 15 * 36);
  CHECK(took < 1500);
}

TEST_CASE("images that do not fit are refused by address and size", "[board]") {
  Parallella p;
  test::ElfWriter large = local_image();
  large.segments.push_back({0x7ff0, std::vector<std::uint8_t>(16), 64});
  CHECK_THAT(p.load_error(large), Catch::Contains("64 bytes at 0x00007ff0") && Catch::Contains("0x00000000 to 0x00007fff") &&
                                      Catch::Contains("0x8e000000 to 0x8fffffff"));
  test::ElfWriter elsewhere;
  elsewhere.segments.push_back({0x80000000, program(), 0});
  CHECK_THAT(p.load_error(elsewhere), Catch::Contains("at 0x80000000") && Catch::Contains("--ram 0x80000000:32M"));
  test::ElfWriter wrapping;
  wrapping.segments.push_back({0xfffffff0, std::vector<std::uint8_t>(8), 0x100});
  CHECK_THAT(p.load_error(wrapping), Catch::Contains("at 0xfffffff0"));
}

TEST_CASE("images for other machines are refused by name", "[board]") {
  Parallella p;
  test::ElfWriter elf = local_image();
  elf.machine = 189;
  CHECK_THAT(p.load_error(elf), Catch::Contains("for MicroBlaze") && Catch::Contains("Epiphany"));
  elf.machine = 62;
  CHECK_THAT(p.load_error(elf), Catch::Contains("for x86-64"));
  elf.machine = 0x7777;
  CHECK_THAT(p.load_error(elf), Catch::Contains("machine number 30583"));
}

TEST_CASE("segments for shared memory and for other cores go there", "[board]") {
  Parallella p;
  test::ElfWriter elf = local_image();
  elf.segments.push_back({kShared + 0x100, {1, 0, 0, 0}, 8});
  elf.segments.push_back({p.board.window(9) + 0x40, {2, 0, 0, 0}, 4});
  p.load(1, elf);
  CHECK(p.word(kShared + 0x100) == 1);
  CHECK(p.word(p.board.window(9) + 0x40) == 2);
  CHECK(p.word(p.board.window(1)) == 0x000004e8);
  CHECK(p.word(p.board.window(0)) == 0);
}

TEST_CASE("impossible memory windows are refused", "[board]") {
  const auto with = [](std::vector<core::RamWindow> windows) {
    Board(core::Config::load(EPYSIM_SOURCE_DIR "/configs/parallella.json"), {.ram = std::move(windows)});
  };
  CHECK_THROWS_WITH(with({{0x80000000, 0}}), Catch::Contains("zero"));
  CHECK_THROWS_WITH(with({{0x1000, 64}}), Catch::Contains("0x00100000"));
  CHECK_THROWS_WITH(with({{0xffff0000, 0x20000}}), Catch::Contains("32-bit"));
  CHECK_THROWS_WITH(with({{0x80000000, 0x2000}, {0x80001000, 0x1000}}), Catch::Contains("overlaps"));
}

TEST_CASE("every key of the board's file is used by somebody", "[board]") {
  const core::Config config = core::Config::load(EPYSIM_SOURCE_DIR "/configs/parallella.json");
  const Board board(config, {});
  for (const char* const section : {"host", "vm", "device", "faults"}) config.set_aside(section);  // of what drives a board
  CHECK_NOTHROW(config.reject_unknown());
}

TEST_CASE("a board of cores that nobody models is refused", "[board]") {
  const core::Config config = core::Config::load(EPYSIM_SOURCE_DIR "/configs/parallella.json", {"chip.core=z80"});
  CHECK_THROWS_WITH(Board(config, {}), Catch::Contains("chip.core") && Catch::Contains("\"z80\"") && Catch::Contains("epiphany"));
}
