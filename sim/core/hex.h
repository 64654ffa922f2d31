#pragma once
// Addresses in messages look the same everywhere: 0x8e000010.

#include <cstdint>
#include <string>

namespace epysim::core {

inline std::string hex(std::uint32_t value) {
  std::string text = "0x00000000";
  for (std::size_t i = text.size(); value != 0; value >>= 4) text[--i] = "0123456789abcdef"[value & 15u];
  return text;
}

}  // namespace epysim::core
