#pragma once
// A disassembler against what GNU objdump printed: the digests in tests/<instruction set>/data, written by compare_with_objdump.py.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/isa/words.h"

namespace epysim::isa {

inline std::uint64_t fnv1a(const std::string& text, std::uint64_t value) {
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

/// The digests of one set: "SET HASH COUNT NAME" a line.
inline std::vector<std::pair<std::uint64_t, std::string>> digests(const Isa& isa, const std::string& set) {
  std::ifstream file(std::string(EPYSIM_SOURCE_DIR) + "/tests/" + std::string(isa.folder) + "/data/objdump_digests.txt");
  REQUIRE(file);
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
inline std::size_t compare_set(const Isa& isa, const std::string& set) {
  const auto expected = digests(isa, set);
  const auto blocks = isa.make(set, 0);
  REQUIRE(blocks.size() == expected.size());
  Address address = isa.offset;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const std::uint32_t word : blocks[b].words) {
      hash = fnv1a(isa.list(word, blocks[b].beside, address) + "\n", hash);
      address += 8;
    }
    INFO(set << ": " << blocks[b].name << " is listed unlike objdump lists it; compare_with_objdump.py shows the words");
    REQUIRE(std::to_string(blocks[b].words.size()) + " " + blocks[b].name == expected[b].second);
    REQUIRE(hash == expected[b].first);
  }
  return address / 8;
}

}  // namespace epysim::isa
