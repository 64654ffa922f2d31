#pragma once
// Writes small ELF executables, so that the tests need no cross compiler.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace epysim::test {

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

  /// Header, program headers, segments, symbol table, string tables, section headers (null, .symtab, .strtab, .shstrtab).
  void write(const std::filesystem::path& file) const {
    std::vector<std::uint8_t> symbols(16, 0);
    std::string names(1, '\0');
    for (const Function& function : functions) {
      append32(symbols, static_cast<std::uint32_t>(names.size()));
      append32(symbols, function.address);
      append32(symbols, function.bytes);
      symbols.push_back(0x12);  // global function
      symbols.push_back(0);
      append16(symbols, 0xfff1);  // absolute
      names += function.name + '\0';
    }
    const std::string section_names("\0.symtab\0.strtab\0.shstrtab\0", 27);

    std::vector<std::uint8_t> image(52 + 32 * segments.size(), 0);
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
    append_section(sections, 1, 2, symbols_at, symbols.size(), 2, 1, 16);
    append_section(sections, 9, 3, names_at, names.size(), 0, 0, 0);
    append_section(sections, 17, 3, section_names_at, section_names.size(), 0, 0, 0);
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
    append16(header, 4);
    append16(header, 3);
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
  static void append_section(std::vector<std::uint8_t>& to, std::uint32_t name, std::uint32_t type, std::uint32_t offset, std::size_t bytes,
                             std::uint32_t link, std::uint32_t info, std::uint32_t entry_bytes) {
    for (const std::uint32_t field :
         {name, type, 0u, 0u, offset, static_cast<std::uint32_t>(bytes), link, info, std::uint32_t{1}, entry_bytes})
      append32(to, field);
  }
};

}  // namespace epysim::test
