// What compare_with_objdump.py runs:
//   list_words words SET SIZE    writes the words of a set (word_sets.h) to standard output, four bytes each
//   list_words blocks SET SIZE   writes the number of words and the name of each of its blocks
//   list_words list              reads words and writes what the disassembler makes of each: "BYTES TEXT"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/epiphany/disassemble.h"
#include "tests/epiphany/word_sets.h"

using namespace epysim::epiphany;

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  if (mode == "list") {
    std::uint32_t word = 0, address = 0;
    for (; std::fread(&word, sizeof word, 1, stdin) == 1; address += 8) {
      const Instruction insn = decode(word);
      std::printf("%u %s\n", listed_bytes(insn), disassemble(insn, address).c_str());
    }
    return 0;
  }
  if (count != 4) return 2;
  for (const word_sets::Block& block : word_sets::make(arguments[2], std::atoi(arguments[3]))) {
    if (mode == "words") std::fwrite(block.words.data(), sizeof block.words[0], block.words.size(), stdout);
    if (mode == "blocks") std::printf("%zu %s\n", block.words.size(), block.name.c_str());
  }
  return 0;
}
