// The disassembler against what GNU objdump printed (tests/isa/listing.h).

#include <catch2/catch.hpp>
#include <string>

#include "sim/core/listing.h"
#include "sim/picorv32/disassemble.h"
#include "tests/isa/listing.h"
#include "tests/picorv32/core_program.h"
#include "tests/picorv32/word_sets.h"

using namespace epysim::picorv32;

namespace {

std::size_t compare_set(const std::string& set) { return epysim::isa::compare_set(word_sets::kIsa, set); }

std::string listed(std::uint32_t word, epysim::Address pc = 0) { return disassemble(decode(word), pc); }

}  // namespace

TEST_CASE("every table line, and every word one bit beside it, is listed as objdump lists it") { REQUIRE(compare_set("table") == 21040); }

TEST_CASE("every opcode is listed as objdump lists it, with every value of the bits that tell instructions apart") {
  REQUIRE(compare_set("opcodes") == 131072);
}

TEST_CASE("random words are listed as objdump lists them") { REQUIRE(compare_set("random") == 65536); }

TEST_CASE("targets are named") {
  const auto namer = [](epysim::Address address) { return epysim::core::hex_digits(address) + " <foo>"; };
  REQUIRE(disassemble(decode(word(Op::jal, 1, 0x20)), 0x100, namer) == "jal\t120 <foo>");
  REQUIRE(disassemble(decode(word(Op::beq, 10, 0, 0u - 8)), 0x100, namer) == "beqz\ta0,f8 <foo>");
}

TEST_CASE("the core's own instructions, which objdump does not know, have the names of its description") {
  REQUIRE(listed(word(Op::getq, 5, 2)) == "getq\tt0,q2");
  REQUIRE(listed(word(Op::setq, 2, 5)) == "setq\tq2,t0");
  REQUIRE(listed(word(Op::retirq)) == "retirq");
  REQUIRE(listed(word(Op::maskirq, 1, 2)) == "maskirq\tra,sp");
  REQUIRE(listed(word(Op::waitirq, 1)) == "waitirq\tra");
}
