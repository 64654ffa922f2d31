// Buffers behind references: contents, limits, staleness, updates, placement.
#include <catch2/catch.hpp>

#include "hostlink/references.h"
#include "sim/core/error.h"
#include "tests/hostlink/memory_device.h"

using namespace epysim;
using namespace epysim::hostlink;
using Words = std::vector<std::uint32_t>;

namespace {

struct Fixture {
  test::MemoryDevice device;
  References references{device, {{0x8fa00000, 64}, {0x8e000000, 4096}}};

  std::uint32_t host(std::uint32_t id, const Words& words, bool is_mutable = true) {
    references.put({id, EPY_INT, Kind::Host, static_cast<std::uint32_t>(words.size()), is_mutable}, words);
    return references.external(id).reference;
  }
  std::uint32_t shared(std::uint32_t id, std::uint32_t count) {
    references.put({id, EPY_INT, Kind::Shared, count, true}, {});
    return references.external(id).home;
  }
  Words load(std::uint32_t reference, std::uint32_t first, std::size_t count) {
    Words words(count);
    REQUIRE_FALSE(references.load(reference, first, words));
    return words;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "cores read and write host buffers") {
  const std::uint32_t reference = host(7, {1, 2, 3, 4});
  CHECK(load(reference, 1, 2) == Words{2, 3});
  CHECK_FALSE(references.store(reference, 2, Words{30, 40}));
  CHECK_FALSE(references.store(reference, 0, Words{10}));
  const auto updates = references.take_updates();
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].id == 7);
  CHECK(updates[0].first == 0);
  CHECK(Words(updates[0].words.begin(), updates[0].words.end()) == Words{10, 2, 30, 40});
  CHECK(references.take_updates().empty());
  CHECK(references.contents(7) == Words{10, 2, 30, 40});
  CHECK(references.id_of(reference) == 7u);
}

TEST_CASE_METHOD(Fixture, "limits of a transfer") {
  const std::uint32_t reference = host(7, {1, 2, 3, 4});
  Words two(2);
  CHECK(references.load(reference, 3, two) == ErrorCode::INDEX_RANGE);
  CHECK(references.load(reference, 0xffffffff, two) == ErrorCode::INDEX_RANGE);
  CHECK(references.store(reference, 4, two) == ErrorCode::INDEX_RANGE);
  CHECK(references.load(0, 0, two) == ErrorCode::REFERENCE);
  CHECK(references.store(host(8, {1, 2}, false), 0, two) == ErrorCode::READ_ONLY);
}

TEST_CASE_METHOD(Fixture, "a reference to a buffer that is gone is stale, also when its slot is used again") {
  const std::uint32_t before = host(7, {1});
  references.remove(7);
  const std::uint32_t after = host(9, {2});
  CHECK(before != after);
  Words one(1);
  CHECK(references.load(before, 0, one) == ErrorCode::REFERENCE);
  CHECK(load(after, 0, 1) == Words{2});
  CHECK_THROWS_AS(references.remove(7), UsageError);
  CHECK_THROWS_AS(references.external(7), UsageError);
}

TEST_CASE_METHOD(Fixture, "new contents under the same id keep the reference, another size does not") {
  const std::uint32_t before = host(7, {1, 2});
  CHECK(host(7, {3, 4}) == before);
  CHECK(load(before, 0, 2) == Words{3, 4});
  references.put({7, EPY_REAL, Kind::Host, 2, true}, {});
  CHECK(references.contents(7) == Words{3, 4});
  CHECK(host(7, {1, 2, 3}) != before);
}

TEST_CASE_METHOD(Fixture, "shared buffers lie in device memory, aligned, and give their room back") {
  const Address a = shared(1, 10), b = shared(2, 1), c = shared(3, 3);
  CHECK(a == 0x8fa00000);
  CHECK(b == 0x8fa00000 + 40);
  CHECK(c == 0x8fa00000 + 48);
  CHECK(references.external(1).length == 10);
  device.poke(a + 8, 99);
  CHECK(references.contents(1)[2] == 99);
  CHECK(shared(4, 1000) == 0x8e000000);
  CHECK_THROWS_WITH(shared(5, 1000), Catch::Contains("out of shared memory"));
  for (std::uint32_t id = 1; id <= 4; ++id) references.remove(id);
  CHECK(shared(6, 16) == 0x8e000000);
  CHECK(shared(7, 1008) == 0x8e000040);
  CHECK(shared(8, 16) == 0x8fa00000);
}

TEST_CASE_METHOD(Fixture, "empty buffers and wrong sizes") {
  const std::uint32_t reference = host(1, {});
  CHECK(load(reference, 0, 0).empty());
  CHECK_THROWS_AS(references.put({1, EPY_INT, Kind::Host, 3, true}, Words{1}), UsageError);
  CHECK_THROWS_AS(references.put({1, EPY_INT, Kind::Host, 0xffffffff, true}, {}), UsageError);
}
