// What an access to shared memory is put down to.
#include "hostlink/profile/shared_accesses.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/hostlink/memory_device.h"

using namespace epysim;
using namespace epysim::hostlink;

namespace {

constexpr std::uint32_t kImageBytes = 1001;

Layout layout_of(Placement placement) {
  const test::MemoryDevice device(2);
  return compute_layout(device.description(), {0, 1}, 0x5f00, kImageBytes, placement);
}

}  // namespace

TEST_CASE("an access belongs to the part of the layout that it is to") {
  const Layout layout = layout_of({});
  SharedAccesses accesses;
  accesses.load(layout, kImageBytes);
  const auto load = [&](Address address) { CHECK_FALSE(accesses.accessed(address, 4, false)); };
  load(layout.block(1));
  load(layout.image + kImageBytes - 1);
  load(layout.image + kImageBytes);  // behind it
  load(layout.core[1].shared_stack);
  load(layout.core[1].shared_heap);
  load(layout.core[1].shared_heap + layout.core[1].shared_heap_bytes - 4);
  CHECK_FALSE(accesses.accessed(layout.core[1].channel, 8, true));
  CHECK(accesses.list() == nlohmann::ordered_json::parse(R"([
    {"what": "requests to the host", "loads": 1, "bytes_loaded": 4, "stores": 0, "bytes_stored": 0},
    {"what": "byte code", "loads": 1, "bytes_loaded": 4, "stores": 0, "bytes_stored": 0},
    {"what": "stack", "loads": 1, "bytes_loaded": 4, "stores": 0, "bytes_stored": 0},
    {"what": "heap", "loads": 2, "bytes_loaded": 8, "stores": 0, "bytes_stored": 0},
    {"what": "cells", "loads": 0, "bytes_loaded": 0, "stores": 1, "bytes_stored": 8},
    {"what": "other", "loads": 1, "bytes_loaded": 4, "stores": 0, "bytes_stored": 0}
  ])"));
}

TEST_CASE("a variable is known where it lies, until another one takes its place") {
  const Layout layout = layout_of({});
  const Address begin = layout.free.at(0).begin;
  SharedAccesses accesses;
  accesses.place({begin, 400}, 7);
  accesses.place({begin + 400, 4}, 8);
  accesses.place({begin + 404, 0}, 9);  // nothing
  accesses.load(layout, kImageBytes);   // another program, the same data
  CHECK(accesses.accessed(begin, 4, false) == 7u);
  CHECK(accesses.accessed(begin + 396, 4, true) == 7u);
  CHECK(accesses.accessed(begin + 400, 4, false) == 8u);
  CHECK_FALSE(accesses.accessed(begin + 404, 4, false));
  accesses.place({begin + 100, 4}, 5);
  CHECK(accesses.accessed(begin + 100, 4, false) == 5u);
  CHECK_FALSE(accesses.accessed(begin, 4, false));
}
