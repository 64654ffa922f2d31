// The disassembler against what GNU objdump printed (tests/epiphany/data, written by compare_with_objdump.py).

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/epiphany/disassemble.h"

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

}  // namespace

TEST_CASE("words of every table line, and random ones, are listed as objdump lists them") {
  std::ifstream file = open_data("objdump_words.txt");
  std::size_t words = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream columns(line);
    std::uint32_t address = 0, word = 0;
    unsigned bytes = 0;
    std::string text;
    columns >> std::hex >> address >> word >> std::dec >> bytes;
    std::getline(columns >> std::ws, text);
    const Instruction insn = decode(word);
    INFO(line);
    REQUIRE(disassemble(insn, address) == text);
    REQUIRE(listed_bytes(insn) == bytes);
    ++words;
  }
  REQUIRE(words == kOpCount * 12 + 1000);
}

TEST_CASE("all 16-bit words are listed as objdump lists them") {
  std::ifstream file = open_data("objdump_blocks.txt");
  std::size_t blocks = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream columns(line);
    std::uint32_t block = 0;
    std::uint64_t expected = 0;
    columns >> std::hex >> block >> expected;
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (std::uint32_t low = 0; low < 256; ++low) {
      const std::uint32_t half_word = block << 8 | low;
      const Instruction insn = decode(0x01a20000u | half_word);
      hash = fnv1a(std::to_string(listed_bytes(insn)) + " " + disassemble(insn, half_word * 8) + "\n", hash);
    }
    INFO("block " << line);
    REQUIRE(hash == expected);
    ++blocks;
  }
  REQUIRE(blocks == 256);
}

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
