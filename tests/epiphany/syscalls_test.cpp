// The TRAP services against a flat memory, files in a folder of the test's own, and a console of strings.
#include "sim/epiphany/syscalls.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace epysim;
using epiphany::Syscalls;
using epiphany::TrapOutcome;

namespace {

constexpr std::uint32_t kMinusOne = 0xffffffff;
constexpr std::uint32_t kEbadf = 9, kEfault = 14, kEnoent = 2, kEinval = 22, kEspipe = 29, kEnosys = 88, kEnametoolong = 91;

// 64 KB at 0x1000.
class FlatMemory : public core::GuestMemory {
 public:
  bool read(Address address, std::span<std::byte> to) override {
    if (!inside(address, to.size())) return false;
    std::copy_n(bytes_.begin() + (address - kBase), to.size(), to.begin());
    return true;
  }
  bool write(Address address, std::span<const std::byte> from) override {
    if (!inside(address, from.size())) return false;
    std::copy(from.begin(), from.end(), bytes_.begin() + (address - kBase));
    return true;
  }
  Address text(const std::string& s, Address at = 0x1000) {
    REQUIRE(write(at, std::as_bytes(std::span(s.c_str(), s.size() + 1))));
    return at;
  }
  std::string text_at(Address at, std::size_t bytes) {
    std::string s(bytes, ' ');
    REQUIRE(read(at, std::as_writable_bytes(std::span(s))));
    return s;
  }
  std::uint64_t number_at(Address at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<std::uint64_t>(bytes_[at - kBase + i]);
    return value;
  }
  static constexpr Address kBase = 0x1000;
  static constexpr std::size_t kBytes = 0x10000;

 private:
  static bool inside(Address address, std::size_t bytes) {
    return address >= kBase && address - kBase <= kBytes && bytes <= kBytes - (address - kBase);
  }
  std::vector<std::byte> bytes_ = std::vector<std::byte>(kBytes);
};

struct Machine {
  explicit Machine(std::vector<std::string> arguments = {})
      : folder(std::filesystem::temp_directory_path() / ("epysim-trap-" + std::to_string(getpid()))),
        syscalls(std::move(arguments), {[this](int fd, std::span<const std::byte> bytes) {
                                          output[static_cast<std::size_t>(fd)].append(reinterpret_cast<const char*>(bytes.data()),
                                                                                      bytes.size());
                                          return static_cast<std::ptrdiff_t>(bytes.size());
                                        },
                                        [this](std::span<std::byte> to) {
                                          const std::size_t n = std::min(to.size(), input.size());
                                          std::memcpy(to.data(), input.data(), n);
                                          input.erase(0, n);
                                          return static_cast<std::ptrdiff_t>(n);
                                        }}) {
    std::filesystem::create_directories(folder);
  }
  ~Machine() { std::filesystem::remove_all(folder); }

  TrapOutcome trap(unsigned number, std::uint32_t r0 = 0, std::uint32_t r1 = 0, std::uint32_t r2 = 0, std::uint32_t r3 = 0) {
    r = {r0, r1, r2, r3};
    return syscalls.handle(number, r, memory, 3'000'042);
  }
  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::string contents(const std::string& name) const {
    std::ifstream in(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path folder;
  FlatMemory memory;
  std::array<std::string, 3> output;
  std::string input;
  std::array<std::uint32_t, 4> r{};
  Syscalls syscalls;
};

using Registers = std::array<std::uint32_t, 4>;

}  // namespace

TEST_CASE("console output and input") {
  Machine m;
  m.memory.text("hello\nworld\n");
  CHECK(m.trap(0, 1, 0x1000, 6).kind == TrapOutcome::Kind::Continue);
  CHECK(m.r == Registers{6, 0x1000, 6, 0});
  m.trap(7, 2, 0x1006, 6, 5);
  CHECK(m.r[0] == 6);
  CHECK(m.output[1] == "hello\n");
  CHECK(m.output[2] == "world\n");
  m.input = "typed";
  m.trap(1, 0, 0x2000, 3);
  CHECK((m.r[0] == 3 && m.r[3] == 0 && m.memory.text_at(0x2000, 3) == "typ"));
  m.trap(1, 0, 0x2000, 100);
  CHECK((m.r[0] == 2 && m.memory.text_at(0x2000, 2) == "ed"));
  m.trap(1, 0, 0x2000, 100);
  CHECK((m.r[0] == 0 && m.r[3] == 0));  // end of input
}

TEST_CASE("exit, pass and fail end the program") {
  Machine m;
  const auto exited = [](TrapOutcome outcome, int code) { return outcome.kind == TrapOutcome::Kind::Exit && outcome.exit_code == code; };
  CHECK(exited(m.trap(3, 7), 7));
  CHECK(exited(m.trap(3, 0x1ff), 255));
  CHECK(exited(m.trap(3, kMinusOne), 255));
  CHECK(exited(m.trap(7, 9, 0, 0, 1), 9));
  CHECK(exited(m.trap(4), 0));
  CHECK(exited(m.trap(5), 1));
  CHECK(m.output[1] == "pass\nfail\n");
}

TEST_CASE("an unknown trap touches nothing; an unknown call is ENOSYS") {
  Machine m;
  CHECK(m.trap(8, 1, 2, 3, 4).kind == TrapOutcome::Kind::Unknown);
  CHECK(m.r == Registers{1, 2, 3, 4});
  CHECK(m.trap(7, 1, 2, 3, 1000).kind == TrapOutcome::Kind::Continue);
  CHECK(m.r == Registers{kMinusOne, 2, 3, kEnosys});
}

TEST_CASE("files are written, read, moved in, linked, measured and removed") {
  Machine m;
  m.memory.text(m.path("a"));
  m.trap(2, 0x1000, 0x200 | 0x400 | 1, 0644);  // O_CREAT | O_TRUNC | O_WRONLY
  REQUIRE((m.r[0] == 3 && m.r[3] == 0));
  m.memory.text("0123456789", 0x3000);
  m.trap(0, 3, 0x3000, 10);
  CHECK(m.r[0] == 10);
  m.trap(6, 3);
  CHECK((m.r[0] == 0 && m.r[3] == 0));
  CHECK(m.contents("a") == "0123456789");

  m.trap(2, 0x1000, 2 | 8);  // O_RDWR | O_APPEND
  REQUIRE(m.r[0] == 3);
  m.trap(0, 3, 0x3001, 2);
  CHECK(m.contents("a") == "012345678912");
  m.trap(7, 3, 4, 0, 6);  // lseek SEEK_SET
  CHECK(m.r[0] == 4);
  m.trap(1, 3, 0x2000, 3);
  CHECK(m.memory.text_at(0x2000, 3) == "456");
  m.trap(7, 3, static_cast<std::uint32_t>(-1), 2, 6);  // SEEK_END
  CHECK(m.r[0] == 11);
  m.trap(7, 3, static_cast<std::uint32_t>(-5), 0, 6);
  CHECK((m.r[0] == kMinusOne && m.r[3] == kEinval));
  m.trap(7, 3, 0, 9, 6);
  CHECK((m.r[0] == kMinusOne && m.r[3] == kEinval));

  m.trap(7, 3, 0x4000, 0, 10);  // fstat
  CHECK(m.r[0] == 0);
  CHECK((m.memory.number_at(0x4004, 4) & 0170000) == 0100000);
  CHECK(m.memory.number_at(0x4008, 2) == 1);
  CHECK(m.memory.number_at(0x4010, 4) == 12);
  CHECK(m.memory.number_at(0x4018, 8) == 0);  // no wall time
  CHECK(m.memory.number_at(0x4048, 4) == 1024);
  CHECK(m.memory.number_at(0x404c, 4) == 1);

  m.memory.text(m.path("b"), 0x1800);
  m.trap(7, 0x1000, 0x1800, 0, 21);
  CHECK(m.r[0] == 0);
  m.trap(7, 0x1800, 0x4000, 0, 15);  // stat
  CHECK((m.r[0] == 0 && m.memory.number_at(0x4008, 2) == 2));
  m.trap(7, 0x1000, 0, 0, 7);
  CHECK((m.r[0] == 0 && !std::filesystem::exists(m.path("a")) && m.contents("b") == "012345678912"));
  m.trap(7, 0x1000, 0, 0, 7);
  CHECK((m.r[0] == kMinusOne && m.r[3] == kEnoent));
}

TEST_CASE("descriptors: the lowest free one is used, the console can be closed and replaced") {
  Machine m;
  m.memory.text(m.path("log"));
  m.trap(6, 1);
  CHECK(m.r[0] == 0);
  m.trap(0, 1, 0x1000, 1);
  CHECK((m.r[0] == kMinusOne && m.r[3] == kEbadf));
  m.trap(2, 0x1000, 0x201, 0600);
  CHECK(m.r[0] == 1);
  m.trap(0, 1, 0x1000, 4);
  m.syscalls.reset();  // closes it, the console is back
  CHECK(m.contents("log") == m.path("log").substr(0, 4));
  m.trap(0, 1, 0x1000, 1);
  CHECK((m.r[0] == 1 && m.output[1] == "/"));
}

TEST_CASE("misuse is an errno, never harm") {
  Machine m;
  const auto fails = [&](std::uint32_t error, unsigned trap, std::uint32_t r0, std::uint32_t r1 = 0, std::uint32_t r2 = 0,
                         std::uint32_t r3 = 0) {
    m.trap(trap, r0, r1, r2, r3);
    return m.r[0] == kMinusOne && m.r[3] == error;
  };
  CHECK(fails(kEfault, 0, 1, 0, 4));
  CHECK(fails(kEfault, 0, 1, 0x10ff8, 16));
  CHECK(fails(kEfault, 0, 1, 0xfffffffe, 16));
  CHECK(fails(kEfault, 1, 0, 0x20000, 4));
  CHECK(fails(kEfault, 2, 0x20000, 0));
  CHECK(fails(kEbadf, 0, 77, 0x1000, 4));
  CHECK(fails(kEbadf, 1, 77, 0x1000, 4));
  CHECK(fails(kEbadf, 0, 0, 0x1000, 4));
  CHECK(fails(kEbadf, 1, 1, 0x1000, 4));
  CHECK(fails(kEbadf, 6, 3));
  CHECK(fails(kEspipe, 7, 1, 0, 0, 6));
  CHECK(fails(kEbadf, 7, 5, 0, 0, 6));
  CHECK(fails(kEbadf, 7, 5, 0x4000, 0, 10));
  m.memory.text(m.path("none"));
  CHECK(fails(kEnoent, 2, 0x1000, 0));
  CHECK(fails(kEinval, 2, 0x1000, 3));
  CHECK(fails(kEnoent, 7, 0x1000, 0x4000, 0, 15));
  m.memory.text(std::string(5000, 'x'));
  CHECK(fails(kEnametoolong, 2, 0x1000, 0));
  m.memory.text(std::string(300, 'x'));
  CHECK(fails(kEnametoolong, 2, 0x1000, 0));
  CHECK((m.output[1].empty() && m.output[2].empty()));

  m.input = "kept";  // a read into a bad buffer loses no input
  CHECK(fails(kEfault, 1, 0, 0x20000, 4));
  m.trap(1, 0, 0x1000, 4);
  CHECK(m.memory.text_at(0x1000, 4) == "kept");
}

TEST_CASE("an absurd length is served piece by piece") {
  Machine m;
  m.memory.text("x");
  m.trap(0, 1, 0x1000, kMinusOne);
  CHECK((m.r[0] == 0x10000 && m.output[1].size() == 0x10000));
}

TEST_CASE("time is simulated, the console is a terminal, arguments are there") {
  Machine m({"prog", "--fast"});
  m.trap(7, 0x4000, 0, 0, 19);
  CHECK((m.r[0] == 0 && m.memory.number_at(0x4000, 8) == 3 && m.memory.number_at(0x4008, 4) == 42));
  m.trap(7, 0, 0, 0, 18);
  CHECK(m.r[0] == 3);
  m.trap(7, 1, 0x4000, 0, 10);
  CHECK((m.memory.number_at(0x4004, 4) & 0170000) == 0020000);
  m.trap(7, 0, 0, 0, 22);
  CHECK(m.r[0] == 2);
  m.trap(7, 1, 0, 0, 23);
  CHECK(m.r[0] == 6);
  m.trap(7, 1, 0x4000, 0, 24);
  CHECK((m.r[0] == 0 && m.memory.text_at(0x4000, 7) == std::string("--fast\0", 7)));
  m.trap(7, 2, 0x4000, 0, 24);
  CHECK((m.r[0] == kMinusOne && m.r[3] == kEinval));
}
