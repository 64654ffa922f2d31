// Memory maps: what lies where, and what does not fit.
#include <catch2/catch.hpp>

#include "hostlink/placement.h"
#include "sim/core/error.h"
#include "tests/hostlink/memory_device.h"

using namespace epysim;
using namespace epysim::hostlink;

namespace {

Layout layout_for(std::uint32_t image_bytes, const Placement& placement, int cores = 16) {
  const test::MemoryDevice device(cores);
  std::vector<int> ids;
  for (int core = 0; core < cores; ++core) ids.push_back(core);
  return compute_layout(device.description(), ids, 0x5f00, image_bytes, placement);
}

/// Status and partners.
std::size_t below_mailbox(std::size_t cores) { return sizeof(epy_status) + cores * sizeof(epy_partner); }

}  // namespace

TEST_CASE("the map of a small program on 16 cores") {
  const Layout layout = layout_for(1001, {});
  CHECK(layout.control == 0x8f000000);
  CHECK(layout.image == 0x8f100000);
  REQUIRE(layout.core.size() == 16);
  const epy_core_layout& first = layout.core[0];
  const epy_core_layout& last = layout.core[15];
  CHECK(first.status == 0x6000);
  CHECK(first.mailbox == 0x6000 + below_mailbox(16));
  CHECK(first.code == 0x6000 + below_mailbox(16) + sizeof(epy_mailbox) + 16 * sizeof(epy_slot));
  CHECK(first.stack == first.code + 1008);
  CHECK(first.stack_bytes == 1024);
  CHECK(first.heap == first.stack + 1024);
  CHECK(first.heap + first.heap_bytes == 0x8000);
  CHECK(first.shared_stack == 0x8f200000);
  CHECK(first.shared_stack_bytes == 64000);
  CHECK(first.shared_heap == first.shared_stack + 64000);
  CHECK(first.shared_heap_bytes == 448000);
  CHECK(last.shared_stack == 0x8f200000 + 15 * 512000);
  CHECK(first.channel == 0x8f200000 + 16 * 512000);
  CHECK(last.channel == first.channel + 15 * sizeof(epy_channel));
  CHECK(last.id == 15);
  CHECK(layout.status(15) == last.window + 0x6000);
  CHECK(layout.mailbox(15) == last.window + 0x6000 + below_mailbox(16));
  CHECK(layout.block(1) - layout.block(0) == sizeof(epy_core_block));
  for (const epy_core_layout& core : layout.core)
    for (const std::uint32_t address : {core.mailbox, core.code, core.stack, core.heap, core.shared_stack, core.shared_heap, core.channel})
      CHECK(address % 8 == 0);
  // What is left for buffers touches nothing else.
  REQUIRE(layout.free.size() == 2);
  CHECK(layout.free[0].begin >= last.channel + sizeof(epy_channel));
  CHECK(layout.free[0].begin + layout.free[0].bytes == 0x90000000);
  CHECK(layout.free[1].begin == 0x8e000000);
  CHECK(layout.free[1].bytes == 16u << 20);
}

TEST_CASE("mailboxes lie in shared memory where cores cannot store into each other's") {
  const test::MemoryDevice device(4);
  DeviceDescription description = device.description();
  description.cores_reach_each_other = false;
  const Layout layout = compute_layout(description, {0, 1, 2, 3}, 0, 100, {});
  const Address first = layout.core[3].channel + sizeof(epy_channel);
  const std::uint32_t bytes = sizeof(epy_mailbox) + 4 * sizeof(epy_slot);
  for (std::size_t rank = 0; rank < 4; ++rank) {
    CHECK(layout.core[rank].mailbox == first + rank * bytes);
    CHECK(layout.core[rank].partner_mailbox == layout.core[rank].mailbox);
    CHECK(layout.mailbox(rank) == layout.core[rank].mailbox);
    CHECK(layout.core[rank].status == 0x6000);
    CHECK(layout.core[rank].code == 0x6000 + below_mailbox(4));
  }
  CHECK(layout.free[0].begin >= first + 4 * bytes);
}

namespace {

DeviceDescription with_virtual_cores(const DeviceDescription& board, int first, int count) {
  DeviceDescription description = board;
  description.first_virtual = first;
  description.virtual_memory = 0x60000000;
  description.windows.resize(static_cast<std::size_t>(first + count));
  for (int i = 0; i < count; ++i) description.windows[static_cast<std::size_t>(first + i)] = virtual_window(description, i);
  return description;
}

}  // namespace

TEST_CASE("virtual cores live in the host's memory and meet the board's cores in shared memory") {
  const test::MemoryDevice device(4);
  const DeviceDescription description = with_virtual_cores(device.description(), 4, 2);
  const Layout layout = compute_layout(description, {0, 1, 4, 5}, 0, 100, {});
  CHECK(layout.board_cores == 2);
  CHECK(layout.virtual_control == 0x60000000);
  CHECK(layout.block(2) == layout.block(0) - layout.control + layout.virtual_control + 2 * sizeof(epy_core_block));
  const Address end = 0x60000000 + virtual_arena_bytes(device.description(), 2);
  const Address shared = layout.core[3].channel + sizeof(epy_channel);
  for (std::size_t rank : {2u, 3u}) {
    const epy_core_layout& core = layout.core[rank];
    for (const Address address : {core.status, core.code, core.stack, core.heap, core.shared_stack, core.shared_heap}) {
      CHECK(address > 0x60200000);
      CHECK(address < end);
    }
    CHECK(layout.status(rank) == core.status);
    CHECK(core.mailbox == core.partner_mailbox);
    CHECK(core.mailbox >= shared);
    CHECK(core.mailbox < layout.free[0].begin);
    // A list from a core of the board lands in the channel.
    CHECK(core.reachable == 0);
    CHECK(core.channel == layout.core[0].channel + rank * sizeof(epy_channel));
  }
  CHECK(layout.core[1].reachable == 1);
  CHECK(layout.core[1].mailbox == layout.core[0].mailbox);  // local, with a slot for each of the four
  CHECK(layout.core[1].code == layout.core[1].mailbox + sizeof(epy_mailbox) + 4 * sizeof(epy_slot));
}

TEST_CASE("virtual cores by themselves need nothing of the board") {
  const test::MemoryDevice device(4);
  const Layout layout = compute_layout(with_virtual_cores(device.description(), 0, 3), {0, 1, 2}, 0, 100, {});
  CHECK(layout.board_cores == 0);
  for (std::size_t rank = 0; rank < 3; ++rank) {
    CHECK(layout.core[rank].mailbox == layout.core[rank].partner_mailbox);
    CHECK(layout.core[rank].mailbox == layout.status(rank) + below_mailbox(3));
    CHECK(layout.core[rank].reachable == 1);
  }
}

TEST_CASE("ranks follow the ids of the cores that take part") {
  const test::MemoryDevice device(16);
  const Layout layout = compute_layout(device.description(), {1, 5, 9}, 0, 100, {});
  CHECK(layout.core[1].id == 5);
  CHECK(layout.core[1].window == device.description().windows[5]);
  CHECK(layout.core[1].shared_stack == 0x8f200000 + 512000);
}

TEST_CASE("byte code that does not fit stays in shared memory") {
  const Layout large = layout_for(7000, {});
  CHECK_FALSE(large.code_local);
  CHECK(large.core[0].code == large.image);
  CHECK(large.core[0].stack == 0x6000 + below_mailbox(16) + sizeof(epy_mailbox) + 16 * sizeof(epy_slot));
  CHECK_THROWS_AS(layout_for(7000, {Where::Local, Where::Auto, 1024}), UsageError);
  const Layout tight = layout_for(6000, {Where::Local, Where::Auto, 1024});
  CHECK(tight.code_local);
  CHECK_FALSE(layout_for(6000, {}).code_local);  // it would leave less than 1 KB of heap
  CHECK_FALSE(layout_for(100, {Where::Shared, Where::Auto, 1024}).code_local);
}

TEST_CASE("data placement") {
  const Layout local = layout_for(100, {Where::Auto, Where::Local, 2000});
  CHECK(local.core[0].stack_bytes == 2000);
  CHECK(local.core[0].shared_heap_bytes == 0);
  CHECK(local.core[0].shared_stack_bytes == 0);
  CHECK(local.core[0].heap_bytes == 0x8000 - local.core[0].heap);
  CHECK(layout_for(100, {Where::Auto, Where::Local, 2000, 500}).core[0].heap_bytes == 504);
  CHECK(layout_for(100, {Where::Auto, Where::Local, 2000, 50000}).core[0].heap_bytes == local.core[0].heap_bytes);
  const Layout shared = layout_for(100, {Where::Auto, Where::Shared, 1024});
  CHECK(shared.core[0].stack_bytes == 0);
  CHECK(shared.core[0].heap_bytes == 0);
  CHECK(shared.core[0].shared_heap_bytes == 448000);
}

TEST_CASE("what can never fit is an error that says by how much") {
  CHECK_THROWS_WITH(layout_for(2 << 20, {}), Catch::Contains("2097152 bytes are needed, 1048576 are there"));
  CHECK_THROWS_AS(layout_for(100, {Where::Auto, Where::Auto, 1 << 20}), UsageError);
  CHECK_THROWS_AS(compute_layout(test::MemoryDevice().description(), {}, 0, 0, {}), UsageError);
  CHECK_THROWS_AS(compute_layout(test::MemoryDevice().description(), {0}, 0x8000, 0, {}), UsageError);
}

TEST_CASE("places are spelt auto, local and shared") {
  CHECK(parse_where("--code", "local") == Where::Local);
  CHECK_THROWS_WITH(parse_where("--code", "heap"), Catch::Contains("--code"));
}
