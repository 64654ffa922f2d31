// The disassembler against what GNU objdump printed (tests/isa/listing.h).

#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

#include "sim/epiphany/disassemble.h"
#include "tests/epiphany/word_sets.h"
#include "tests/isa/listing.h"

using namespace epysim::epiphany;

namespace {

std::size_t compare_set(const std::string& set) { return epysim::isa::compare_set(word_sets::kIsa, set); }

}  // namespace

TEST_CASE("all 16-bit words are listed as objdump lists them") { REQUIRE(compare_set("short") == 65536); }

TEST_CASE("every table line, and every word one bit beside it, is listed as objdump lists it") { REQUIRE(compare_set("table") == 67360); }

TEST_CASE("every low half word of a long form is listed as objdump lists it, with some second half words") {
  REQUIRE(compare_set("extended") == 256 * 96 * 4);
}

TEST_CASE("random words are listed as objdump lists them") { REQUIRE(compare_set("random") == 32 * 4096); }

TEST_CASE("branch targets are named") {
  const auto namer = [](epysim::Address address) {
    char text[32];
    std::snprintf(text, sizeof text, "%x <_start>", address);
    return std::string(text);
  };
  REQUIRE(disassemble(decode(0xfff0), 0x80000ce0u, namer) == "bl 80000cde <_start>");
  REQUIRE(disassemble(decode(0xfff0), 0x80000ce0u) == "bl 0x80000cde");
  REQUIRE(disassemble(decode(0x80000008u), 0, namer) == "beq ff000000 <_start>");
}
