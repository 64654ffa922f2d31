#pragma once
// The instruction words on which the RV32IM disassembler is compared with GNU objdump (tests/isa/words.h). Behind each word stands a NOP.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/picorv32/disassemble.h"
#include "sim/picorv32/instruction.h"
#include "tests/isa/words.h"

namespace epysim::picorv32::word_sets {

inline constexpr std::uint32_t kNop = 0x00000013;

using isa::Block;
using isa::Random;

/// The core's own instructions, the last of the table, are nothing to objdump.
inline constexpr std::size_t kStandardOps = static_cast<std::size_t>(Op::getq);
inline constexpr std::uint32_t kOwnOpcode = 0x0b;

/// Words with the lowest five bits set begin instructions of 6 bytes and more, which no core here has: objdump would take the next word.
/// Behind one of 2 bytes stands a short NOP.
inline std::uint32_t listable(std::uint32_t word) {
  if ((word & 3u) != 3u) return (word & 0xffffu) | 0x10000u;
  return (word & 31u) == 31u || (word & 127u) == kOwnOpcode ? word ^ 16u : word;
}

/// Every line of the instruction table, and the words one bit beside it.
inline std::vector<Block> table_words(unsigned operands, unsigned neighbours) {
  const auto line = [](std::size_t i) { return info(static_cast<Op>(i)); };
  return isa::table_words(kStandardOps, line, operands, neighbours, kNop, listable);
}

/// Each opcode with each value of bits 14:12 and 31:25, which tell instructions apart, `times` with random registers, among them zero and
/// the one that holds return addresses: pseudo instructions have those.
inline std::vector<Block> opcode_words(unsigned times) {
  std::vector<Block> blocks;
  for (std::uint32_t opcode = 0; opcode < 32; ++opcode) {
    Block block{"opcode " + std::to_string(opcode), {}, kNop};
    Random random(1000 + opcode);
    const auto reg = [&random] {
      const std::uint32_t number = random.next();
      return number % 3 == 0 ? number >> 2 & 1u : number >> 2 & 31u;
    };
    for (std::uint32_t kind = 0; kind < 1024; ++kind) {
      for (unsigned k = 0; k < times; ++k) {
        const std::uint32_t registers = reg() << 7 | reg() << 15 | reg() << 20;
        block.words.push_back(listable((kind >> 3) << 25 | registers | (kind & 7u) << 12 | opcode << 2 | 3u));
      }
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// `count` blocks of 4096 random words: a quarter as they come, the others of four bytes.
inline std::vector<Block> random_words(unsigned count) {
  std::vector<Block> blocks;
  for (unsigned b = 0; b < count; ++b) {
    Block block{"random block " + std::to_string(b), {}, kNop};
    Random random(1'000'000 + b);
    for (unsigned k = 0; k < 4096; ++k) block.words.push_back(listable(random.next() | (k % 4 != 0 ? 3u : 0u)));
    blocks.push_back(std::move(block));
  }
  return blocks;
}

inline std::vector<Block> make(std::string_view set, int size) {
  const auto of_size = [size](unsigned small, unsigned large) { return size == 0 ? small : large; };
  if (set == "table") return table_words(of_size(256, 10'000), of_size(8, 500));
  if (set == "opcodes") return opcode_words(of_size(4, 64));
  if (set == "random") return random_words(of_size(16, 512));
  return {};
}

inline std::string list(std::uint32_t word, std::uint32_t /*beside*/, Address address) {
  return std::to_string(length(word)) + " " + disassemble(decode(word), address);
}

inline const isa::Isa kIsa{"picorv32", {"table", "opcodes", "random"}, make, 0, list};

}  // namespace epysim::picorv32::word_sets
