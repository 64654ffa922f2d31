#include "cli/elf_listing.h"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <tuple>

#include "sim/core/core_type.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

using core::ElfImage;
using Symbol = ElfImage::Symbol;

constexpr std::size_t kSkipZeros = 8;       // so many zero bytes are shown as "..."
constexpr std::size_t kSkipZerosAtEnd = 3;  // fewer than so many before the end are, too

std::string hex(Address value, int digits) {
  char text[16];
  std::snprintf(text, sizeof text, "%0*x", digits, static_cast<unsigned>(value));
  return text;
}

// One section being listed.
class SectionListing {
 public:
  SectionListing(const ElfImage& image, const core::CoreType& type, const ElfImage::Section& section, std::ostream& out)
      : type_(type), big_endian_(image.big_endian()), section_(section), out_(out) {
    for (const Symbol& symbol : image.symbols()) symbols_.push_back(&symbol);
    // Of several symbols at one address the first is used: those of this section, functions, variables, then the more visible, the
    // larger, and the alphabet.
    const auto rank = [&](const Symbol* s) {
      return std::tuple(s->address, s->section != section.index, !s->function, !s->object, !s->global, s->weak, ~s->bytes,
                        s->name.starts_with("."), std::string_view(s->name));
    };
    std::sort(symbols_.begin(), symbols_.end(), [&](const Symbol* a, const Symbol* b) { return rank(a) < rank(b); });
    const Address end = section.address + static_cast<Address>(section.bytes.size());
    hidden_digits_ = end < 0x1000 ? 4 : 0;
    if (!symbols_.empty()) namer_ = [this](Address address) { return hex(address, 1) + " " + name(address, nearest(address)); };
  }

  void list() {
    out_ << "\nDisassembly of section " << section_.name << ":\n";
    const Symbol* symbol = first_symbol();
    std::size_t offset = 0;
    while (offset < section_.bytes.size()) {
      const Address address = section_.address + static_cast<Address>(offset);
      out_ << '\n' << hex(address, 8) << ' ' << name(address, symbol) << ":\n";
      const Symbol* next = symbol == nullptr || symbol->address > address ? symbol : following(symbol->address);
      std::size_t stop = next == nullptr ? section_.bytes.size() : next->address - section_.address;
      if (stop > section_.bytes.size() || stop <= offset) stop = section_.bytes.size();
      list_range(offset, stop, symbol != nullptr && symbol->object && symbol->address <= address);
      offset = stop;
      symbol = next;
    }
  }

 private:
  bool mine(const Symbol* symbol) const { return symbol->section == section_.index; }

  // The best symbol of the nearest address at or below; the lowest of all if there is none.
  const Symbol* nearest(Address address) const {
    auto after = std::upper_bound(symbols_.begin(), symbols_.end(), address, [](Address a, const Symbol* s) { return a < s->address; });
    if (after == symbols_.begin()) return symbols_.front();
    const Address at = (*std::prev(after))->address;
    return *std::lower_bound(symbols_.begin(), after, at, [](const Symbol* s, Address a) { return s->address < a; });
  }

  // The symbol that the section starts under, or else the first inside it; null when it has none.
  const Symbol* first_symbol() const {
    const Symbol* best = nullptr;
    for (const Symbol* symbol : symbols_) {
      if (!mine(symbol)) continue;
      if (best == nullptr || (symbol->address <= section_.address && symbol->address != best->address)) best = symbol;
    }
    return best;
  }

  const Symbol* following(Address address) const {
    const auto next = std::find_if(symbols_.begin(), symbols_.end(), [&](const Symbol* s) { return mine(s) && s->address > address; });
    return next == symbols_.end() ? nullptr : *next;
  }

  // "<main+0x12>"
  std::string name(Address address, const Symbol* symbol) const {
    const std::string base = symbol == nullptr ? section_.name : symbol->name;
    const Address origin = symbol == nullptr ? section_.address : symbol->address;
    if (address == origin) return "<" + base + ">";
    return "<" + base + (address > origin ? "+0x" + hex(address - origin, 1) : "-0x" + hex(origin - address, 1)) + ">";
  }

  std::uint32_t half(std::size_t offset) const {
    const auto byte = [&](std::size_t i) { return i < section_.bytes.size() ? static_cast<std::uint32_t>(section_.bytes[i]) : 0u; };
    return big_endian_ ? byte(offset) << 8 | byte(offset + 1) : byte(offset) | byte(offset + 1) << 8;
  }

  std::uint32_t word(std::size_t offset) const {
    return big_endian_ ? half(offset) << 16 | half(offset + 2) : half(offset) | half(offset + 2) << 16;
  }

  // From `offset` up to the next symbol at `stop`: instructions, or the contents of a variable.
  void list_range(std::size_t offset, std::size_t stop, bool variable) {
    while (offset < stop) {
      std::size_t zeros = 0;
      while (offset + zeros < stop && section_.bytes[offset + zeros] == std::byte{0}) ++zeros;
      const bool to_the_end = offset + zeros == stop;
      if (zeros >= kSkipZeros || (to_the_end && zeros < kSkipZerosAtEnd)) {
        out_ << "\t...\n";
        offset += to_the_end ? zeros : zeros & ~std::size_t{3};  // an instruction may begin with a zero byte
        continue;
      }
      offset += variable ? list_data(offset, stop) : list_instruction(offset, stop);
    }
  }

  std::string column(Address address) const {
    std::string text = hex(address, 8).substr(hidden_digits_);
    for (std::size_t i = 0; i + 1 < text.size() && text[i] == '0'; ++i) text[i] = ' ';
    return text;
  }

  std::size_t list_data(std::size_t offset, std::size_t stop) {
    constexpr std::size_t kPerLine = 16;
    const std::size_t bytes = std::min(kPerLine, stop - offset);
    std::string numbers;
    std::string characters;
    for (std::size_t i = 0; i < bytes; ++i) {
      if (i % 2 == 0) numbers += hex(half(offset + i), 4) + " ";
      const char c = static_cast<char>(section_.bytes[offset + i]);
      characters += c >= ' ' && c <= '~' ? c : '.';
    }
    numbers.resize(kPerLine / 2 * 5, ' ');
    out_ << column(section_.address + static_cast<Address>(offset)) << ":\t" << numbers << "    " << characters << '\n';
    return bytes;
  }

  // An instruction is not read past `stop`: the half word that is missing there counts as zero and is not shown.
  std::size_t list_instruction(std::size_t offset, std::size_t stop) {
    const Address pc = section_.address + static_cast<Address>(offset);
    const bool whole = offset + 4 <= stop;
    const std::uint32_t before = offset >= 4 ? word(offset - 4) : 0;
    const auto [bytes, text] = type_.list(whole ? word(offset) : half(offset), before, pc, namer_);
    out_ << column(pc) << ":\t" << code(offset, bytes, whole) << '\t' << text << '\n';
    return bytes;
  }

  std::string code(std::size_t offset, unsigned bytes, bool whole) const {
    const std::size_t chunk = type_.listing_chunk != 0 ? type_.listing_chunk : bytes;
    const bool one_number = chunk == 4 && whole;
    std::string text = one_number ? hex(word(offset), 8) : hex(half(offset), 4);
    text += ' ';
    if (!one_number && type_.listing_chunk != 0) text += bytes == 2 ? "     " : whole ? hex(half(offset + 2), 4) + " " : " ";
    text.resize(std::max(text.size(), type_.listing_bytes / chunk * (2 * chunk + 1)), ' ');
    return text;
  }

  const core::CoreType& type_;
  bool big_endian_;
  const ElfImage::Section& section_;
  std::ostream& out_;
  std::vector<const Symbol*> symbols_;
  std::size_t hidden_digits_ = 0;
  core::AddressNamer namer_;
};

std::string titles() {
  std::string all;
  for (const core::CoreType* type : core::CoreType::all()) all += (all.empty() ? "" : ", ") + std::string(type->title);
  return all;
}

}  // namespace

void list_elf(const ElfImage& image, std::ostream& out) {
  const core::CoreType* const type = core::CoreType::of_machine(image.machine());
  if (type == nullptr)
    throw UsageError(image.file().string() + ": an ELF for another machine (number " + std::to_string(image.machine()) +
                     "); only code of " + titles() + " can be listed");
  out << '\n'
      << image.file().string() << ":     file format " << (image.big_endian() ? type->elf_format_big_endian : type->elf_format) << "\n\n";
  for (const ElfImage::Section& section : image.sections())
    if (section.code) SectionListing(image, *type, section, out).list();
}

}  // namespace epysim::cli
