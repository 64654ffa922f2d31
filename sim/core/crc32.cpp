#include "sim/core/crc32.h"

#include <array>
#include <cstring>

namespace epysim::core {
namespace {

constexpr std::uint32_t kReflected = 0xedb88320u;
constexpr std::size_t kStride = 8;
using Table = std::array<std::array<std::uint32_t, 256>, kStride>;

// table[n][b]: what the byte b does to the sum when n more bytes follow it.
constexpr Table make_table() {
  Table table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1u) != 0 ? kReflected : 0u);
    table[0][byte] = sum;
  }
  for (std::size_t n = 1; n < kStride; ++n)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = table[n - 1][byte];
      table[n][byte] = (before >> 8) ^ table[0][before & 0xffu];
    }
  return table;
}
constexpr Table kTable = make_table();

}  // namespace

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before) {
  std::uint32_t sum = ~before;
  for (; bytes.size() >= kStride; bytes = bytes.subspan(kStride)) {
    std::array<std::uint32_t, 2> words;  // little-endian, as everything on the link
    std::memcpy(words.data(), bytes.data(), kStride);
    words[0] ^= sum;
    sum = 0;
    for (std::size_t i = 0; i < kStride; ++i) sum ^= kTable[kStride - 1 - i][words[i / 4] >> (i % 4 * 8) & 0xffu];
  }
  for (const std::byte byte : bytes) sum = (sum >> 8) ^ kTable[0][(sum ^ std::to_integer<std::uint32_t>(byte)) & 0xffu];
  return ~sum;
}

}  // namespace epysim::core
