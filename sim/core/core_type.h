#pragma once
// The kinds of cores that a board can have. Each is a folder of sim/ with one CoreType, which it registers by defining a
// CoreType::Registration; nothing else in the tree lists them.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/listing.h"
#include "sim/core/multicore.h"
#include "sim/core/types.h"

namespace epysim::core {

class Config;

/// One instruction of a listing.
struct ListedInstruction {
  unsigned bytes = 0;  // 2 or 4
  std::string text;    // mnemonic and operands, as objdump prints them
};

struct CoreType {
  std::string_view name;                        // of "chip.core" in a board file
  std::string_view title;                       // "Epiphany"
  std::uint16_t elf_machine = 0;                // EM_...
  std::string_view compiler;                    // what a program has to be built with
  std::string_view elf_format;                  // objdump's name for it,
  std::string_view elf_format_big_endian = {};  // and when it is big-endian; empty: such programs do not exist
  std::string_view more_memory;                 // what to do about a program that is too large, as a sentence
  unsigned listing_chunk = 4;                   // bytes of code that objdump prints as one number; 0: a whole instruction
  unsigned listing_bytes = 0;                   // bytes of code that its column is wide enough for; 0: those of the instruction
  /// `off_chip` is not owned. Throws UsageError when the configuration is wrong.
  std::unique_ptr<Multicore> (*build)(const Config& config, OffChip& off_chip, MulticoreOptions options) = nullptr;
  /// The instruction that a word of code begins with, at `pc`; `before` is the word before it, 0 when there is none.
  ListedInstruction (*list)(std::uint32_t word, std::uint32_t before, Address pc, const AddressNamer& namer) = nullptr;

  /// Sorted by name.
  static const std::vector<const CoreType*>& all();
  /// Throws UsageError that lists the names there are.
  static const CoreType& named(std::string_view name);
  /// Null when no core runs such programs.
  static const CoreType* of_machine(std::uint16_t elf_machine);

  struct Registration {
    explicit Registration(const CoreType& type);
  };
};

}  // namespace epysim::core
