// Blocks: what they hold through growing, copying and moving.
#include <catch2/catch.hpp>
#include <vector>

#include "hostlink/block.h"

using namespace epysim::hostlink;

namespace {

std::vector<std::byte> bytes(std::size_t count) {
  std::vector<std::byte> made(count);
  for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<std::byte>(i * 31 + i / 256);
  return made;
}

}  // namespace

TEST_CASE("a block keeps what it holds while it grows, small or large") {
  const std::vector<std::byte> piece = bytes(1'000'003);
  Block block;
  for (int i = 0; i < 7; ++i) block.append(piece);
  REQUIRE(block.size() == 7 * piece.size());
  for (std::size_t i = 0; i < 7; ++i) CHECK(std::equal(piece.begin(), piece.end(), block.begin() + i * piece.size()));
}

TEST_CASE("room behind the end becomes part of a block when it is taken") {
  const std::vector<std::byte> piece = bytes(100);
  Block block{std::span(piece).first(40)};
  block.reserve(100);
  CHECK(block.size() == 40);
  REQUIRE(block.spare().size() == 60);
  std::copy(piece.begin() + 40, piece.end(), block.spare().begin());
  block.take(60);
  CHECK(block == Block(piece));
  block.drop_front(99);
  CHECK(block == Block(std::span(piece).last(1)));
  block.drop_front(1);
  CHECK(block.empty());
  CHECK(block == Block());
}

TEST_CASE("a block that was lent bytes has its own when it grows or is copied") {
  const std::vector<std::byte> piece = bytes(1000);
  Block block = Block::lent(piece);
  CHECK(block.data() == piece.data());
  CHECK(block == Block(piece));
  const Block copy = block;
  CHECK(copy.data() != piece.data());
  CHECK(copy == block);
  block.drop_front(990);
  CHECK(block == Block(std::span(piece).last(10)));
  Block moved = std::move(block);
  CHECK(moved.data() == piece.data() + 990);
  moved.append(std::span(piece).first(5));
  CHECK(moved.size() == 15);
  CHECK(moved.data() != piece.data() + 990);
  moved.drop_front(10);
  CHECK(moved == Block(std::span(piece).first(5)));
  CHECK(piece == bytes(1000));
}

TEST_CASE("copies of a block are its own; what was moved from is empty") {
  const std::vector<std::byte> piece = bytes(10);
  Block first(piece);
  Block copy = first;
  *copy.data() = std::byte{99};
  CHECK(first == Block(piece));
  CHECK_FALSE(copy == first);
  const Block moved = std::move(first);
  CHECK(moved == Block(piece));
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(first.spare().empty());
  copy = moved;
  CHECK(copy == moved);
}
