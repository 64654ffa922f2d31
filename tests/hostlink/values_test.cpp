// Values taken out of a core's memory, well-formed and damaged.
#include <bit>
#include <catch2/catch.hpp>
#include <cstddef>

#include "hostlink/device_format.h"
#include "hostlink/memory.h"
#include "hostlink/values.h"
#include "sim/core/error.h"
#include "tests/hostlink/memory_device.h"

using namespace epysim;
using namespace epysim::hostlink;
using test::MemoryDevice;

namespace {

constexpr Address kList = 0x7000, kPayload = 0x7100;

Address window(MemoryDevice& device) { return device.description().windows[1]; }

void put_list(MemoryDevice& device, std::uint32_t length, std::uint32_t capacity, std::uint8_t tag, std::uint8_t dimensions = 1) {
  epy_list header{};
  header.length = length;
  header.capacity = capacity;
  header.payload = kPayload;
  header.element_tag = tag;
  header.dimensions = dimensions;
  write_as(device, window(device) + kList, header);
}

Value read_list(MemoryDevice& device) { return ValueReader(device, window(device)).read(EPY_LIST, kList); }

}  // namespace

TEST_CASE("scalars") {
  MemoryDevice device;
  ValueReader reader(device, window(device));
  CHECK(reader.read(EPY_INT, 0xffffffff) == Value(-1));
  CHECK(reader.read(EPY_REAL, std::bit_cast<std::uint32_t>(1.5f)) == Value(1.5f));
  CHECK(reader.read(EPY_BOOL, 1) == Value(true));
  CHECK(reader.read(EPY_NONE, 0) == Value(None{}));
  CHECK(reader.read(EPY_FUNCTION, 7) == Value(Function{7}));
  CHECK(reader.cost().bytes_read + reader.cost().local_bytes_read == 0);
  CHECK_THROWS_AS(reader.read(77, 0), ProgramError);
}

TEST_CASE("a string in local memory belongs to the core that names it") {
  MemoryDevice device;
  device.poke(window(device) + 0x7000, 5);
  device.write(window(device) + 0x7004, std::as_bytes(std::span("hello", 5)));
  ValueReader reader(device, window(device));
  CHECK(reader.read(EPY_STRING, 0x7000) == Value(std::string("hello")));
  CHECK(reader.cost().local_bytes_read == 9);
  ValueReader other(device, device.description().windows[0]);
  CHECK(other.read(EPY_STRING, 0x7000) == Value(std::string()));
}

TEST_CASE("a list of ints, read from its payload up to its length") {
  MemoryDevice device;
  put_list(device, 2, 4, EPY_INT);
  for (std::uint32_t i = 0; i < 4; ++i) device.poke(window(device) + kPayload + 4 * i, 10 + i);
  const Value value = read_list(device);
  const auto& list = std::get<List>(value);
  CHECK(list.uniform);
  CHECK(list.shape == std::vector<std::uint32_t>{2});
  CHECK(list.elements == std::vector<Value>{Value(10), Value(11)});
}

TEST_CASE("a mixed list has its tags behind the capacity") {
  MemoryDevice device;
  put_list(device, 2, 3, EPY_MIXED);
  device.poke(window(device) + kPayload, 1);
  device.poke(window(device) + kPayload + 4, std::bit_cast<std::uint32_t>(2.5f));
  device.poke(window(device) + kPayload + 12, EPY_BOOL | EPY_REAL << 8);
  const Value value = read_list(device);
  CHECK(std::get<List>(value).elements == std::vector<Value>{Value(true), Value(2.5f)});
}

TEST_CASE("a matrix keeps its shape") {
  MemoryDevice device;
  put_list(device, 6, 6, EPY_INT, 2);
  device.poke(window(device) + kList + sizeof(epy_list), 2);
  device.poke(window(device) + kList + sizeof(epy_list) + 4, 3);
  const Value value = read_list(device);
  CHECK(std::get<List>(value).shape == std::vector<std::uint32_t>{2, 3});
  CHECK(std::get<List>(value).elements.size() == 6);
}

TEST_CASE("damaged memory is an error of the program, never a crash") {
  MemoryDevice device;
  SECTION("a length beyond the capacity") { put_list(device, 9, 4, EPY_INT); }
  SECTION("a length beyond all memory") { put_list(device, 0xfffffff0, 0xffffffff, EPY_INT); }
  SECTION("no dimension") { put_list(device, 1, 1, EPY_INT, 0); }
  SECTION("too many dimensions") { put_list(device, 1, 1, EPY_INT, 200); }
  SECTION("an unknown element tag") { put_list(device, 1, 1, 99); }
  SECTION("extents that overflow") {
    put_list(device, 1, 1, EPY_INT, 2);
    device.poke(window(device) + kList + sizeof(epy_list), 0xffffffff);
    device.poke(window(device) + kList + sizeof(epy_list) + 4, 0xffffffff);
  }
  SECTION("a payload where there is no memory") {
    put_list(device, 4, 4, EPY_INT);
    device.poke(window(device) + kList + offsetof(epy_list, payload), 0x40000000);
  }
  SECTION("a list that contains itself twice") {
    put_list(device, 2, 2, EPY_LIST);
    device.poke(window(device) + kPayload, kList);
    device.poke(window(device) + kPayload + 4, kList);
  }
  CHECK_THROWS_AS(read_list(device), ProgramError);
}

TEST_CASE("words and tags of a print") {
  MemoryDevice device;
  device.poke(window(device) + 0x7000, 1);
  device.poke(window(device) + 0x7004, 0);
  device.poke(window(device) + 0x7010, EPY_INT | EPY_NONE << 8);
  ValueReader reader(device, window(device));
  CHECK(reader.read_all(2, 0x7000, 0x7010) == std::vector<Value>{Value(1), Value(None{})});
  CHECK_THROWS_AS(reader.read_all(0x7fffffff, 0x7000, 0x7010), ProgramError);
}

TEST_CASE("only scalars travel in an argument") {
  CHECK(encode_scalar(Value(-1)).word == 0xffffffffu);
  CHECK(encode_scalar(Value(1.5f)).tag == EPY_REAL);
  CHECK(encode_scalar(Value(true)).tag == EPY_BOOL);
  CHECK_THROWS_AS(encode_scalar(Value(std::string("x"))), UsageError);
  CHECK_THROWS_AS(encode_scalar(Value(List{})), UsageError);
}
