// ElfImage against a small ELF whose addresses were read with readelf and objdump (data/calls.c), and against damaged copies of it.
#include "sim/core/elf_image.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "sim/core/error.h"

using epysim::UsageError;
using epysim::core::ElfImage;

namespace {

const std::filesystem::path kCalls = std::filesystem::path(EPYSIM_SOURCE_DIR) / "tests/core/data/calls.elf";

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A file that is gone when the test is over.
struct Scratch {
  explicit Scratch(const std::string& bytes, const std::string& name = "damaged.elf")
      : folder(std::filesystem::temp_directory_path() / ("epysim-elf-" + std::to_string(getpid()))), file(folder / name) {
    std::filesystem::create_directories(folder);
    std::ofstream(file, std::ios::binary) << bytes;
  }
  ~Scratch() { std::filesystem::remove_all(folder); }
  std::filesystem::path folder;
  std::filesystem::path file;
};

std::string error_of(const std::filesystem::path& file) {
  try {
    ElfImage image(file);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

std::string error_of_changed(std::size_t offset, const std::string& bytes) {
  std::string elf = contents(kCalls);
  elf.replace(offset, bytes.size(), bytes);
  const Scratch scratch(elf);
  const std::string error = error_of(scratch.file);
  REQUIRE(error.starts_with(scratch.file.string() + ": "));
  return error.substr(scratch.file.string().size() + 2);
}

}  // namespace

TEST_CASE("an ELF is taken apart into what is loaded where") {
  const ElfImage image(kCalls);
  CHECK(image.machine() == 0x1223);
  CHECK(image.entry() == 0x108);
  REQUIRE(image.segments().size() == 1);
  CHECK(image.segments()[0].address == 0x100);
  CHECK(image.segments()[0].bytes.size() == 0x1f10);
  CHECK(image.segments()[0].memory_bytes == 0x1f20);
  CHECK(image.segments()[0].bytes[0] == std::byte{0x36});
  CHECK(image.segments()[0].bytes[0x37] == std::byte{0x01});
  CHECK(image.segments()[0].bytes[0x1f04] == std::byte{2});
  REQUIRE(image.sections().size() == 2);
  CHECK(image.sections()[0].name == ".text");
  CHECK(image.sections()[0].code);
  CHECK(image.sections()[1].name == ".data");
  CHECK_FALSE(image.sections()[1].code);
}

TEST_CASE("addresses have names and source lines") {
  const ElfImage image(kCalls);
  CHECK(image.address_of("_table") == 0x2000u);
  CHECK(image.address_of("__start") == 0x108u);
  CHECK_FALSE(image.address_of("_start").has_value());  // undefined in the file
  CHECK(image.symbolise(0x100) == "_twice");
  CHECK(image.symbolise(0x102) == "_twice+0x2");
  CHECK(image.symbolise(0x106).empty());  // padding after its 6 bytes
  CHECK(image.symbolise(0x11e) == "__start+0x16");
  CHECK(image.symbolise(0x2014) == "_zeroed+0x4");
  CHECK(image.symbolise(0x50).empty());
  CHECK(image.symbolise(0x90000000).empty());
  CHECK(image.source_line(0x100) == "calls.c:7");
  CHECK(image.source_line(0x102) == "calls.c:7");
  CHECK(image.source_line(0x108) == "calls.c:9");
  CHECK(image.source_line(0x11e) == "calls.c:10");
  CHECK(image.source_line(0x132) == "calls.c:12");
  CHECK(image.source_line(0x80).empty());
  CHECK(image.source_line(0x2000).empty());
}

TEST_CASE("what is not an executable for a micro-core is refused by name") {
  CHECK(error_of("no/such.elf") == "no/such.elf: cannot be opened: No such file or directory");
  CHECK(error_of(kCalls.parent_path()) == kCalls.parent_path().string() + ": is a folder, not an ELF file");
  const Scratch text("print('hello')\n", "hello.py");
  CHECK(error_of(text.file) == text.file.string() + ": not an ELF file; an ePython program is run with `epysim run`");
  const Scratch empty("");
  CHECK(error_of(empty.file) == empty.file.string() + ": not an ELF file");
  CHECK(error_of("/proc/self/exe").starts_with("/proc/self/exe: a 64-bit ELF for "));
  CHECK(error_of_changed(5, "\2") == "not an executable ELF but an ELF of an unknown kind");  // its numbers read the other way round
  CHECK(error_of_changed(16, "\1") == "not an executable ELF but a relocatable object (.o); link it into an executable first");
  CHECK(error_of_changed(16, "\4") == "not an executable ELF but a core dump");
}

TEST_CASE("damage is reported and never read past the end") {
  // The first program header is at 52: p_offset at +4, p_filesz at +16, p_memsz at +20.
  CHECK(error_of_changed(52 + 4, "\xff\xff\xff\x7f") == "damaged ELF: segment 0 reaches beyond the end of the file");
  CHECK(error_of_changed(52 + 16, "\xff\xff\xff\xff") == "damaged ELF: segment 0 reaches beyond the end of the file");
  CHECK(error_of_changed(52 + 20, "\1") == "damaged ELF: segment 0 reaches beyond the end of the file");
  const std::string elf = contents(kCalls);
  for (std::size_t bytes = 0; bytes < elf.size(); bytes += 7) {  // cut anywhere: loads or says why not
    const Scratch cut(elf.substr(0, bytes));
    try {
      const ElfImage image(cut.file);
      image.symbolise(0x100);
      image.source_line(0x100);
    } catch (const UsageError& error) {
      CHECK(std::string(error.what()).size() > 10);
    }
  }
}
