// The disassembler against what GNU objdump printed (tests/epiphany/data, written by compare_with_objdump.py).

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/epiphany/disassemble.h"
#include "tests/epiphany/word_sets.h"

using namespace epysim::epiphany;

namespace {

std::ifstream open_data(const std::string& name) {
  std::ifstream file(std::string(EPYSIM_SOURCE_DIR) + "/tests/epiphany/data/" + name);
  REQUIRE(file);
  return file;
}

std::uint64_t fnv1a(const std::string& text, std::uint64_t value) {
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

/// The digests of one set: "SET HASH COUNT NAME" a line.
std::vector<std::pair<std::uint64_t, std::string>> digests(const std::string& set) {
  std::ifstream file = open_data("objdump_digests.txt");
  std::vector<std::pair<std::uint64_t, std::string>> found;
  for (std::string line; std::getline(file, line);) {
    std::istringstream columns(line);
    std::string name, what;
    std::uint64_t hash = 0;
    columns >> name >> std::hex >> hash >> std::ws;
    std::getline(columns, what);
    if (name == set) found.emplace_back(hash, what);
  }
  return found;
}

/// Lists every word of a set, and compares block by block with what objdump made of them. The number of words.
std::size_t compare_set(const std::string& set) {
  const auto expected = digests(set);
  const auto blocks = word_sets::make(set, 0);
  REQUIRE(blocks.size() == expected.size());
  std::uint32_t address = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const std::uint32_t word : blocks[b].words) {
      const Instruction insn = decode(word);
      hash = fnv1a(std::to_string(listed_bytes(insn)) + " " + disassemble(insn, address) + "\n", hash);
      address += 8;
    }
    INFO(set << ": " << blocks[b].name << " is listed unlike objdump lists it; compare_with_objdump.py shows the words");
    REQUIRE(std::to_string(blocks[b].words.size()) + " " + blocks[b].name == expected[b].second);
    REQUIRE(hash == expected[b].first);
  }
  return address / 8;
}

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
