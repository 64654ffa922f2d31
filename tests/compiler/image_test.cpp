// Images as files: round trip, listing, and every kind of damage.

#include "vm/compiler/image.h"

#include <catch2/catch.hpp>
#include <random>

#include "tests/compiler/support.h"
#include "vm/compiler/listing.h"
#include "vm/compiler/opcodes.h"

using namespace epysim::compiler;
using namespace compiler_test;

namespace {

Image sample() {
  return compile(
      "from parallel import *\n"
      "total = 0\n"
      "def add(x, y=2):\n"
      "  total = total + x * y\n"
      "i = 0\n"
      "while i < 1000:\n"
      "  add(i)\n"
      "  i += 1\n"
      "print \"total\", total, 2.5, send\n");
}

uint32_t crc32(const std::vector<uint8_t>& bytes, size_t from) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = from; i < bytes.size(); ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1u) != 0 ? 0xedb88320u ^ (crc >> 1) : crc >> 1;
  }
  return ~crc;
}

void fix_crc(std::vector<uint8_t>& bytes) {
  const uint32_t crc = crc32(bytes, 16);
  for (unsigned i = 0; i < 4; ++i) bytes[12 + i] = static_cast<uint8_t>(crc >> (8 * i));
}

// The message of a damaged image; "fine" when it is read.
std::string reading(std::vector<uint8_t> bytes, bool fix = true) {
  if (fix && bytes.size() >= 16) fix_crc(bytes);
  try {
    read_image(bytes, "x.epb");
    return "fine";
  } catch (const epysim::UsageError& e) {
    return e.what();
  }
}

std::string because(const std::string& what) { return "'x.epb' is not a usable byte code image: " + what + "; compile the program again"; }

}  // namespace

TEST_CASE("an image survives being written and read") {
  const Image image = sample();
  const std::vector<uint8_t> bytes = write_image(image);
  const Image again = read_image(bytes, "x.epb");
  CHECK(again.flags == image.flags);
  CHECK(again.resident == image.resident);
  CHECK(again.globals == image.globals);
  CHECK(again.exports == image.exports);
  CHECK(again.files == image.files);
  CHECK(again.sources == image.sources);
  CHECK(again.functions.size() == image.functions.size());
  CHECK(again.lines.size() == image.lines.size());
  CHECK(write_image(again) == bytes);
  CHECK(listing(again) == listing(image));
  // The same text gives the same bytes.
  CHECK(write_image(sample()) == bytes);
}

TEST_CASE("the resident section has the documented layout") {
  const Image image = compile("print \"hi\", 1000, 2.5\nprint \"hi\", 1000\n");
  const std::vector<uint8_t> expected_head = {78,   0, 0, 0, 1,   0,   0,    0,    24, 0, 32, 0, 44 + 0, 0, 0, 0,  // header
                                              0,    0, 0, 0, 0,   3,   0,    0,     // function 0: no slots, 3 operands
                                              0xe8, 3, 0, 0, 0,   0,   0x20, 0x40,  // 1000, 2.5
                                              36,   0, 0, 0,                        // strings: one, at 36
                                              2,    0, 0, 0, 'h', 'i', 0,    0};
  REQUIRE(image.resident.size() > expected_head.size());
  std::vector<uint8_t> head(image.resident.begin(), image.resident.begin() + static_cast<long>(expected_head.size()));
  head[0] = expected_head[0];  // the length is checked below
  CHECK(head == expected_head);
  CHECK(image.resident[0] == image.resident.size());
  const Resident resident = take_apart(image.resident, "test");
  CHECK(resident.strings == std::vector<std::string>{"hi"});
  CHECK(resident.constants == std::vector<uint32_t>{1000, 0x40200000});
  CHECK(image.resident.size() == 44 + resident.code.size());
}

TEST_CASE("a listing shows source and code") {
  CHECK(listing(compile("i = 0\nwhile i < 1000:\n  i += 1\n")) ==
        "byte code, legacy dialect: 41 bytes (code 13, constants 1, strings 0, functions 1), globals 0\n"
        "\n"
        "function 0 <module>()  slots 1, operands 2, 13 bytes\n"
        "prog.py:1: i = 0\n"
        "  0000  21              SMALL_0\n"
        "  0001  10              STORE_0             ; i\n"
        "prog.py:2: while i < 1000:\n"
        "  0002  00              LOAD_0              ; i\n"
        "  0003  38 00           INT             0   ; 1000\n"
        "  0005  67 05           JUMP_UNLESS_LT  000c\n"
        "prog.py:3:   i += 1\n"
        "  0007  35 00 01        INCREMENT       0 1  ; i\n"
        "prog.py:2: while i < 1000:\n"
        "  000a  5b f6           JUMP            0002\n"
        "  000c  7c              RETURN_NONE\n");
}

TEST_CASE("damaged images are refused with a reason") {
  const std::vector<uint8_t> good = write_image(sample());
  CHECK(reading(good) == "fine");
  CHECK(reading({}) == because("it is shorter than a header"));
  CHECK(reading(std::vector<uint8_t>(64, 0)) == because("it does not start with EPYB"));
  auto bad = good;
  bad[4] = 9;
  CHECK(reading(bad) == because("it has format version 9, this epysim reads version 2"));
  bad = good;
  bad[40] ^= 1;
  CHECK(reading(bad, false) == because("its check sum is wrong (cut off or changed)"));
  bad = good;
  bad.pop_back();
  CHECK(reading(bad, false) == because("its check sum is wrong (cut off or changed)"));
  bad = good;
  bad[8] = 0x80;
  CHECK(reading(bad) == because("it has unknown flags"));
  bad = good;
  bad[6] = 0xff;
  bad[7] = 0xff;
  CHECK(reading(bad) == because("its table of sections is cut off"));
  bad = good;
  bad[6] = 3;
  CHECK(reading(bad) == because("a section of kind 4 is missing"));
  bad = good;
  bad[16] = 7;
  CHECK(reading(bad) == because("section 0 is of an unknown kind"));
  bad = good;
  bad[28] = 1;
  CHECK(reading(bad) == because("it has two sections of one kind"));
  bad = good;
  bad[23] = 0x7f;
  CHECK(reading(bad) == because("section 0 lies outside the file"));
}

TEST_CASE("code that could lead a core astray is refused") {
  const Image image = sample();
  const auto with = [&](size_t offset, uint8_t value) {
    Image changed = image;
    changed.resident.at(offset) = value;
    try {
      take_apart(changed.resident, "x.epb");
    } catch (const epysim::UsageError& e) {
      return std::string(e.what());
    }
    return std::string("fine");
  };
  const size_t code = image.resident[12] | image.resident[13] << 8;
  CHECK(with(code, 0xff) == because("an unknown instruction at code offset 0"));
  CHECK(with(code, static_cast<uint8_t>(Op::STORE_0) + 15) == because("an index outside its table at code offset 0"));
  CHECK(with(code, static_cast<uint8_t>(Op::WIDE)) == because("a prefix before an instruction that has none at code offset 0"));
  CHECK(with(image.resident.size() - 1, static_cast<uint8_t>(Op::JUMP)).find("an instruction that is cut off") != std::string::npos);
  CHECK(with(0, 1) == because("its resident section is not as long as it says"));
  CHECK(with(4, 0) != "fine");
  CHECK(with(8, 1) == because("the parts of its resident section overlap"));
}

TEST_CASE("random damage never gets further than an error") {
  const std::vector<uint8_t> good = write_image(sample());
  std::mt19937 random(1);
  int fine = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<uint8_t> bad = good;
    const size_t changes = 1 + random() % 4;
    for (size_t i = 0; i < changes; ++i) bad[16 + random() % (round % 2 == 0 ? 300 : bad.size() - 16)] = static_cast<uint8_t>(random());
    if (reading(bad) != "fine") continue;
    ++fine;
    fix_crc(bad);
    const Image image = read_image(bad, "x.epb");
    CHECK(!listing(image).empty());  // what is read can be listed
  }
  CHECK(fine < 2500);
}

TEST_CASE("the stack effect of an instruction is read from its line in the table") {
  const auto effect = [](Op op, int n) {
    const StackEffect e = stack_effect(op, n);
    return std::vector<int>{e.pops, e.pushes, e.pushes_when_jumping};
  };
  CHECK(effect(Op::ADD, 0) == std::vector<int>{2, 1, 1});
  CHECK(effect(Op::ROT3, 0) == std::vector<int>{3, 3, 3});
  CHECK(effect(Op::AND, 0) == std::vector<int>{1, 0, 1});
  CHECK(effect(Op::FOR_LIST, 0) == std::vector<int>{0, 0, 1});
  CHECK(effect(Op::LIST, 0) == std::vector<int>{0, 1, 1});
  CHECK(effect(Op::CALL, 3) == std::vector<int>{3, 1, 1});
  CHECK(effect(Op::CALL_VALUE, 3) == std::vector<int>{4, 1, 1});
  CHECK(effect(Op::STORE_INDEX_N, 2) == std::vector<int>{4, 0, 0});
}
