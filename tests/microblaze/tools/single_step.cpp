// Executes single instructions on a core that has everything, and prints what they changed, for test_microblaze_reference.py; and whole
// programs and prints how long they took, for test_microblaze_pipeline.py (see program()).
//
// Keys of an experiment (tests/isa/single_step.h):
//   pc=ADDRESS  msr=WORD  ear=, esr=, fsr=, btr=WORD  reservation=1  prefix=UPPER HALF (of an IMM before it)  r5=WORD
// The arguments are the byte order of the core, "little" or "big", and its engine, "reference" or "eager". A line of output has what is
// different afterwards, in the same words, each byte of memory by itself; what the core asked of the outside; the new pc; its state when it
// does not run on; what it complained of. When it runs on and its pc is in block RAM, it executes one NOP more, which shows late effects:
// the pc behind that is "next", and msr is from then.

#include <array>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "tests/isa/single_step.h"
#include "tests/microblaze/core_program.h"

using namespace epysim;
using namespace epysim::microblaze;
using isa::number;
using isa::print;

namespace {

constexpr std::uint32_t kBytes = Program::kLocalBytes;
constexpr std::uint32_t kNop = 0x80000000;
constexpr std::uint32_t kNoInstruction = 0xffffffff;

struct Named {
  const char* name;
  std::uint32_t CpuState::*field;
};
constexpr std::array<Named, 5> kNamed{
    {{"msr", &CpuState::msr}, {"ear", &CpuState::ear}, {"esr", &CpuState::esr}, {"fsr", &CpuState::fsr}, {"btr", &CpuState::btr}}};

void put_code(Core& core, Address address, std::uint32_t code) {
  core.local().store(address, core.options().big_endian ? __builtin_bswap32(code) : code);
  core.written(address, 4);
}

/// One instruction; an access to the outside finds the bytes that memory everywhere begins with.
void step(Core& core, Around& around) {
  const std::size_t asked = around.asked.size();
  core.run(core.now() + 1, kNever);
  if (around.asked.size() == asked) return;
  const Around::Asked& access = around.asked.back();
  std::uint32_t value = 0;
  for (unsigned i = 0; i < access.bytes; ++i) {
    const Address a = access.address + i;
    value |= ((7 * a + (a >> 8)) & 0xffu) << 8 * i;
  }
  core.complete(value, false, core.now() + 20);
}

void experiment(const std::string& line, Core& core, Around& around) {
  isa::Experiment setup(line, kBytes);
  CpuState& cpu = core.cpu();
  core.reset(core.now());
  cpu = {};
  for (unsigned i = 1; i < 32; ++i) cpu.r[i] = isa::first_register(i);
  Address pc = Program::kStart;
  std::string prefix;
  for (const auto& [key, value] : setup.settings) {
    if (key == "pc") pc = number(value);
    if (key == "reservation") cpu.reservation = true;
    if (key == "prefix") prefix = value;
    if (key[0] == 'r' && key != "reservation") cpu.r[std::stoul(key.substr(1))] = number(value);
    for (const Named& named : kNamed) {
      if (key == named.name) cpu.*named.field = number(value);
    }
  }
  std::memcpy(core.local().data(), setup.memory.data(), kBytes);
  core.written(0, kBytes);
  put_code(core, pc, setup.word);
  if (!prefix.empty()) put_code(core, pc - 4, word(Op::imm, number(prefix)));
  core.start(std::nullopt, core.now());
  cpu.pc = prefix.empty() ? pc : pc - 4;
  if (!prefix.empty()) step(core, around);

  const CpuState before = cpu;
  const std::vector<std::byte> memory(core.local().data(), core.local().data() + kBytes);
  around.asked.clear();
  around.said.clear();
  step(core, around);
  const std::vector<std::byte> memory_after(core.local().data(), core.local().data() + kBytes);
  const Address next = cpu.pc;
  const bool runs_on = core.state() == core::CoreState::Running && next < kBytes;
  if (runs_on) {
    put_code(core, next, kNop);
    step(core, around);
  }

  for (unsigned i = 0; i < 32; ++i) {
    if (cpu.r[i] != before.r[i]) print("r%u=%x ", i, cpu.r[i]);
  }
  for (const Named& named : kNamed) {
    if (cpu.*named.field != before.*named.field) print("%s=%x ", named.name, cpu.*named.field);
  }
  if (cpu.reservation != before.reservation) print("reservation=%d ", cpu.reservation ? 1 : 0);
  isa::print_changes(memory, memory_after);
  for (const Around::Asked& access : around.asked) {
    print("%s%u.%x", access.store ? "store" : "load", access.bytes, access.address);
    if (access.store) print("=%x", access.value);
    print(" ");
  }
  print("pc=%x", next);
  if (runs_on) print(" next=%x", cpu.pc);
  if (core.state() == core::CoreState::Halted) print(" state=halted");
  if (core.state() == core::CoreState::Idle) print(" state=idle");
  if (!around.said.empty()) std::cout << " said=" << core::name_of(around.said[0].kind);
  std::cout << '\n';
}

void choose_engine(Core& core, const std::string& engine) {
  if (engine == "eager") core.use_fast_engine(1);
}

/// "run stages=NUMBER shared=CYCLES WORD WORD ...": the words as a program, data and registers (but r8) zero. Prints the cycles until it
/// gets behind the last, and how many of them were stalls.
void program(const std::string& line, const std::string& engine) {
  std::istringstream words(line.substr(4));
  Options options = Options::preset("mb-full");
  std::vector<std::uint32_t> code;
  for (std::string text; words >> text;) {
    const std::string value = text.substr(text.find('=') + 1);
    if (text.starts_with("stages=")) {
      options.five_stages = value == "5";
    } else if (text.starts_with("shared=")) {
      options.shared_port_cycles = number(value);
    } else {
      code.push_back(number(text));
    }
  }
  Program run({}, options);
  choose_engine(run.core, engine);
  run.core.cpu().r = {};
  run.core.cpu().r[8] = 0x3f800000;  // to divide by
  Address end = Program::kStart;
  for (const std::uint32_t each : code) end = run.put(end, {each});
  run.put(end, {kNoInstruction});
  const Cycle from = run.core.now();
  run.run();
  const Cycle cycles = run.core.now() - from - 1;  // without that last one, which halts the core
  std::cout << "cycles=" << cycles << " stalls=" << run.core.causes()[core::Cause::DependencyStall] << '\n';
}

}  // namespace

int main(int count, char** arguments) {
  Options options = Options::preset("mb-full");
  const std::string order = count > 1 ? arguments[1] : "little", engine = count > 2 ? arguments[2] : "reference";
  options.big_endian = order == "big";
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with("run ")) {
      program(line, engine);
      continue;
    }
    Around around;
    Core core(0, kBytes, options, around);  // a new one each time: it remembers what it has complained of
    choose_engine(core, engine);
    experiment(line, core, around);
  }
}

// SystemC's library wants one; nobody enters it.
extern "C" int sc_main(int, char**);
extern "C" int sc_main(int, char**) { return 0; }
