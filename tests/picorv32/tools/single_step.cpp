// Executes single instructions on a core that has everything, and prints what they changed, for test_picorv32_reference.py.
//
// Keys of an experiment (tests/isa/single_step.h): pc=ADDRESS  r5=WORD. A line of output has what is different afterwards, in the same
// words, each byte of memory by itself; what the core asked of the outside; the new pc; its state when it does not run on; what it
// complained of.

#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "tests/isa/single_step.h"
#include "tests/picorv32/core_program.h"

using namespace epysim;
using namespace epysim::picorv32;
using isa::number;
using isa::print;

namespace {

constexpr std::uint32_t kBytes = Program::kLocalBytes;

void experiment(const std::string& line) {
  isa::Experiment setup(line, kBytes);
  Options options;
  options.linux_system_calls = false;
  Around around;
  Core core(0, kBytes, options, around);
  CpuState& cpu = core.cpu();
  for (unsigned i = 1; i < 32; ++i) cpu.x[i] = isa::first_register(i);
  Address pc = Program::kStart;
  for (const auto& [key, value] : setup.settings) {
    if (key == "pc") pc = number(value);
    if (key[0] == 'r') cpu.x[std::stoul(key.substr(1))] = number(value);
  }
  setup.put(pc, setup.word);
  std::memcpy(core.local().data(), setup.memory.data(), kBytes);
  core.start(std::nullopt, 0);
  cpu.pc = pc;

  const CpuState before = cpu;
  Around::step(core);
  if (!around.asked.empty()) {  // an access to the outside finds the bytes that memory everywhere begins with
    const Around::Asked& access = around.asked[0];
    std::uint32_t value = 0;
    for (unsigned i = 0; i < access.bytes; ++i) {
      const Address a = access.address + i;
      value |= ((7 * a + (a >> 8)) & 0xffu) << 8 * i;
    }
    core.complete(value, false, core.now() + 20);
  }

  for (unsigned i = 0; i < 32; ++i) {
    if (cpu.x[i] != before.x[i]) print("r%u=%x ", i, cpu.x[i]);
  }
  isa::print_changes(setup.memory, std::vector<std::byte>(core.local().data(), core.local().data() + kBytes));
  for (const Around::Asked& access : around.asked) {
    print("%s%u.%x", access.store ? "store" : "load", access.bytes, access.address);
    if (access.store) print("=%x", access.value);
    print(" ");
  }
  print("pc=%x", core.pc());
  if (core.state() == core::CoreState::Halted) print(" state=halted");
  if (!around.said.empty()) std::cout << " said=" << core::name_of(around.said[0].kind);
  std::cout << '\n';
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) experiment(line);
}

// SystemC's library wants one; nobody enters it.
extern "C" int sc_main(int, char**);
extern "C" int sc_main(int, char**) { return 0; }
