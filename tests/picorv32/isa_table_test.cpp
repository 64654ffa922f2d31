// The instruction table is complete and consistent: every line can be decoded, listed, and belongs to somebody.

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "sim/picorv32/disassemble.h"
#include "sim/picorv32/instruction.h"
#include "tests/isa/table.h"
#include "tests/picorv32/core_program.h"

using namespace epysim::picorv32;
namespace isa = epysim::isa;

namespace {

OpInfo line_of(std::size_t i) { return info(static_cast<Op>(i)); }

template <typename Check>
void for_each_line(const Check& check) {
  isa::for_each_line(kOpCount, line_of, check);
}

}  // namespace

TEST_CASE("every line of the table decodes to itself, whatever its operands") {
  REQUIRE(kOpCount == 60);
  for_each_line([](const OpInfo& line) {
    REQUIRE(line.match == (line.match & line.mask));
    for (const std::uint32_t operands : {0u, ~0u, 0x55555555u, 0xaaaaaaaau, 0x12345678u, 0xfedcba98u}) {
      const Instruction insn = decode(line.match | (operands & ~line.mask));
      INFO("word " << std::hex << insn.raw);
      REQUIRE(insn.op == line.op);
      REQUIRE(insn.unit == line.unit);
      REQUIRE(insn.option == line.option);
    }
  });
}

TEST_CASE("no word belongs to two lines") { REQUIRE(isa::overlaps(kOpCount, line_of).empty()); }

TEST_CASE("every line is listed with known directives only") {
  for_each_line([](const OpInfo& line) {
    REQUIRE(isa::directives(line.text).find_first_not_of("dstqrihupf") == std::string::npos);
    REQUIRE(disassemble(decode(line.match | 0xfffff000u), 0).find('%') == std::string::npos);
  });
}

TEST_CASE("all actions and units have a line") {
  std::set<Action> actions;
  std::set<Unit> units;
  for_each_line([&](const OpInfo& line) {
    actions.insert(line.action);
    units.insert(line.unit);
  });
  REQUIRE(actions.size() == static_cast<std::size_t>(Action::Invalid));
  REQUIRE(units.size() == static_cast<std::size_t>(Unit::Count));
}

TEST_CASE("operands are where the manual says") {
  const Instruction add = decode(0x00c58533);  // add a0, a1, a2
  REQUIRE((add.rd == 10 && add.rs1 == 11 && add.rs2 == 12 && add.two_registers));
  const Instruction store = decode(0xfea5ae23);  // sw a0, -4(a1)
  REQUIRE((store.rd == 0 && store.rs1 == 11 && store.rs2 == 10 && store.imm == -4 && store.size == 2));
  const Instruction load = decode(0x7ff5d503);  // lhu a0, 2047(a1)
  REQUIRE((load.rd == 10 && load.rs1 == 11 && load.imm == 2047 && load.size == 1 && !load.is_signed));
  REQUIRE(decode(0x7ff59503).is_signed);     // lh
  REQUIRE(decode(0xfffff537).imm == -4096);  // lui a0, 0xfffff
  REQUIRE(decode(0x41f5d513).imm == 31);     // srai a0, a1, 31
  REQUIRE(decode(0xfe000ee3).imm == -4);     // beq zero, zero, -4
  REQUIRE(decode(0x7e000fe3).imm == 4094);   // the farthest
  REQUIRE(decode(0x80000063).imm == -4096);
  REQUIRE(decode(0xffdff06f).imm == -4);       // jal zero, -4
  REQUIRE(decode(0x7ffff06f).imm == 0xffffe);  // the farthest
  REQUIRE(decode(0x8000006f).imm == -0x100000);
  REQUIRE(decode(0x0ff0000f).rd == 0);  // fence
  for (const std::uint32_t distance : {4u, 0u - 4, 0x7fcu, 0x800u, 0xffeu, 0u - 0x1000})
    REQUIRE(decode(word(Op::bltu, 1, 2, distance)).imm == static_cast<std::int32_t>(distance));
  for (const std::uint32_t distance : {4u, 0u - 4, 0x7feu, 0x800u, 0xff000u, 0xffffeu, 0u - 0x100000})
    REQUIRE(decode(word(Op::jal, 1, distance)).imm == static_cast<std::int32_t>(distance));
}

TEST_CASE("what other extensions have is no instruction") {
  for (const std::uint32_t word : {0u, ~0u, 0x00000001u, 0x00002007u, 0x0000100fu, 0x1000252fu, 0x02051513u, 0x00000053u, 0x30200073u,
                                   0x10500073u, 0x30001073u, 0x60000013u | 0x1000u, 0x0a00000bu})
    REQUIRE(decode(word).op == Op::invalid);
}
