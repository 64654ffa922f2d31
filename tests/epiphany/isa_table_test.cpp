// The instruction table is complete and consistent: every line can be decoded, listed, and executed by somebody.

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "sim/epiphany/disassemble.h"
#include "sim/epiphany/instruction.h"
#include "sim/epiphany/semantics.h"
#include "tests/isa/table.h"

using namespace epysim::epiphany;
namespace isa = epysim::isa;

namespace {

bool is_long(const OpInfo& line) { return length_in_bytes(line.match) == 4; }

/// The line's encoding with these operand bits.
std::uint32_t with_operands(const OpInfo& line, std::uint32_t bits) {
  const std::uint32_t word = line.match | (bits & ~line.mask);
  return is_long(line) ? word : (word & 0xffffu);
}

using isa::overlaps;

template <typename Check>
void for_each_line(const Check& check) {
  isa::for_each_line(
      kOpCount, [](std::size_t i) { return info(static_cast<Op>(i)); }, check);
}

}  // namespace

TEST_CASE("every line of the table decodes to itself, whatever its operands") {
  REQUIRE(kOpCount == 195);
  for_each_line([](const OpInfo& line) {
    REQUIRE(line.match == (line.match & line.mask));
    REQUIRE((line.mask & 15u) == 15u);
    if (!is_long(line)) REQUIRE(line.mask <= 0xffffu);
    for (const std::uint32_t operands : {0u, ~0u, 0x55555555u, 0xaaaaaaaau, 0x12345678u, 0xfedcba98u}) {
      const std::uint32_t word = with_operands(line, operands);
      const Instruction insn = decode(word);
      INFO("word " << std::hex << word);
      REQUIRE(insn.op == line.op);
      REQUIRE(insn.action == line.action);
      REQUIRE(insn.unit == line.unit);
      REQUIRE(insn.bytes == (is_long(line) ? 4 : 2));
      REQUIRE(insn.raw == word);
    }
  });
}

TEST_CASE("lines overlap only where one is a special case of the other") {
  const auto line = [](std::size_t i) { return info(static_cast<Op>(i)); };
  REQUIRE(overlaps(kOpCount, line) == std::set<std::string>{"jr32 rts32"});
}

TEST_CASE("every line is listed with its mnemonic and known directives only") {
  for_each_line([](const OpInfo& line) {
    REQUIRE(isa::directives(line.text).find_first_not_of("dnmsixb+DoOw") == std::string::npos);
    const std::string_view mnemonic = line.text.substr(0, line.text.find_first_of(" %"));
    const std::string text = disassemble(decode(with_operands(line, 0x5a5a5a5au)), 0x1000);
    REQUIRE(text.substr(0, mnemonic.size()) == mnemonic);
    REQUIRE(text.find('%') == std::string::npos);
  });
}

TEST_CASE("every line's action is executed here or is the core's") {
  const std::set<Action> of_the_core{Action::Load, Action::Store, Action::Testset, Action::Movts, Action::Movfs, Action::Idle,
                                     Action::Bkpt, Action::Mbkpt, Action::Rti,     Action::Swi,   Action::Trap,  Action::Sync,
                                     Action::Wand, Action::Gie,   Action::Gid,     Action::Unimpl};
  std::set<Action> seen;
  for_each_line([&](const OpInfo& line) {
    REQUIRE((semantics_of(line.action) == nullptr) == (of_the_core.count(line.action) == 1));
    seen.insert(line.action);
  });
  REQUIRE(seen.size() == static_cast<std::size_t>(Action::Invalid));  // and no action is without an encoding
  REQUIRE(semantics_of(Action::Invalid) == nullptr);
}

TEST_CASE("actions belong to units") {
  for_each_line([](const OpInfo& line) {
    Unit expected = Unit::Control;
    if (line.action <= Action::MovCond) expected = Unit::Ialu;
    if (line.action >= Action::Fadd && line.action <= Action::Fabs) expected = Unit::Fpu;
    if (line.action >= Action::Load && line.action <= Action::Testset) expected = Unit::LoadStore;
    REQUIRE(line.unit == expected);
  });
}

TEST_CASE("words that are no instruction keep their length") {
  for (const std::uint32_t word : {0x00f2u, 0x05a2u, 0x8282u}) {
    REQUIRE(decode(word).op == Op::invalid);
    REQUIRE(decode(word).bytes == 2);
    REQUIRE(decode(0xdead0000u | word).raw == word);
  }
  for (const std::uint32_t word : {0xffffffffu, 0x0300001bu, 0x0100000bu, 0x000200ffu, 0x01f0000du}) {
    REQUIRE(decode(word).op == Op::invalid);
    REQUIRE(decode(word).bytes == 4);
  }
  const Instruction insn = decode(0xffffffffu);
  REQUIRE(insn.action == Action::Invalid);
  REQUIRE(insn.reads == 0);
  REQUIRE(insn.writes == 0);
  REQUIRE(disassemble(insn, 0) == "*unknown*");
  REQUIRE(listed_bytes(decode(0x00f2u)) == 4);
}
