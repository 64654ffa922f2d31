#pragma once
// The sets of instruction words that the disassembler is compared with GNU objdump on: the unit tests and list_words.cpp (for
// compare_with_objdump.py) make the same ones, so that the committed digests need no words beside them. Word k of a set stands at
// address 8 * k; a 16-bit word has NOP, 0x01a2, in its upper half.

#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/epiphany/instruction.h"

namespace epysim::epiphany::word_sets {

inline constexpr std::uint32_t kNop = 0x01a2;

/// A stretch of a set, with the name of what it covers. Its digest stands for it in the committed file.
struct Block {
  std::string name;
  std::vector<std::uint32_t> words;
};

/// Random numbers that are the same everywhere ("splitmix64").
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint32_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32);
  }

 private:
  std::uint64_t state_;
};

inline std::uint32_t padded(std::uint32_t word) { return length_in_bytes(word) == 4 ? word : ((word & 0xffffu) | kNop << 16); }

/// Every 16-bit word.
inline std::vector<Block> short_words() {
  std::vector<Block> blocks;
  for (std::uint32_t high = 0; high < 256; ++high) {
    Block block{"half words " + std::to_string(high * 256) + " and up", {}};
    for (std::uint32_t low = 0; low < 256; ++low) block.words.push_back(kNop << 16 | high << 8 | low);
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// Every line of the instruction table: with `operands` random operand fields (the first four all zero, all one, alternating), and with
/// each of its fixed bits flipped, `neighbours` times with random operand fields.
inline std::vector<Block> table_words(unsigned operands, unsigned neighbours) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& line = info(static_cast<Op>(i));
    Block block{std::string(line.name), {}};
    Random random(i + 1);
    for (unsigned k = 0; k < operands; ++k) {
      constexpr std::uint32_t kFirst[4] = {0, 0xffffffffu, 0x55555555u, 0xaaaaaaaau};
      block.words.push_back(padded(line.match | ((k < 4 ? kFirst[k] : random.next()) & ~line.mask)));
    }
    for (unsigned bit = 0; bit < 32; ++bit) {
      if ((line.mask >> bit & 1u) == 0) continue;
      for (unsigned k = 0; k < neighbours; ++k) block.words.push_back(padded((line.match ^ 1u << bit) | (random.next() & ~line.mask)));
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// The low half words that begin a 32-bit form, each with `uppers` random second half words.
inline std::vector<Block> extended_words(unsigned uppers) {
  std::vector<Block> blocks;
  for (std::uint32_t high = 0; high < 256; ++high) {
    Block block{"long forms " + std::to_string(high * 256) + " and up", {}};
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
    Block block{"random block " + std::to_string(b), {}};
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

/// The sets by name; `size` 0 is the one of the unit tests, which fits a second, and 1 the one that compare_with_objdump.py compares.
inline std::vector<Block> make(std::string_view set, int size) {
  const auto of_size = [size](unsigned small, unsigned large) { return size == 0 ? small : large; };
  if (set == "short") return short_words();
  if (set == "table") return table_words(of_size(256, 10'000), of_size(8, 500));
  if (set == "extended") return extended_words(of_size(4, 160));
  if (set == "random") return random_words(of_size(32, 1024));
  return {};
}

inline constexpr const char* kNames[] = {"short", "table", "extended", "random"};

}  // namespace epysim::epiphany::word_sets
