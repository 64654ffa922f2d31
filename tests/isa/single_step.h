#pragma once
// What the tools that execute single instructions share (tests/<instruction set>/tools/single_step.cpp). A line of input is one experiment:
// "WORD key=value ...", all numbers hexadecimal. Keys are the instruction set's own, but for m4321=BYTES: memory from that address on.
// Where nothing is said registers hold first_register(), memory first_memory().

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace epysim::isa {

inline std::uint32_t number(const std::string& digits) { return static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16)); }

inline std::uint32_t first_register(unsigned number) { return 0x01010101u * number + 7; }

inline std::vector<std::byte> first_memory(std::uint32_t bytes) {
  std::vector<std::byte> all(bytes);
  for (std::uint32_t a = 0; a < bytes; ++a) all[a] = static_cast<std::byte>(7 * a + (a >> 8));
  return all;
}

struct Experiment {
  std::uint32_t word = 0;
  std::vector<std::pair<std::string, std::string>> settings;  // key and value, but for memory
  std::vector<std::byte> memory;

  Experiment(const std::string& line, std::uint32_t memory_bytes) : memory(first_memory(memory_bytes)) {
    std::istringstream words(line);
    words >> std::hex >> word;
    for (std::string pair; words >> pair;) {
      const std::size_t equals = pair.find('=');
      std::string key = pair.substr(0, equals), value = pair.substr(equals + 1);
      if (key[0] == 'm' && key.size() > 1 && std::strchr("0123456789abcdef", key[1]) != nullptr) {
        for (std::size_t i = 0; i < value.size() / 2; ++i)
          memory[number(key.substr(1)) + i] = static_cast<std::byte>(number(value.substr(2 * i, 2)));
      } else {
        settings.emplace_back(std::move(key), std::move(value));
      }
    }
  }
  void put(std::uint32_t address, std::uint32_t code, unsigned bytes = 4) { std::memcpy(memory.data() + address, &code, bytes); }
};

inline void print(const char* format, auto... values) {
  char text[64];
  std::snprintf(text, sizeof text, format, values...);
  std::cout << text;
}

/// "m4321=7f " for each byte that differs.
inline void print_changes(std::span<const std::byte> before, std::span<const std::byte> after) {
  constexpr std::size_t kBlock = 64;
  for (std::size_t block = 0; block < before.size(); block += kBlock) {
    if (std::memcmp(&after[block], &before[block], kBlock) == 0) continue;
    for (std::size_t a = block; a < block + kBlock; ++a) {
      if (after[a] != before[a]) print("m%x=%02x ", static_cast<unsigned>(a), static_cast<unsigned>(after[a]));
    }
  }
}

}  // namespace epysim::isa
