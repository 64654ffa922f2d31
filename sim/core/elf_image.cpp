#include "sim/core/elf_image.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <tuple>

#include "sim/core/error.h"

namespace epysim::core {
namespace {

struct FileDescriptor {
  explicit FileDescriptor(const std::filesystem::path& file) : fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~FileDescriptor() {
    if (fd >= 0) ::close(fd);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int fd;
};

struct ElfHandle {
  explicit ElfHandle(int fd) : elf(elf_begin(fd, ELF_C_READ, nullptr)) {}
  ~ElfHandle() { elf_end(elf); }
  ElfHandle(const ElfHandle&) = delete;
  ElfHandle& operator=(const ElfHandle&) = delete;
  Elf* elf;
};

// One row of a line table. `line` 0 ends a sequence: the addresses from here to the next row have no source.
struct LineRow {
  Address address;
  int line;
  std::size_t file;  // index into Impl::line_files
};

}  // namespace

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case 0x1223:
      return "Epiphany";
    case EM_SPARC:
      return "SPARC";
    case EM_386:
      return "x86 (32-bit)";
    case EM_MIPS:
      return "MIPS";
    case EM_PPC:
      return "PowerPC";
    case EM_ARM:
      return "ARM";
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "AArch64";
    case EM_MICROBLAZE:
      return "MicroBlaze";
    case EM_RISCV:
      return "RISC-V";
    default:
      return "machine number " + std::to_string(machine);
  }
}

struct ElfImage::Impl {
  std::filesystem::path file;
  std::uint16_t machine = 0;
  bool big_endian = false;
  Address entry = 0;
  std::vector<Segment> segments;
  std::vector<Section> sections;
  std::vector<Symbol> symbols;

  // Line tables are read when first asked for: most runs never need them.
  mutable bool lines_read = false;
  mutable std::vector<LineRow> lines;
  mutable std::vector<std::string> line_files;

  [[noreturn]] void fail(const std::string& what) const { throw UsageError(file.string() + ": " + what); }

  void check_header(const GElf_Ehdr& header) const;
  void read_segments(Elf* elf, std::uint64_t file_bytes);
  void read_sections(Elf* elf);
  void read_symbols(Elf* elf, Elf_Scn* section, const GElf_Shdr& header);
  void read_lines() const;
};

void ElfImage::Impl::check_header(const GElf_Ehdr& header) const {
  if (header.e_ident[EI_CLASS] == ELFCLASS64) {
    fail("a 64-bit ELF for " + machine_name(header.e_machine) +
         ", where a 32-bit executable is needed; build it with the cross compiler of the board");
  }
  if (header.e_type != ET_EXEC) {
    const char* kind = header.e_type == ET_REL ? "a relocatable object (.o); link it into an executable first"
                       : header.e_type == ET_DYN
                           ? "a shared object or position-independent executable; link it statically at fixed addresses"
                       : header.e_type == ET_CORE ? "a core dump"
                                                  : "an ELF of an unknown kind";
    fail(std::string("not an executable ELF but ") + kind);
  }
}

void ElfImage::Impl::read_segments(Elf* elf, std::uint64_t file_bytes) {
  std::size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) fail(std::string("damaged ELF: ") + elf_errmsg(-1));
  std::ifstream in(file, std::ios::binary);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(i), &header) == nullptr) fail(std::string("damaged ELF: ") + elf_errmsg(-1));
    if (header.p_type != PT_LOAD || header.p_memsz == 0) continue;
    if (header.p_offset > file_bytes || header.p_filesz > file_bytes - header.p_offset || header.p_filesz > header.p_memsz)
      fail("damaged ELF: segment " + std::to_string(i) + " reaches beyond the end of the file");
    Segment segment;
    segment.address = static_cast<Address>(header.p_paddr);
    segment.memory_bytes = static_cast<std::uint32_t>(header.p_memsz);
    segment.bytes.resize(header.p_filesz);
    in.seekg(static_cast<std::streamoff>(header.p_offset));
    if (!in.read(reinterpret_cast<char*>(segment.bytes.data()), static_cast<std::streamsize>(segment.bytes.size())))
      fail("cannot read segment " + std::to_string(i));
    segments.push_back(std::move(segment));
  }
  if (segments.empty()) fail("nothing to load: the ELF has no loadable segment");
}

void ElfImage::Impl::read_symbols(Elf* elf, Elf_Scn* section, const GElf_Shdr& header) {
  Elf_Data* data = elf_getdata(section, nullptr);
  if (data == nullptr || header.sh_entsize == 0) return;
  const std::size_t count = header.sh_size / header.sh_entsize;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Sym symbol;
    if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
    const unsigned type = GELF_ST_TYPE(symbol.st_info);
    if (type == STT_SECTION || type == STT_FILE || symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_COMMON) continue;
    const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (name == nullptr || *name == '\0') continue;
    Symbol found;
    found.name = name;
    found.address = static_cast<Address>(symbol.st_value);
    found.bytes = static_cast<std::uint32_t>(symbol.st_size);
    found.function = type == STT_FUNC;
    found.object = type == STT_OBJECT;
    found.global = GELF_ST_BIND(symbol.st_info) != STB_LOCAL;
    found.weak = GELF_ST_BIND(symbol.st_info) == STB_WEAK;
    found.section = symbol.st_shndx;
    symbols.push_back(std::move(found));
  }
}

void ElfImage::Impl::read_sections(Elf* elf) {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return;
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr) continue;
    if (header.sh_type == SHT_SYMTAB) read_symbols(elf, section, header);
    if (header.sh_type == SHT_NOBITS || (header.sh_flags & SHF_ALLOC) == 0 || header.sh_size == 0) continue;
    Elf_Data* data = elf_rawdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr) continue;
    Section found;
    const char* name = elf_strptr(elf, names, header.sh_name);
    found.index = static_cast<std::uint16_t>(elf_ndxscn(section));
    found.name = name == nullptr ? "" : name;
    found.address = static_cast<Address>(header.sh_addr);
    found.code = (header.sh_flags & SHF_EXECINSTR) != 0;
    found.writable = (header.sh_flags & SHF_WRITE) != 0;
    const auto* bytes = static_cast<const std::byte*>(data->d_buf);
    found.bytes.assign(bytes, bytes + data->d_size);
    sections.push_back(std::move(found));
  }
  std::stable_sort(symbols.begin(), symbols.end(), [](const Symbol& a, const Symbol& b) {
    return std::tuple(a.address, !a.function, a.object, !a.global) < std::tuple(b.address, !b.function, b.object, !b.global);
  });
}

void ElfImage::Impl::read_lines() const {
  if (lines_read) return;
  lines_read = true;
  const FileDescriptor fd(file);
  Dwarf* dwarf = fd.fd >= 0 ? dwarf_begin(fd.fd, DWARF_C_READ) : nullptr;
  if (dwarf == nullptr) return;
  Dwarf_Off offset = 0;
  Dwarf_Off next = 0;
  std::size_t header_bytes = 0;
  while (dwarf_nextcu(dwarf, offset, &next, &header_bytes, nullptr, nullptr, nullptr) == 0) {
    Dwarf_Die unit;
    Dwarf_Lines* rows = nullptr;
    std::size_t count = 0;
    if (dwarf_offdie(dwarf, offset + header_bytes, &unit) != nullptr && dwarf_getsrclines(&unit, &rows, &count) == 0) {
      for (std::size_t i = 0; i < count; ++i) {
        Dwarf_Line* row = dwarf_onesrcline(rows, i);
        Dwarf_Addr address = 0;
        int line = 0;
        bool ends = false;
        if (dwarf_lineaddr(row, &address) != 0 || dwarf_lineno(row, &line) != 0 || dwarf_lineendsequence(row, &ends) != 0) continue;
        const char* source = dwarf_linesrc(row, nullptr, nullptr);
        const std::string name = source == nullptr ? "" : std::filesystem::path(source).filename().string();
        if (line_files.empty() || line_files.back() != name) line_files.push_back(name);
        lines.push_back({static_cast<Address>(address), ends || source == nullptr ? 0 : line, line_files.size() - 1});
      }
    }
    offset = next;
  }
  dwarf_end(dwarf);
  // An end of one sequence and the start of the next may share an address: the start must come last to be found.
  std::stable_sort(lines.begin(), lines.end(), [](const LineRow& a, const LineRow& b) {
    return std::tuple(a.address, a.line != 0) < std::tuple(b.address, b.line != 0);
  });
}

ElfImage::ElfImage(const std::filesystem::path& file) : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  impl.file = file;
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) impl.fail("is a folder, not an ELF file");
  const FileDescriptor fd(file);
  if (fd.fd < 0) impl.fail(std::string("cannot be opened: ") + std::strerror(errno));
  elf_version(EV_CURRENT);
  const ElfHandle handle(fd.fd);
  GElf_Ehdr header;
  if (handle.elf == nullptr || elf_kind(handle.elf) != ELF_K_ELF || gelf_getehdr(handle.elf, &header) == nullptr)
    impl.fail(file.extension() == ".py" ? "not an ELF file; an ePython program is run with `epysim run`" : "not an ELF file");
  impl.check_header(header);
  impl.machine = header.e_machine;
  impl.big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
  impl.entry = static_cast<Address>(header.e_entry);
  impl.read_segments(handle.elf, std::filesystem::file_size(file));
  impl.read_sections(handle.elf);
}

ElfImage::~ElfImage() = default;
ElfImage::ElfImage(ElfImage&&) noexcept = default;

const std::filesystem::path& ElfImage::file() const { return impl_->file; }
std::uint16_t ElfImage::machine() const { return impl_->machine; }
bool ElfImage::big_endian() const { return impl_->big_endian; }
Address ElfImage::entry() const { return impl_->entry; }
const std::vector<ElfImage::Segment>& ElfImage::segments() const { return impl_->segments; }
const std::vector<ElfImage::Section>& ElfImage::sections() const { return impl_->sections; }
const std::vector<ElfImage::Symbol>& ElfImage::symbols() const { return impl_->symbols; }

std::optional<Address> ElfImage::address_of(const std::string& symbol) const {
  const auto found = std::find_if(impl_->symbols.begin(), impl_->symbols.end(), [&](const Symbol& s) { return s.name == symbol; });
  if (found == impl_->symbols.end()) return std::nullopt;
  return found->address;
}

std::string ElfImage::symbolise(Address address) const {
  const auto in_section = [&](const Section& s) { return address - s.address < s.bytes.size() && address >= s.address; };
  const auto section = std::find_if(impl_->sections.begin(), impl_->sections.end(), in_section);
  const std::vector<Symbol>& symbols = impl_->symbols;
  auto after = std::upper_bound(symbols.begin(), symbols.end(), address, [](Address a, const Symbol& s) { return a < s.address; });
  // Walk back to the nearest address with a symbol, then to the first (best) symbol of that address.
  while (after != symbols.begin()) {
    const Address at = std::prev(after)->address;
    auto first = std::find_if(symbols.begin(), after, [&](const Symbol& s) { return s.address == at; });
    for (auto symbol = first; symbol != after; ++symbol) {
      if (symbol->section >= SHN_LORESERVE) continue;  // absolute: a number, not a place
      const bool covers = symbol->bytes != 0 ? address - at < symbol->bytes
                                             : address == at || (section != impl_->sections.end() && section->index == symbol->section);
      if (!covers) continue;
      if (address == at) return symbol->name;
      char offset[16];
      std::snprintf(offset, sizeof offset, "+0x%x", static_cast<unsigned>(address - at));
      return symbol->name + offset;
    }
    if (std::any_of(first, after, [](const Symbol& s) { return s.section < SHN_LORESERVE; })) return {};
    after = first;
  }
  return {};
}

std::string ElfImage::source_line(Address address) const {
  impl_->read_lines();
  const auto after =
      std::upper_bound(impl_->lines.begin(), impl_->lines.end(), address, [](Address a, const LineRow& row) { return a < row.address; });
  if (after == impl_->lines.begin()) return {};
  const LineRow& row = *std::prev(after);
  if (row.line == 0) return {};
  return impl_->line_files[row.file] + ":" + std::to_string(row.line);
}

}  // namespace epysim::core
