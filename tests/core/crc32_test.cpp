#include "sim/core/crc32.h"

#include <catch2/catch.hpp>
#include <string>

using epysim::core::crc32;

namespace {

std::uint32_t sum(const std::string& text, std::uint32_t before = 0) { return crc32(std::as_bytes(std::span(text)), before); }

}  // namespace

TEST_CASE("a sum is zlib's", "[crc32]") {
  CHECK(sum("") == 0);
  CHECK(sum("123456789") == 0xcbf43926u);  // the check value of the standard's catalogue
  CHECK(sum("The quick brown fox jumps over the lazy dog") == 0x414fa339u);
}

TEST_CASE("a sum goes on", "[crc32]") {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) CHECK(sum(text.substr(cut), sum(text.substr(0, cut))) == 0x414fa339u);
}
