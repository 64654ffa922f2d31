#pragma once
// How the disassemblers make text: an instruction table gives each line a template, such as "add %d,%n,%m"; a percent sign and a letter
// stand for an operand, whose text the instruction set knows.

#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sim/core/types.h"

namespace epysim::core {

/// Turns an address into what a listing with symbols shows for it, e.g. "80000cdc <_start>". Empty text: nothing to show.
using AddressNamer = std::function<std::string(Address)>;

/// The template's text; `operand(letter)` is the text of "%letter".
template <typename Operand>
std::string fill(std::string_view text, const Operand& operand) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 1 < text.size()) {
      line += operand(text[++i]);
    } else {
      line += text[i];
    }
  }
  return line;
}

/// "1f": without prefix or leading zeros.
inline std::string hex_digits(std::uint32_t value) {
  std::array<char, 8> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr};
}

}  // namespace epysim::core
