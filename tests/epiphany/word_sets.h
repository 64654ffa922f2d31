#pragma once
// The instruction words on which the Epiphany disassembler is compared with GNU objdump (tests/isa/words.h). A 16-bit word has NOP, 0x01a2,
// in its upper half, and NOPs stand behind each word.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/epiphany/disassemble.h"
#include "sim/epiphany/instruction.h"
#include "tests/isa/words.h"

namespace epysim::epiphany::word_sets {

inline constexpr std::uint32_t kNop = 0x01a2;
inline constexpr std::uint32_t kNops = kNop << 16 | kNop;

using isa::Block;
using isa::Random;

inline std::uint32_t padded(std::uint32_t word) { return length_in_bytes(word) == 4 ? word : ((word & 0xffffu) | kNop << 16); }

/// Every 16-bit word.
inline std::vector<Block> short_words() {
  std::vector<Block> blocks;
  for (std::uint32_t high = 0; high < 256; ++high) {
    Block block{"half words " + std::to_string(high * 256) + " and up", {}, kNops};
    for (std::uint32_t low = 0; low < 256; ++low) block.words.push_back(kNop << 16 | high << 8 | low);
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// Every line of the instruction table, and the words one bit beside it.
inline std::vector<Block> table_words(unsigned operands, unsigned neighbours) {
  const auto line = [](std::size_t i) { return info(static_cast<Op>(i)); };
  return isa::table_words(kOpCount, line, operands, neighbours, kNops, padded);
}

/// The low half words that begin a 32-bit form, each with `uppers` random second half words.
inline std::vector<Block> extended_words(unsigned uppers) {
  std::vector<Block> blocks;
  for (std::uint32_t high = 0; high < 256; ++high) {
    Block block{"long forms " + std::to_string(high * 256) + " and up", {}, kNops};
    Random random(1000 + high);
    for (std::uint32_t low = 0; low < 256; ++low) {
      if (length_in_bytes(low) != 4) continue;
      for (unsigned k = 0; k < uppers; ++k) block.words.push_back((random.next() & 0xffff0000u) | high << 8 | low);
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// `count` blocks of 4096 random words: a half of them as they come, a quarter of the crowded low nibble 1111, and a quarter of that with
/// few opcode bits in the upper half, where the instructions are.
inline std::vector<Block> random_words(unsigned count) {
  std::vector<Block> blocks;
  for (unsigned b = 0; b < count; ++b) {
    Block block{"random block " + std::to_string(b), {}, kNops};
    Random random(1'000'000 + b);
    for (unsigned k = 0; k < 4096; ++k) {
      std::uint32_t word = random.next();
      if (k % 4 >= 2) word |= 15u;
      if (k % 4 == 3) word &= ~(0x03f00380u & random.next());
      block.words.push_back(padded(word));
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

inline std::vector<Block> make(std::string_view set, int size) {
  const auto of_size = [size](unsigned small, unsigned large) { return size == 0 ? small : large; };
  if (set == "short") return short_words();
  if (set == "table") return table_words(of_size(256, 10'000), of_size(8, 500));
  if (set == "extended") return extended_words(of_size(4, 160));
  if (set == "random") return random_words(of_size(32, 1024));
  return {};
}

inline std::string list(std::uint32_t word, std::uint32_t, Address address) {
  const Instruction insn = decode(word);
  return std::to_string(listed_bytes(insn)) + " " + disassemble(insn, address);
}

inline const isa::Isa kIsa{"epiphany", {"short", "table", "extended", "random"}, make, 0, list};

}  // namespace epysim::epiphany::word_sets
