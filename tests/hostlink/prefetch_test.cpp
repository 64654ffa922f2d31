// Rings of prefetched arguments: what a setting becomes, what is refused, and that what a refusal names fits, and nothing larger.
#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <regex>

#include "hostlink/prefetch.h"
#include "sim/core/error.h"

using namespace epysim;
using namespace epysim::hostlink;

namespace {

constexpr std::uint32_t kElsewhere = 0;  // no local heap: rings cost no local memory

Ring ring_of(const Prefetch& setting, std::uint32_t length, std::uint32_t heap_bytes = kElsewhere) {
  return plan_rings({{setting, length}}, heap_bytes).front();
}

/// The message of the refusal; empty = it is not refused.
std::string refusal(const std::vector<Prefetched>& arguments, std::uint32_t heap_bytes = kElsewhere) {
  try {
    plan_rings(arguments, heap_bytes);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

struct Shape {
  std::uint32_t elements, chunks, ahead;
  bool operator==(const Shape&) const = default;
};

Shape shape_of(const Prefetch& setting, std::uint32_t length) {
  const Ring ring = ring_of(setting, length);
  return {ring.elements, ring.chunks, ring.ahead};
}

/// What "at most ..." of a message says, put into a setting; nothing when it says that there is no room.
std::optional<Prefetch> suggested(const Prefetch& refused, const std::string& message) {
  static const std::regex both("at most buffer=([0-9]+) with elements=([0-9]+)"), pair("at most elements=([0-9]+) with buffer=([0-9]+)"),
      one("at most ([0-9]+)$");
  const auto number = [](const std::ssub_match& text) { return static_cast<std::uint32_t>(std::stoul(text)); };
  std::smatch found;
  Prefetch smaller = refused;
  if (std::regex_search(message, found, both)) {
    smaller.buffer = number(found[1]);
    smaller.elements = number(found[2]);
  } else if (std::regex_search(message, found, pair)) {
    smaller.elements = number(found[1]);
    smaller.buffer = number(found[2]);
  } else if (std::regex_search(message, found, one)) {
    smaller.elements = number(found[1]);
  } else {
    return std::nullopt;
  }
  return smaller;
}

}  // namespace

TEST_CASE("a setting becomes chunks, and how many of them are asked for ahead", "[prefetch]") {
  CHECK(shape_of({"a", 10, 2, 10}, 1000) == Shape{2, 5, 4});  // the published example: all but the one in use
  CHECK(shape_of({"a", 64, 16, 32}, 1000) == Shape{16, 4, 2});
  CHECK(shape_of({"a", 64, 16, 31}, 1000) == Shape{16, 4, 1});
  CHECK(shape_of({"a", 64, 16, 0}, 1000) == Shape{16, 4, 0});
  CHECK(shape_of({"a", 65, 16, 1000}, 1000) == Shape{16, 4, 3});  // no part of a chunk
  CHECK(shape_of({"a", 16, 16, 16}, 1000) == Shape{16, 2, 1});    // two at least
  CHECK(shape_of({"a", 1, 1, 1}, 1000) == Shape{1, 2, 1});
}

TEST_CASE("no more chunks than the data have", "[prefetch]") {
  CHECK(shape_of({"a", 64, 16, 64}, 33) == Shape{16, 3, 2});
  CHECK(shape_of({"a", 64, 16, 64}, 32) == Shape{16, 2, 1});
  CHECK(shape_of({"a", 64, 16, 64}, 16) == Shape{16, 1, 0});
  CHECK(shape_of({"a", 64, 16, 64}, 5) == Shape{5, 1, 0});
}

TEST_CASE("all chunks and the runs of stores have cells of their own", "[prefetch]") {
  const std::vector<Prefetched> arguments{{{"a", 10, 2, 10}, 1000}, {{"b", 600, 300, 300}, 1000}, {{"c", 8, 4, 4}, 1000}};
  const std::vector<Ring> rings = plan_rings(arguments, kElsewhere);
  REQUIRE(rings.size() == 3);
  CHECK(rings[0].cell == EPY_FIRST_CHUNK_CELL);
  CHECK(rings[1].cell == rings[0].cell + 5 + 1);      // a cell for each chunk and one for stores
  CHECK(rings[2].cell == rings[1].cell + 2 * 2 + 2);  // 300 elements take two cells
  CHECK(rings[2].cell + 2 + 1 <= EPY_CELLS);
}

TEST_CASE("where cells are short whoever has most gives chunks up", "[prefetch]") {
  CHECK(shape_of({"a", 1000, 10, 1000}, 100000) == Shape{10, 29, 28});
  const auto two = plan_rings({{{"a", 1000, 10, 1000}, 100000}, {{"b", 1000, 10, 20}, 100000}}, kElsewhere);
  CHECK(two[0].chunks == 14);
  CHECK(two[1].chunks == 14);
  CHECK(two[0].ahead == 13);
  CHECK(two[1].ahead == 2);
  const auto uneven = plan_rings({{{"a", 1000, 10, 1000}, 100000}, {{"b", 20, 10, 20}, 100000}}, kElsewhere);
  CHECK(uneven[0].chunks == 26);
  CHECK(uneven[1].chunks == 2);
}

TEST_CASE("chunks beyond the channel are refused, with the largest that fits", "[prefetch]") {
  CHECK(ring_of({"a", 5120, 2560, 1}, 100000).chunks == 2);
  CHECK(refusal({{{"a", 5122, 2561, 1}, 100000}}) ==
        "prefetch of a: elements=2561 is too large for the core's channel, whose 30 KB two chunks and one of stores must share; at most "
        "2560");
  CHECK(refusal({{{"a", 9000, 9000, 1}, 5000}}) ==
        "prefetch of a: elements=9000 is too large for the core's channel, whose 30 KB two chunks and one of stores must share; at most "
        "2560");
  CHECK(ring_of({"a", 9000, 9000, 1}, 3840).chunks == 1);  // all of the data, and one of stores
  const std::string beside = refusal({{{"a", 512, 256, 1}, 9000}, {{"b", 5120, 2560, 1}, 9000}});
  CHECK(beside.ends_with("; at most 2304"));
  CHECK(refusal({{{"a", 512, 256, 1}, 9000}, {{"b", 4608, 2304, 1}, 9000}}).empty());
}

TEST_CASE("a buffer beyond the core's free memory is refused, with the largest that fits", "[prefetch]") {
  CHECK(refusal({{{"b", 1000, 10, 20}, 100000}}, 1000) ==
        "prefetch of b: buffer=1000 takes 2160 bytes of a core's memory, which has 1000 left for it; at most buffer=120 with elements=10");
  CHECK(refusal({{{"b", 120, 10, 20}, 100000}}, 1000).empty());
  CHECK_FALSE(refusal({{{"b", 130, 10, 20}, 100000}}, 1000).empty());
  CHECK(refusal({{{"b", 1000, 500, 20}, 100000}}, 1000) ==
        "prefetch of b: buffer=1000 takes 4136 bytes of a core's memory, which has 1000 left for it; at most elements=105 with buffer=210");
  CHECK(refusal({{{"b", 210, 105, 20}, 100000}}, 1000).empty());
  CHECK_FALSE(refusal({{{"b", 212, 106, 20}, 100000}}, 1000).empty());
  CHECK(
      refusal({{{"b", 2, 1, 1}, 100000}}, 100) ==
      "prefetch of b: buffer=2 takes 144 bytes of a core's memory, which has 100 left for it; at most none fits beside those of the other "
      "arguments");
}

TEST_CASE("any refused setting names one that fits", "[prefetch]") {
  std::mt19937 random(5);
  const auto up_to = [&](std::uint32_t most) { return std::uniform_int_distribution<std::uint32_t>(1, most)(random); };
  int refused = 0;
  for (int number = 0; number < 20000; ++number) {
    Prefetch setting{"a", up_to(8000), 0, up_to(9000)};
    setting.elements = up_to(std::min(setting.buffer, 4000u));
    const std::uint32_t length = up_to(20000), heap_bytes = up_to(4) == 1 ? kElsewhere : 200 + up_to(8000);
    INFO("buffer " << setting.buffer << " elements " << setting.elements << " length " << length << " heap " << heap_bytes);
    std::string message = refusal({{setting, length}}, heap_bytes);
    if (!message.empty()) ++refused;
    for (int limits = 0; limits < 2 && !message.empty(); ++limits) {  // the channel's, then the memory's
      const auto smaller = suggested(setting, message);
      REQUIRE(smaller.has_value());
      setting = *smaller;
      CHECK(setting.elements <= setting.buffer);
      message = refusal({{setting, length}}, heap_bytes);
    }
    CHECK(message.empty());
    const Ring ring = ring_of(setting, length, heap_bytes);
    CHECK(ring.ahead < std::max(ring.chunks, 1u));
    CHECK((heap_bytes == kElsewhere || ring.bytes() <= heap_bytes));
    CHECK(ring.cell + (ring.chunks + 1) * ((ring.elements + 255) / 256) <= EPY_CELLS);
  }
  CHECK(refused > 1000);
}
