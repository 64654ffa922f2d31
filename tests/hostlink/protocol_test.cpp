// Frames: written and read back, in pieces, damaged.
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "hostlink/protocol.h"

using namespace epysim::hostlink;
using nlohmann::json;

namespace {

std::vector<std::byte> sample_bytes() {
  const std::byte data[] = {std::byte{1}, std::byte{2}, std::byte{3}};
  return encode({FrameType::Wait, 7, {{"handles", {1, 2}}, {"text", "\xc3\xa4"}}, Block(data)});
}

void patch(std::vector<std::byte>& bytes, std::size_t offset, std::uint32_t value, std::size_t size) {
  std::memcpy(bytes.data() + offset, &value, size);
}

}  // namespace

TEST_CASE("a frame's bytes are those of the page that describes them") {
  const auto bytes = encode({FrameType::Close, 0x01020304, json::object(), {}});
  const unsigned char expected[] = {'E', 'P', 'L', 'K', 1, 0, 12, 0, 4, 3, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
  REQUIRE(bytes.size() == sizeof expected);
  CHECK(std::memcmp(bytes.data(), expected, sizeof expected) == 0);
  CHECK(static_cast<unsigned>(reply_to(FrameType::Wait)) == 0x8005);
}

TEST_CASE("frames survive the way, whatever the pieces") {
  const auto bytes = sample_bytes();
  for (std::size_t piece = 1; piece <= 2 * bytes.size(); ++piece) {
    std::vector<std::byte> stream(bytes);
    stream.insert(stream.end(), bytes.begin(), bytes.end());
    FrameReader reader;
    int frames = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.append(std::span(stream).subspan(at, std::min(piece, stream.size() - at)));
      while (const auto frame = reader.next()) {
        ++frames;
        CHECK(frame->type == FrameType::Wait);
        CHECK(frame->request == 7);
        CHECK(frame->body["handles"] == json({1, 2}));
        CHECK(frame->binary.size() == 3);
        CHECK(frame->binary.data()[2] == std::byte{3});
      }
    }
    CHECK(frames == 2);
    CHECK(reader.pending() == 0);
  }
}

TEST_CASE("a truncated frame is not there yet") {
  const auto bytes = sample_bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    FrameReader reader;
    reader.append(std::span(bytes).first(length));
    CHECK_FALSE(reader.next());
    CHECK(reader.pending() == length);
  }
}

TEST_CASE("large data are received where they stay, and take memory as they come") {
  std::vector<std::byte> data(1 << 20);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i * 7);
  const Frame sent{FrameType::Data, 5, json::object(), Block(data)};
  const std::vector<std::byte> head = encode_head(sent);
  FrameReader reader;
  reader.append(head);
  CHECK_FALSE(reader.next());
  const std::byte* const place = reader.room().data();
  std::size_t come = 0;
  for (const std::size_t most : {std::size_t{1}, std::size_t{4096}, std::size_t{4096}, data.size()}) {
    const std::span<std::byte> room = reader.room(most);
    CHECK(room.data() == place + come);
    CHECK(room.size() == std::min(most, data.size() - come));
    std::copy_n(data.begin() + static_cast<std::ptrdiff_t>(come), room.size(), room.begin());
    reader.arrived(room.size());
    come += room.size();
    CHECK(reader.pending() == head.size() + come);
    if (come < data.size()) CHECK_FALSE(reader.next());
  }
  const std::optional<Frame> frame = reader.next();
  REQUIRE(frame);
  CHECK(frame->binary.data() == place);
  CHECK(frame->binary == sent.binary);
  CHECK(reader.pending() == 0);
}

TEST_CASE("a frame that is larger than the reader's limit is an error at its header") {
  const auto bytes = sample_bytes();
  FrameReader reader;
  reader.limit(bytes.size() - 1);
  reader.append(std::span(bytes).first(kHeaderBytes - 1));
  CHECK_FALSE(reader.next());
  reader.append(std::span(bytes).subspan(kHeaderBytes - 1, 1));
  CHECK_THROWS_AS(reader.next(), FrameError);
  FrameReader other;
  other.limit(bytes.size());
  other.append(bytes);
  CHECK(other.next()->request == 7);
}

TEST_CASE("damaged frames are errors at once") {
  auto bytes = sample_bytes();
  SECTION("magic") { patch(bytes, 0, 0x12345678, 4); }
  SECTION("version") { patch(bytes, 4, 2, 2); }
  SECTION("type") { patch(bytes, 6, 99, 2); }
  SECTION("oversized JSON, only the header there") {
    patch(bytes, 12, kMaxJsonBytes + 1, 4);
    bytes.resize(kHeaderBytes);
  }
  SECTION("oversized data, only the header there") {
    patch(bytes, 16, kMaxBinaryBytes + 1, 4);
    bytes.resize(kHeaderBytes);
  }
  SECTION("no JSON") { patch(bytes, kHeaderBytes, 0x41414141, 4); }
  SECTION("JSON that is no object") {
    bytes = encode({FrameType::Wait, 1, json::object(), {}});
    std::memcpy(bytes.data() + kHeaderBytes, "[]", 2);
  }
  FrameReader reader;
  reader.append(bytes);
  CHECK_THROWS_AS(reader.next(), FrameError);
}

TEST_CASE("no JSON at all is an empty object") {
  auto bytes = encode({FrameType::Stats, 3, json::object(), {}});
  bytes.resize(kHeaderBytes);
  patch(bytes, 12, 0, 4);
  FrameReader reader;
  reader.append(bytes);
  CHECK(reader.next()->body == json::object());
}

TEST_CASE("deep nesting does not overflow the stack") {
  const std::string text = "{\"a\":" + std::string(1 << 20, '[');
  auto bytes = encode({FrameType::Stats, 3, json::object(), {}});
  bytes.resize(kHeaderBytes + text.size());
  patch(bytes, 12, static_cast<std::uint32_t>(text.size()), 4);
  std::memcpy(bytes.data() + kHeaderBytes, text.data(), text.size());
  FrameReader reader;
  reader.append(bytes);
  CHECK_THROWS_AS(reader.next(), FrameError);
}

TEST_CASE("noise never does anything but fail cleanly") {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    auto bytes = sample_bytes();
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes; ++i) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    FrameReader reader;
    reader.append(bytes);
    try {
      while (reader.next()) {
      }
    } catch (const FrameError&) {
    }
  }
}

TEST_CASE("text that is not UTF-8 is replaced") {
  const auto bytes = encode({FrameType::Output, 1, {{"text", "a\xff"}}, {}});
  FrameReader reader;
  reader.append(bytes);
  CHECK(reader.next()->body["text"] == "a\xef\xbf\xbd");
}
