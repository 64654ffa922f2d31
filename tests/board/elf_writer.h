#pragma once
// Writes small ELF executables, so that the tests need no cross compiler.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace epysim::test {

/// At least one segment.
struct ElfWriter {
  struct Segment {
    std::uint32_t address = 0;
    std::vector<std::uint8_t> bytes;
    std::uint32_t memory_bytes = 0;  // 0: as many as there are bytes
  };
  struct Function {
    std::string name;
    std::uint32_t address = 0;
    std::uint32_t bytes = 0;
  };

  std::uint16_t machine = 0x1223;
  std::uint32_t entry = 0;
  std::vector<Segment> segments;
  std::vector<Function> functions;

  /// Header, program headers, segments, symbol table, string tables, section headers (null, .text = the first segment, .symtab, .strtab,
  /// .shstrtab).
  void write(const std::filesystem::path& file) const {
    std::vector<std::uint8_t> symbols(16, 0);
    std::string names(1, '\0');
    for (const Function& function : functions) {
      append32(symbols, static_cast<std::uint32_t>(names.size()));
      append32(symbols, function.address);
      append32(symbols, function.bytes);
      symbols.push_back(0x12);  // global function
      symbols.push_back(0);
      append16(symbols, 1);  // .text
      names += function.name + '\0';
    }
    const std::string section_names("\0.text\0.symtab\0.strtab\0.shstrtab\0", 33);

    std::vector<std::uint8_t> image(52 + 32 * segments.size(), 0);
    const std::uint32_t text_at = size(image);
    std::vector<std::uint8_t> headers;
    for (const Segment& segment : segments) {
      append32(headers, 1);  // PT_LOAD
      append32(headers, static_cast<std::uint32_t>(image.size()));
      append32(headers, segment.address);
      append32(headers, segment.address);
      append32(headers, static_cast<std::uint32_t>(segment.bytes.size()));
      append32(headers, segment.memory_bytes == 0 ? static_cast<std::uint32_t>(segment.bytes.size()) : segment.memory_bytes);
      append32(headers, 7);  // read, write, execute
      append32(headers, 1);
      image.insert(image.end(), segment.bytes.begin(), segment.bytes.end());
    }
    const auto place = [&image](const auto& content) {
      while (image.size() % 4 != 0) image.push_back(0);
      const auto offset = static_cast<std::uint32_t>(image.size());
      image.insert(image.end(), content.begin(), content.end());
      return offset;
    };
    const std::uint32_t symbols_at = place(symbols);
    const std::uint32_t names_at = place(names);
    const std::uint32_t section_names_at = place(section_names);
    std::vector<std::uint8_t> sections(40, 0);
    append_section(sections, {1, 1, 6, segments[0].address, text_at, size(segments[0].bytes), 0, 0, 4, 0});
    append_section(sections, {7, 2, 0, 0, symbols_at, size(symbols), 3, 1, 4, 16});
    append_section(sections, {15, 3, 0, 0, names_at, size(names), 0, 0, 1, 0});
    append_section(sections, {23, 3, 0, 0, section_names_at, size(section_names), 0, 0, 1, 0});
    const std::uint32_t sections_at = place(sections);

    std::vector<std::uint8_t> header{0x7f, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    append16(header, 2);  // executable
    append16(header, machine);
    append32(header, 1);
    append32(header, entry);
    append32(header, 52);
    append32(header, sections_at);
    append32(header, 0);
    append16(header, 52);
    append16(header, 32);
    append16(header, static_cast<std::uint16_t>(segments.size()));
    append16(header, 40);
    append16(header, 5);
    append16(header, 4);
    std::copy(header.begin(), header.end(), image.begin());
    std::copy(headers.begin(), headers.end(), image.begin() + 52);
    std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size()));
  }

 private:
  static void append16(std::vector<std::uint8_t>& to, std::uint16_t value) {
    to.push_back(static_cast<std::uint8_t>(value));
    to.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  static void append32(std::vector<std::uint8_t>& to, std::uint32_t value) {
    append16(to, static_cast<std::uint16_t>(value));
    append16(to, static_cast<std::uint16_t>(value >> 16));
  }
  template <class Content>
  static std::uint32_t size(const Content& content) {
    return static_cast<std::uint32_t>(content.size());
  }
  // name, type, flags, address, offset, size, link, info, alignment, entry size
  static void append_section(std::vector<std::uint8_t>& to, const std::array<std::uint32_t, 10>& fields) {
    for (const std::uint32_t field : fields) append32(to, field);
  }
};

}  // namespace epysim::test
