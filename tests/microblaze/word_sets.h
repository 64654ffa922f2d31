#pragma once
// The instruction words on which the MicroBlaze disassembler is compared with GNU objdump (tests/isa/words.h). Before each word stands a
// NOP or an IMM, since objdump looks back one instruction.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/microblaze/disassemble.h"
#include "sim/microblaze/instruction.h"
#include "tests/isa/words.h"

namespace epysim::microblaze::word_sets {

inline constexpr std::uint32_t kNop = 0x80000000;
inline constexpr std::uint32_t kImm = 0xb0000000;

using isa::Block;
using isa::Random;

/// objdump ends its listing at the first word that is zero, though it is the instruction ADD r0, r0, r0.
inline std::uint32_t listable(std::uint32_t word) { return word != 0 ? word : kNop; }

/// Every line of the instruction table, and the words one bit beside it.
inline std::vector<Block> table_words(unsigned operands, unsigned neighbours) {
  const auto line = [](std::size_t i) { return info(static_cast<Op>(i)); };
  return isa::table_words(kOpCount, line, operands, neighbours, kNop, listable);
}

/// Each major opcode with every value of the low eleven bits, where most lines differ, `times` with random registers.
inline std::vector<Block> opcode_words(unsigned times) {
  std::vector<Block> blocks;
  for (std::uint32_t opcode = 0; opcode < 64; ++opcode) {
    Block block{"opcode " + std::to_string(opcode), {}, kNop};
    Random random(1000 + opcode);
    for (std::uint32_t low = 0; low < 2048; ++low) {
      for (unsigned k = 0; k < times; ++k) block.words.push_back(listable(opcode << 26 | (random.next() & 0x03fff800u) | low));
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// MFS and MTS of every special register.
inline std::vector<Block> special_words() {
  Block from{"mfs", {}, kNop}, to{"mts", {}, kNop};
  for (std::uint32_t number = 0; number < 0x4000; ++number) {
    from.words.push_back(0x94608000u | number);
    to.words.push_back(0x9405c000u | number);
  }
  return {from, to};
}

/// Every line behind an IMM: `blocks` of them with one upper half each.
inline std::vector<Block> prefixed_words(unsigned count, unsigned operands) {
  std::vector<Block> blocks;
  for (unsigned b = 0; b < count; ++b) {
    Random random(500'000 + b);
    const std::uint32_t upper = random.next() & 0xffffu;
    Block block{"behind imm " + std::to_string(upper), {}, kImm | upper};
    for (std::size_t i = 0; i < kOpCount; ++i) {
      const OpInfo& line = info(static_cast<Op>(i));
      for (unsigned k = 0; k < operands; ++k) block.words.push_back(listable(line.match | (random.next() & ~line.mask)));
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// `count` blocks of 4096 random words: a half of them as they come, a quarter with few and a quarter with very few bits in the low half,
/// where the instructions are.
inline std::vector<Block> random_words(unsigned count) {
  std::vector<Block> blocks;
  for (unsigned b = 0; b < count; ++b) {
    Block block{"random block " + std::to_string(b), {}, kNop};
    Random random(1'000'000 + b);
    for (unsigned k = 0; k < 4096; ++k) {
      std::uint32_t word = random.next();
      if (k % 4 >= 2) word &= 0xffff0000u | random.next();
      if (k % 4 == 3) word &= 0xffff0000u | (random.next() & random.next());
      block.words.push_back(listable(word));
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

inline std::vector<Block> make(std::string_view set, int size) {
  const auto of_size = [size](unsigned small, unsigned large) { return size == 0 ? small : large; };
  if (set == "table") return table_words(of_size(256, 10'000), of_size(8, 500));
  if (set == "opcodes") return opcode_words(of_size(1, 16));
  if (set == "special") return special_words();
  if (set == "prefixed") return prefixed_words(of_size(16, 256), of_size(8, 32));
  if (set == "random") return random_words(of_size(32, 1024));
  return {};
}

inline std::string list(std::uint32_t word, std::uint32_t before, Address address) {
  const Instruction insn = decode(word);
  const bool prefixed = (before & kImm) == kImm;
  return "4 " + disassemble(prefixed ? with_prefix(insn, before & 0xffffu) : insn, address);
}

inline const isa::Isa kIsa{"microblaze", {"table", "opcodes", "special", "prefixed", "random"}, make, 4, list};

}  // namespace epysim::microblaze::word_sets
