// The instruction table is complete and consistent: every line can be decoded, listed, and belongs to somebody.

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "sim/microblaze/disassemble.h"
#include "sim/microblaze/instruction.h"
#include "tests/isa/table.h"

using namespace epysim::microblaze;
namespace isa = epysim::isa;

namespace {

OpInfo line_of(std::size_t i) { return info(static_cast<Op>(i)); }

template <typename Check>
void for_each_line(const Check& check) {
  isa::for_each_line(kOpCount, line_of, check);
}

}  // namespace

TEST_CASE("every line of the table decodes to itself, whatever its operands") {
  REQUIRE(kOpCount == 147);
  for_each_line([](const OpInfo& line) {
    REQUIRE(line.match == (line.match & line.mask));
    REQUIRE((line.mask >> 26) == 63u);
    for (const std::uint32_t operands : {0u, ~0u, 0x55555555u, 0xaaaaaaaau, 0x12345678u, 0xfedcba98u}) {
      const Instruction insn = decode(line.match | (operands & ~line.mask));
      INFO("word " << std::hex << insn.raw);
      const OpInfo& found = info(insn.op);
      // Another line only when it is a special case of this one.
      if (insn.op != line.op) REQUIRE(((found.match ^ line.match) & line.mask) == 0);
      REQUIRE(insn.unit == line.unit);
      REQUIRE(insn.option == line.option);
      REQUIRE((insn.reads & 1u) == 0);
      REQUIRE((insn.writes & 1u) == 0);
    }
  });
}

TEST_CASE("lines overlap only where one is a special case of the other") {
  REQUIRE(isa::overlaps(kOpCount, line_of) == std::set<std::string>{"bslli bsefi", "bslli bsifi", "bsrai bsefi", "bsrai bsifi",
                                                                    "bsrli bsefi", "bsrli bsifi", "hibernate mbar", "sleep mbar",
                                                                    "suspend mbar"});
}

TEST_CASE("every line is listed with its mnemonic and known directives only") {
  for_each_line([](const OpInfo& line) {
    REQUIRE(isa::directives(line.text).find_first_not_of("dabsiuwmflxpnz") == std::string::npos);
    REQUIRE(disassemble(decode(line.match), 0x1000).find('%') == std::string::npos);
    std::string_view text = line.text;
    if (text.starts_with("%f")) text.remove_prefix(2);
    const std::string_view mnemonic = text.substr(0, text.find('\t'));
    REQUIRE(disassemble(decode(line.match), 0x1000).find(mnemonic) != std::string::npos);
  });
}

TEST_CASE("all actions have a line") {
  std::set<Action> seen;
  for_each_line([&](const OpInfo& line) { seen.insert(line.action); });
  REQUIRE(seen.size() == static_cast<std::size_t>(Action::Invalid));
}

TEST_CASE("operands are where the manual says") {
  const Instruction add = decode(0x00a60800u | 7u << 11);  // add r5, r6, r15 ...
  REQUIRE(add.rd == 5);
  REQUIRE(add.ra == 6);
  REQUIRE(add.rb == (1u | 7u));
  REQUIRE(add.reads == (1u << 6 | 1u << add.rb));
  REQUIRE(add.writes == 1u << 5);

  const Instruction store = decode(0xf8830010u);  // swi r4, r3, 16
  REQUIRE(store.reads == (1u << 4 | 1u << 3));
  REQUIRE(store.writes == 0);
  REQUIRE(store.imm == 16);

  const Instruction field = decode(0x64a68000u | 11u << 6 | 4u);  // bsifi r5, r6, 8, 4
  REQUIRE(field.width == 8);
  REQUIRE(field.imm == 4);
  REQUIRE(field.reads == (1u << 6 | 1u << 5));
  REQUIRE(decode(0x64a68000u | 3u << 6 | 4u).width == 0);

  const Instruction call = decode(0xb9f40100u);  // brlid r15, 256
  REQUIRE((call.delay_slot && call.link && !call.absolute && call.takes_prefix));
  REQUIRE(call.writes == 1u << 15);
  const Instruction jump = decode(0xb8080100u);  // brai 256
  REQUIRE((!jump.delay_slot && !jump.link && jump.absolute));
  REQUIRE(jump.writes == 0);

  const Instruction get = decode(0x6c607005u);  // tncget r3, rfsl5
  REQUIRE(get.stream == (stream::kTest | stream::kNonBlocking | stream::kControl));
  REQUIRE(get.imm == 5);
  REQUIRE(get.writes == 0);
  const Instruction dynamic = decode(0x4c602860u);  // eagetd r3, r5
  REQUIRE(dynamic.stream == (stream::kException | stream::kAtomic));
  REQUIRE(dynamic.rb == 5);
  REQUIRE(dynamic.writes == 1u << 3);
}

TEST_CASE("an IMM gives its upper half to immediates that take one") {
  REQUIRE(with_prefix(decode(0x20601234u), 0xabcd).imm == static_cast<std::int32_t>(0xabcd1234u));  // addi
  REQUIRE(with_prefix(decode(0x2060ffffu), 0).imm == 0xffff);
  REQUIRE(with_prefix(decode(0xb9f40100u), 1).imm == 0x10100);      // brlid
  REQUIRE(with_prefix(decode(0x64600404u), 0xabcd).imm == 4);       // bslli
  REQUIRE(with_prefix(decode(0x00a60800u), 0xabcd).imm == 0);       // add
  REQUIRE(with_prefix(decode(0x9460a003u), 0xabcd).imm == 0x2003);  // mfs
  REQUIRE(with_prefix(decode(0xb8220004u), 0xabcd).imm == 1);       // mbar
  REQUIRE(with_prefix(decode(0x94700004u), 0xabcd).imm == 4);       // msrset
}

TEST_CASE("major opcodes without instructions, and unused words of the others, are no instruction") {
  for (const unsigned opcode : {0x14u, 0x15u, 0x17u, 0x1au, 0x1cu, 0x1du, 0x1eu, 0x1fu, 0x33u, 0x37u, 0x3bu, 0x3fu}) {
    REQUIRE(decode(opcode << 26).op == Op::invalid);
    REQUIRE(decode(opcode << 26 | 0x3ffffffu).op == Op::invalid);
  }
  for (const std::uint32_t word :
       {0x00000001u, 0x14000002u, 0x44000600u, 0x9ce00000u, 0x9cc00000u, 0x58000270u, 0xb8020000u, 0x84000400u}) {
    REQUIRE(decode(word).op == Op::invalid);
    REQUIRE(decode(word).action == Action::Invalid);
  }
  REQUIRE(disassemble(decode(0x50000001u), 0) == ".long 0x50000001");
}
