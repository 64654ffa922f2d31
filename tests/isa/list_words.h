#pragma once
// What compare_with_objdump.py runs, as the main() of tests/<instruction set>/tools/list_words.cpp:
//   list_words sets                what sets there are, and where in its eight bytes a word stands
//   list_words image SET SIZE      writes the words of a set (words.h) to standard output, eight bytes each
//   list_words blocks SET SIZE     writes the number of words and the name of each of its blocks
//   list_words list                reads an image and writes what the disassembler makes of each word: "BYTES TEXT"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/isa/words.h"

namespace epysim::isa {

inline int list_words(const Isa& isa, int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  const std::size_t first = isa.offset / 4;  // of the two words
  if (mode == "sets") {
    std::printf("%u", isa.offset);
    for (const std::string_view set : isa.sets) std::printf(" %s", std::string(set).c_str());
    std::printf("\n");
    return 0;
  }
  if (mode == "list") {
    std::array<std::uint32_t, 2> two{};
    for (Address address = isa.offset; std::fread(two.data(), sizeof two, 1, stdin) == 1; address += 8) {
      std::printf("%s\n", isa.list(two[first], two[1 - first], address).c_str());
    }
    return 0;
  }
  if (count != 4) return 2;
  for (const Block& block : isa.make(arguments[2], std::atoi(arguments[3]))) {
    if (mode == "blocks") std::printf("%zu %s\n", block.words.size(), block.name.c_str());
    if (mode != "image") continue;
    for (const std::uint32_t word : block.words) {
      std::array<std::uint32_t, 2> two{};
      two[first] = word;
      two[1 - first] = block.beside;
      std::fwrite(two.data(), sizeof two, 1, stdout);
    }
  }
  return 0;
}

}  // namespace epysim::isa
