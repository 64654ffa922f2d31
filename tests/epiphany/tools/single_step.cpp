// Executes single instructions on a core and prints what they changed, for test_isa_reference.py; and whole programs and prints how long
// they took, for test_pipeline_reference.py (see program()).
//
// Keys of an experiment (tests/isa/single_step.h):
//   pc=ADDRESS  status=WORD  r5=WORD  x0.9=WORD (special register: group, number)
// With the argument "fast" the fast engine does it. It works on whole blocks, so that a single instruction is not cut off by the clock but
// by a BKPT at the address "stop=ADDRESS", of which the output shows nothing. Before it registers hold 0x01010101 * number + 7, and local
// memory byte a holds the low byte of 7 * a + (a >> 8). A line of output has what is different afterwards, in the same words, each byte of
// memory by itself; then the new pc, the core's state when it does not run on, and what it said to the outside.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/epiphany/core_program.h"
#include "tests/isa/single_step.h"

using namespace epysim;
using namespace epysim::epiphany;
using isa::number;
using isa::print;

namespace {

constexpr std::uint32_t kBytes = Program::kLocalBytes;
constexpr std::uint16_t kBkpt = 0x01c2;

/// Notes what leaves the core; behind its global address TESTSET finds the core's own memory.
class Witness : public Alone {
 public:
  core::Cause testset(Core& core, Address address, std::uint32_t value, Cycle) override {
    answer = core.outside_testset(address - core.window(), value);
    note("testset");
    return core::Cause::RemoteLoad;
  }
  void sync(Core&, Cycle) override { note("sync"); }
  void wand(Core&, Cycle) override { note("wand"); }
  void breakpoint_all(Core&, Cycle) override { note("mbkpt"); }
  TrapOutcome trap(Core&, unsigned number) override {
    note("trap" + std::to_string(number));
    return {TrapOutcome::Kind::Unknown, 0};
  }
  void note(const std::string& what) { noted += " outside=" + what; }

  std::string noted;
  std::uint64_t answer = 0;
};

SpecialRegister special_number(const std::string& name) {  // "0.9"
  const std::size_t dot = name.find('.');
  return static_cast<SpecialRegister>(std::stoul(name.substr(0, dot)) * 64 + std::stoul(name.substr(dot + 1)));
}

struct State {
  explicit State(const Core& core) : r(core.cpu().r), status(core.cpu().status), memory(kBytes) {
    for (unsigned i = 0; i < 256; ++i) specials[i] = core.read_register(register_offset(static_cast<SpecialRegister>(i)));
    std::memcpy(memory.data(), core.local().data(), kBytes);
  }
  std::array<std::uint32_t, 64> r;
  std::uint32_t status;
  std::array<std::uint32_t, 256> specials{};
  std::vector<std::byte> memory;
};

void experiment(const std::string& line, Core& core, Witness& witness) {
  isa::Experiment setup(line, kBytes);
  std::uint32_t pc = Program::kStart, status = status::kActive;
  std::optional<std::uint32_t> stop;
  core.reset(core.now());
  for (unsigned i = 0; i < 64; ++i) core.cpu().r[i] = isa::first_register(i);
  for (const auto& [key, value] : setup.settings) {
    if (key == "pc") {
      pc = number(value);
    } else if (key == "stop") {
      stop = number(value);
    } else if (key == "status") {
      status |= number(value);
    } else if (key[0] == 'r') {
      core.cpu().r[std::stoul(key.substr(1))] = number(value);
    } else if (key[0] == 'x') {
      core.write_register(register_offset(special_number(key.substr(1))), number(value), core.now());
    }
  }
  setup.put(pc, setup.word, length_in_bytes(setup.word));
  if (stop) setup.put(*stop, kBkpt, sizeof kBkpt);
  core.poke(0, setup.memory);
  const std::uint32_t latched = core.read_register(register_offset(special::ILAT));
  const std::uint32_t in_service = core.read_register(register_offset(special::IPEND));
  core.start_at(pc, core.now());  // which clears both
  core.write_register(register_offset(special::ILAT), latched, core.now());
  core.write_register(register_offset(special::IPEND), in_service, core.now());
  core.cpu().status = status;

  const State before(core);
  witness.noted.clear();
  core.run(core.now() + (stop ? 1000 : 1), kNever);
  if (core.waiting()) core.complete_load(witness.answer, core.now() + 20);
  if (stop) {
    core.run(core.now() + 1000, kNever);
    if (core.state() == core::CoreState::Halted && core.cpu().pc == *stop + sizeof kBkpt) {
      core.cpu().pc = *stop;
      core.resume(core.now());
    }
  }
  const State after(core);

  for (unsigned i = 0; i < 64; ++i) {
    if (after.r[i] != before.r[i]) print("r%u=%x ", i, after.r[i]);
  }
  if (after.status != before.status) print("status=%x ", after.status);
  for (unsigned i = 0; i < 256; ++i) {
    const bool separate = i == special::STATUS || i == special::PC;
    if (!separate && after.specials[i] != before.specials[i]) print("x%u.%u=%x ", i >> 6, i & 63u, after.specials[i]);
  }
  isa::print_changes(before.memory, after.memory);
  print("pc=%x", core.cpu().pc);
  switch (core.state()) {
    case core::CoreState::Idle:
      std::cout << " state=idle";
      break;
    case core::CoreState::Halted:
      std::cout << " state=halted";
      break;
    default:
      break;
  }
  std::cout << witness.noted << '\n';
}

/// "run config=WORD pc=ADDRESS WORD WORD ...": the words as a program, BKPT behind it, all registers and data zero. Prints its cycles.
void program(const std::string& line, Core& core) {
  std::istringstream words(line.substr(4));
  std::vector<std::byte> memory(kBytes);
  std::uint32_t start = 0, end = 0;
  const auto append = [&](std::uint32_t word) {
    const unsigned bytes = length_in_bytes(word);
    std::memcpy(memory.data() + end, &word, bytes);
    end += bytes;
  };
  core.reset(core.now());
  for (std::string text; words >> text;) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      append(number(text));
    } else if (text.substr(0, equals) == "pc") {
      start = end = number(text.substr(equals + 1));
    } else {
      core.write_register(register_offset(special::CONFIG), number(text.substr(equals + 1)), core.now());
    }
  }
  append(kBkpt);
  core.poke(0, memory);
  const Cycle before = core.now();
  const std::uint64_t pairs = core.pipeline().dual_issues();
  const Cycle stalls = core.pipeline().charged(core::Cause::DependencyStall);
  const Cycle loads = core.pipeline().load_stalls();
  core.start_at(start, before);
  while (core.state() == core::CoreState::Running) core.run(core.now() + 10'000, kNever);
  std::cout << "cycles=" << core.now() - before << " pairs=" << core.pipeline().dual_issues() - pairs
            << " stalls=" << core.pipeline().charged(core::Cause::DependencyStall) - stalls
            << " loads=" << core.pipeline().load_stalls() - loads << '\n';
}

}  // namespace

int main(int count, char** arguments) {
  Witness witness;
  Core core(0, Program::kWindow, kBytes, {}, witness);
  if (count > 1 && std::string(arguments[1]) == "fast") core.use_fast_engine(1);
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with("run ")) {
      program(line, core);
    } else {
      experiment(line, core, witness);
    }
  }
}

// SystemC's library wants one; nobody enters it.
extern "C" int sc_main(int, char**);
extern "C" int sc_main(int, char**) { return 0; }
