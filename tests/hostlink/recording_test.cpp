// What recordings are made of: their file, the names of addresses, a device that answers from one.

#include "hostlink/recording/recording_file.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>

#include "hostlink/checks/checked_device.h"
#include "hostlink/recording/listing.h"
#include "hostlink/recording/recorder.h"
#include "hostlink/recording/replayed_device.h"
#include "sim/core/error.h"

using namespace epysim;
using namespace epysim::hostlink;

namespace {

/// A file of its own that goes with it.
struct Scratch {
  std::filesystem::path file = std::filesystem::temp_directory_path() / ("epysim-recording-test-" + std::to_string(getpid()));
  ~Scratch() { std::filesystem::remove(file); }
};

bool equal(const Entry& one, const Entry& other) { return same_action(one, other) && same_answer(one, other); }

DeviceDescription two_cores() {
  DeviceDescription device;
  device.board = "two";
  device.core_count = 2;
  device.windows = {0x80800000, 0x80900000};
  device.local_bytes = 0x8000;
  device.shared_base = 0x8e000000;
  device.shared_bytes = 0x2000000;
  device.clock_hz = 1e6;
  return device;
}

template <class T>
std::vector<std::byte> bytes(const T& value, std::size_t count = sizeof(T)) {
  const auto all = std::as_bytes(std::span(&value, 1)).first(count);
  return {all.begin(), all.end()};
}

constexpr Address kControl = 0x8f000000;

/// Two cores, as a host would lay a program out on them.
Places laid_out() {
  Places places(two_cores());
  epy_control head{};
  head.magic = EPY_CONTROL_MAGIC;
  head.image = 0x8f100000;
  head.image_bytes = 100;
  places.learn({.event = Event::Write, .address = kControl, .data = bytes(head, offsetof(epy_control, layout))});
  std::array<epy_core_layout, 2> cores{};
  for (std::uint32_t rank = 0; rank < 2; ++rank) {
    epy_core_layout& core = cores[rank];
    core.id = rank;
    core.status = 0x6000;
    core.stack = 0x6100;
    core.stack_bytes = 0x100;
    core.heap = 0x6200;
    core.heap_bytes = 0x1e00;
    core.code = 0x6080;
    core.mailbox = 0x6028;
    core.partner_mailbox = 0x80800000 + rank * 0x100000 + 0x6028;
    core.channel = 0x8f400000 + rank * 0x10000;
    core.shared_heap = 0x8f200000 + rank * 0x1000;
    core.shared_heap_bytes = 0x1000;
  }
  places.learn({.event = Event::Write, .address = kControl + static_cast<Address>(offsetof(epy_control, layout)), .data = bytes(cores)});
  return places;
}

}  // namespace

TEST_CASE("Entries come out of a file as they went in") {
  const Scratch scratch;
  const std::vector<Entry> entries = {
      {.event = Event::Program, .detail = 1, .data = std::vector<std::byte>(100000, std::byte{7})},
      {.event = Event::Wait, .detail = 8, .core = 15, .seconds = 1e-9, .asked = std::numeric_limits<double>::infinity(), .answer = 5e-10},
      {.event = Event::Acknowledge,
       .detail = 1,
       .core = 0,
       .address = 0xffffffff,
       .value = 0x80000000,
       .asked = 0.25,
       .data = bytes_of("x")},
      {.event = Event::End},
  };
  {
    RecordingWriter writer(scratch.file, {{"a", 1}});
    for (const Entry& entry : entries) writer.add(entry);
  }
  RecordingReader reader(scratch.file);
  CHECK(reader.header() == nlohmann::json{{"a", 1}});
  for (const Entry& entry : entries) {
    const auto read = reader.next();
    REQUIRE(read);
    CHECK(equal(*read, entry));
    CHECK(read->core == entry.core);
    CHECK(read->data == entry.data);
  }
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.cut());
  CHECK(reader.count() == 4);
}

TEST_CASE("What was flushed is there while the run goes on, and the reader says that it breaks off") {
  const Scratch scratch;
  RecordingWriter writer(scratch.file, nlohmann::json::object());
  writer.add({.event = Event::Start, .core = 1});
  writer.flush();
  writer.add({.event = Event::Start, .core = 2});
  RecordingReader reader(scratch.file);
  CHECK(reader.next()->core == 1);
  CHECK_FALSE(reader.next());
  CHECK(reader.cut());
}

TEST_CASE("A length that the file cannot fill breaks off, an event that there is not is damage") {
  const Scratch scratch;
  { RecordingWriter(scratch.file, nlohmann::json::object()).add({.event = Event::Write, .data = bytes_of("abcd")}); }
  const auto begin = static_cast<std::streamoff>(std::filesystem::file_size(scratch.file)) - 44;
  const auto change = [&](std::streamoff at, char to) {
    std::fstream file(scratch.file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(begin + at);
    file.put(to);
  };
  change(12, 5);
  RecordingReader longer(scratch.file);
  CHECK_FALSE(longer.next());
  CHECK(longer.cut());
  change(15, 0x7f);
  CHECK_THROWS_AS(RecordingReader(scratch.file).next(), UsageError);
  change(15, 0);
  change(0, 15);
  CHECK_THROWS_AS(RecordingReader(scratch.file).next(), UsageError);
}

TEST_CASE("Every part of an entry is the host's or an answer") {
  for (const Event event : {Event::Load, Event::Wait, Event::Read, Event::Write, Event::Acknowledge, Event::Charge, Event::Status,
                            Event::Line, Event::Input, Event::Verdict, Event::Reply}) {
    const Entry entry{.event = event, .data = bytes_of("data")};
    std::vector<Entry> changed(8, entry);
    changed[0].detail = 1;
    changed[1].core = 3;
    changed[2].address = 4;
    changed[3].value = 5;
    changed[4].seconds = 6;
    changed[5].asked = 7;
    changed[6].answer = 8;
    changed[7].data = bytes_of("other");
    for (const Entry& one : changed) CHECK(same_action(entry, one) != same_answer(entry, one));
  }
}

TEST_CASE("Addresses are named by what the control structure puts there") {
  const Places places = laid_out();
  const auto block = static_cast<Address>(kControl + offsetof(epy_control, block));
  CHECK(places.text(kControl + 8) == "the control structure+0x8");
  CHECK(places.text(block) == "core 0, request_sequence of its block");
  CHECK(places.text(block + sizeof(epy_core_block) + offsetof(epy_core_block, arguments) + 4) == "core 1, arguments[1] of its block");
  CHECK(places.text(block + offsetof(epy_core_block, text) + 5) == "core 0, text+0x5 of its block");
  CHECK(places.text(block + 2 * sizeof(epy_core_block)) == "request_sequence of its block");
  CHECK(places.text(0x8f100003) == "the byte code+0x3");
  CHECK(places.text(0x8f201010) == "core 1, its heap in shared memory+0x10");
  CHECK(places.text(0x8f410000 + 16 + 4) == "core 1, reference of descriptor 1 of its channel");
  CHECK(places.text(0x8f400000 + 512 + 1024 + 8) == "core 0, cell 1 of its channel+0x8");
  CHECK(places.text(0x8e000010) == "shared memory+0x10");
  CHECK(places.text(0x80906004) == "core 1, partner of its status");
  CHECK(places.text(0x80806020) == "core 0, what it knows of its partners");
  CHECK(places.text(0x80806030) == "core 0, its mailbox+0x8");
  CHECK(places.text(0x80806084) == "core 0, its byte code+0x4");
  CHECK(places.text(0x80806100) == "core 0, its stack");
  CHECK(places.text(0x80807ffc) == "core 0, its heap+0x1dfc");
  CHECK(places.text(0x80800010) == "core 0, its memory+0x10");
  CHECK(places.text(0x10) == "no memory of the board");
  CHECK(places.block_begin(block + sizeof(epy_core_block)) == 1);
  CHECK_FALSE(places.block_begin(block + 4));
  CHECK(places.channel_begin(0x8f410000) == 1);
}

TEST_CASE("Requests are told in words") {
  const Places places = laid_out();
  const std::array<std::uint32_t, 8> words = {7, EPY_REQUEST_PRINT, 2, 0x1000, 0x2000, 0, 0, 0};
  const Entry read{.event = Event::Read,
                   .address = static_cast<Address>(kControl + offsetof(epy_control, block) + sizeof(epy_core_block)),
                   .value = 32,
                   .seconds = 12e-6,
                   .data = bytes(words)};
  CHECK(listing_line(3, read, places) == "      3            12  core  1 read request 7: print 2 values");
}

TEST_CASE("A recording answers in place of a board, until the host does something else") {
  const Scratch scratch;
  const std::filesystem::path vm = EPYSIM_SOURCE_DIR "/vm/images/epython-epiphany.elf";
  {
    RecordingWriter writer(scratch.file, nlohmann::json::object());
    writer.add({.event = Event::Read, .address = 0x8e000000, .value = 2, .seconds = 1e-6});
    writer.add({.event = Event::Refused, .data = bytes_of("nobody there")});
    writer.add({.event = Event::Load, .core = 1, .seconds = 1e-6, .data = elf_name(vm)});
    writer.add({.event = Event::Refused, .detail = 1, .data = bytes_of("not to be relied on")});
    writer.add({.event = Event::Read, .address = 0x8e000000, .value = 2, .seconds = 1e-6, .data = bytes_of("ab")});
    writer.add({.event = Event::Time, .seconds = 3e-6});
    writer.add({.event = Event::Status, .detail = 1, .core = 1, .seconds = 3e-6, .data = bytes_of("main")});
    writer.add({.event = Event::Wait, .detail = 2, .seconds = 9e-6, .asked = 6e-6, .answer = 9e-6});
    writer.add({.event = Event::Write, .address = 0x8e000000, .seconds = 9e-6, .data = bytes_of("abcd")});
    writer.add({.event = Event::End});
  }
  RecordingReader reader(scratch.file);
  Track track(reader, Places(two_cores()));
  HostCheck check(track);
  ReplayedDevice device(two_cores(), check);
  std::array<std::byte, 2> two{};
  CHECK_THROWS_WITH(device.read(0x8e000000, two), "nobody there");
  CHECK_THROWS_AS(device.load(1, vm), LinkError);
  device.read(0x8e000000, two);
  CHECK(text_of(two) == "ab");
  CHECK(device.seconds() == 3e-6);
  const CoreStatus status = device.status(1);
  CHECK(status.stopped);
  CHECK(status.where == "main");
  const Notice notice = device.wait(6e-6);
  CHECK(notice.wake == Wake::TimeOut);
  CHECK(notice.seconds == 9e-6);
  CHECK(device.seconds() == 9e-6);
  CHECK(track.difference().empty());

  CHECK_THROWS_AS(device.write(0x8e000000, bytes_of("abXd")), ReplayOver);
  const std::string told = track.difference();
  CHECK(told.starts_with("differs at entry 9, cycle 9 (0.000009000 s)\n"));
  CHECK(told.find("first different byte: number 2, at 0x8e000002 (shared memory+0x2): recorded 0x63, found 0x58\n") != std::string::npos);
  CHECK_THROWS_AS(device.read(0x8e000000, two), ReplayOver);
  CHECK(track.difference() == told);  // the first difference stays
}

TEST_CASE("A recording cannot make a core ring that nobody watches") {
  const Scratch scratch;
  {
    RecordingWriter writer(scratch.file, nlohmann::json::object());
    writer.add({.event = Event::Watch, .data = bytes_of(std::vector<Doorbells>{{0x8e000000, 0, 0}, {}})});
    writer.add({.event = Event::Wait, .core = 1, .asked = 1});
  }
  RecordingReader reader(scratch.file);
  Track track(reader, Places(two_cores()));
  HostCheck check(track);
  ReplayedDevice device(two_cores(), check);
  device.watch(std::vector<Doorbells>{{0x8e000000, 0, 0}, {}});
  CHECK_THROWS_AS(device.wait(1), ReplayOver);
  CHECK(track.difference().find("the recording is damaged") != std::string::npos);
}
