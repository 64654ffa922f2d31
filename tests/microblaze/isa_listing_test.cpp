// The disassembler against what GNU objdump printed (tests/isa/listing.h).

#include <catch2/catch.hpp>
#include <string>

#include "sim/core/listing.h"
#include "sim/microblaze/disassemble.h"
#include "tests/isa/listing.h"
#include "tests/microblaze/word_sets.h"

using namespace epysim::microblaze;

namespace {

std::size_t compare_set(const std::string& set) { return epysim::isa::compare_set(word_sets::kIsa, set); }

}  // namespace

TEST_CASE("every table line, and every word one bit beside it, is listed as objdump lists it") { REQUIRE(compare_set("table") == 55464); }

TEST_CASE("every major opcode is listed as objdump lists it, with every value of the low bits") {
  REQUIRE(compare_set("opcodes") == 131072);
}

TEST_CASE("every special register is listed as objdump lists it") { REQUIRE(compare_set("special") == 32768); }

TEST_CASE("instructions behind an IMM are listed as objdump lists them") { REQUIRE(compare_set("prefixed") == 18816); }

TEST_CASE("random words are listed as objdump lists them") { REQUIRE(compare_set("random") == 131072); }

TEST_CASE("addresses at which a symbol stands are named, as objdump -d does") {
  const auto namer = [](epysim::Address address) {
    return address == 0x104 || address == 0x20000 ? epysim::core::hex_digits(address) + " <foo>" : std::string();
  };
  const auto listed = [&](std::uint32_t word, epysim::Address pc) { return disassemble(decode(word), pc, namer); };
  REQUIRE(listed(0xb9f40000u, 0x104) == "brlid\tr15, 0\t// 104 <foo>");
  REQUIRE(listed(0xb9f40000u, 0x108) == "brlid\tr15, 0");
  REQUIRE(listed(0xb800fff8u, 0x10c) == "bri\t-8\t// 104 <foo>");
  REQUIRE(listed(0xb8000008u, 0x110) == "bri\t8\t\t// 118");
  REQUIRE(listed(0xbc03ffd0u, 0x134) == "beqi\tr3, -48\t// 104 <foo>");
  REQUIRE(listed(0xba0c0104u, 0x154) == "brki\tr16, 260\t// 104 <foo>");
  REQUIRE(listed(0x30600104u, 0) == "addik\tr3, r0, 260\t// 104 <foo>");
  REQUIRE(listed(0x30650104u, 0) == "addik\tr3, r5, 260");
  REQUIRE(listed(0xb6000104u, 0) == "rtsd\tr0, 260");
  REQUIRE(disassemble(with_prefix(decode(0xe8600000u), 2), 0x118, namer) == "lwi\tr3, r0, 0\t// 20000 <foo>");
  REQUIRE(disassemble(decode(0xb9f40000u), 0x104) == "brlid\tr15, 0");
}
