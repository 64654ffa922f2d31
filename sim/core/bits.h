#pragma once
// Fields of instruction words.

#include <cstdint>

namespace epysim::core {

/// Bits high .. low of a word, high <= 30.
constexpr std::uint32_t bits(std::uint32_t word, unsigned high, unsigned low) { return (word >> low) & ((2u << (high - low)) - 1u); }

/// The low `width` bits of `value`, whose others are zero, as a signed number.
constexpr std::int32_t sign_extend(std::uint32_t value, unsigned width) {
  const std::uint32_t sign = 1u << (width - 1);
  return static_cast<std::int32_t>((value ^ sign) - sign);
}

}  // namespace epysim::core
