#pragma once
// Instruction words on which a disassembler of ours is compared with GNU objdump, for any instruction set. The unit tests and list_words
// (for compare_with_objdump.py) make the same ones, so that the committed digests need no words beside them.
//
// Each word stands in eight bytes of its own, k * 8 and up, together with another word that keeps its neighbours apart. An instruction set
// says which of the two comes first, which sets of words it has, and how it lists a word (Isa).

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/types.h"

namespace epysim::isa {

/// A stretch of a set, with the name of what it covers. Its digest stands for it in the committed file.
struct Block {
  std::string name;
  std::vector<std::uint32_t> words;
  std::uint32_t beside = 0;  // what stands beside each of them
};

/// What the comparison needs of an instruction set.
struct Isa {
  std::string_view folder;             // in sim/ and in tests/
  std::vector<std::string_view> sets;  // of words
  /// A set by name; `size` 0 is the one of the unit tests, which fits a second, and 1 the one that compare_with_objdump.py compares.
  std::vector<Block> (*make)(std::string_view set, int size);
  unsigned offset;  // of a word in its eight bytes: 0, with `beside` behind it, or 4
  /// "BYTES TEXT": how many bytes a line of objdump's covers, and what it says.
  std::string (*list)(std::uint32_t word, std::uint32_t beside, Address address);
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

/// Every line of an instruction table: with `operands` random operand fields (the first four all zero, all one, alternating), and with each
/// of its fixed bits flipped, `neighbours` times with random operand fields. `line(i)` has name, match and mask; `padded(word)` is the word
/// as it is to stand there.
template <typename Lines, typename Padded>
std::vector<Block> table_words(std::size_t count, const Lines& line_of, unsigned operands, unsigned neighbours, std::uint32_t beside,
                               const Padded& padded) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& line = line_of(i);
    Block block{std::string(line.name), {}, beside};
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

}  // namespace epysim::isa
