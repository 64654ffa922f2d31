#pragma once
// An ELF file taken apart: what has to be loaded where, and the names and source lines of its addresses (libelf, libdw).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/types.h"

namespace epysim::core {

/// What an ELF machine number stands for, as texts name it: "RISC-V"; "machine number 77" when it is none of the usual ones.
std::string machine_name(std::uint16_t machine);

class ElfImage {
 public:
  struct Segment {
    Address address = 0;
    std::vector<std::byte> bytes;  // file contents; memory beyond them is zero
    std::uint32_t memory_bytes = 0;
  };
  struct Symbol {
    std::string name;
    Address address = 0;
    std::uint32_t bytes = 0;
    bool function = false;  // typed as one; Epiphany's GCC types none
    bool object = false;    // a variable
    bool weak = false;
    bool global = false;        // visible to other files
    std::uint16_t section = 0;  // ELF section index; see Section::index
  };
  struct Section {
    std::uint16_t index = 0;
    std::string name;
    Address address = 0;
    std::vector<std::byte> bytes;
    bool code = false;
    bool writable = false;
  };

  /// Throws UsageError: no such file, not an ELF, not of 32 bits, not executable (each named).
  explicit ElfImage(const std::filesystem::path& file);
  ~ElfImage();
  ElfImage(ElfImage&&) noexcept;

  const std::filesystem::path& file() const;
  /// ELF machine number; see machine_name().
  std::uint16_t machine() const;
  bool big_endian() const;
  Address entry() const;
  const std::vector<Segment>& segments() const;
  /// Sections that occupy memory and have contents in the file, in file order.
  const std::vector<Section>& sections() const;
  const std::vector<Symbol>& symbols() const;  // sorted by address; of equal addresses functions and global names first

  std::optional<Address> address_of(const std::string& symbol) const;
  /// "main+0x12"; empty when no symbol covers the address.
  std::string symbolise(Address address) const;
  /// "file.c:12"; empty without line information.
  std::string source_line(Address address) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::core
