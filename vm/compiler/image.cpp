// Reading, checking and writing images.

#include "vm/compiler/image.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>

#include "sim/core/crc32.h"
#include "sim/core/error.h"
#include "vm/compiler/opcodes.h"
#include "vm/format/image.h"

namespace epysim::compiler {

namespace {

using nlohmann::json;

constexpr uint32_t kMaximumImage = 64u << 20;

uint32_t get(const std::vector<uint8_t>& bytes, size_t offset, unsigned width) {
  uint32_t value = 0;
  for (unsigned i = 0; i < width; ++i) value |= static_cast<uint32_t>(bytes[offset + i]) << (8 * i);
  return value;
}

void put(std::vector<uint8_t>& out, uint32_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

[[noreturn]] void damaged(const std::string& name, const std::string& what) {
  throw UsageError("'" + name + "' is not a usable byte code image: " + what + "; compile the program again");
}

// One pass over the code of a function: every instruction known and whole, every index within its table, every jump to an instruction.
class Verifier {
 public:
  Verifier(const Resident& resident, const std::string& name) : r_(resident), name_(name), starts_(resident.code.size() + 1, false) {}

  void run() {
    for (const Resident::Function& f : r_.functions) {
      jumps_.clear();
      for (uint32_t at = f.code; at < f.end;) at = instruction(f, at);
      for (const auto& [from, to] : jumps_) {
        if (to < f.code || to >= f.end || !starts_[static_cast<size_t>(to)]) fail(from, "a jump to a place that is no instruction");
      }
    }
  }

 private:
  [[noreturn]] void fail(uint32_t at, const std::string& what) const { damaged(name_, what + " at code offset " + std::to_string(at)); }

  uint32_t instruction(const Resident::Function& f, uint32_t at) {
    const uint32_t start = at;
    starts_[at] = true;
    uint32_t high = 0;
    bool wide = false;
    if (r_.code[at] == static_cast<uint8_t>(Op::WIDE)) {
      if (at + 2 >= f.end) fail(start, "an instruction that is cut off");
      high = static_cast<uint32_t>(r_.code[at + 1]) << 8;
      wide = true;
      at += 2;
    }
    const OpInfo* info = op_info(r_.code[at]);
    if (info == nullptr) fail(start, "an unknown instruction");
    const Op op = op_of(r_.code[at]);
    const uint32_t bytes = op_bytes(info->operands);
    if (at + bytes > f.end) fail(start, "an instruction that is cut off");
    const bool indexed = info->operands == Operands::u8 || info->operands == Operands::u8u8 || info->operands == Operands::u8s8 ||
                         info->operands == Operands::u8j8 || info->operands == Operands::u8j16;
    if (info->operands == Operands::u8u8b8) {
      check_index(f, start, op, r_.code[at + 1]);
      check_index(f, start, Op::STORE, r_.code[at + 2]);
    }
    if (info->operands == Operands::pair) {
      check_index(f, start, Op::LOAD, r_.code[at + 1] & 15u);
      check_index(f, start, Op::LOAD, r_.code[at + 1] >> 4u);
    }
    if (wide && (!indexed || op == Op::WIDE)) fail(start, "a prefix before an instruction that has none");
    if (indexed) check_index(f, start, op, high | r_.code[at + 1]);
    if (info->range > 1 && (op == Op::LOAD_0 || op == Op::STORE_0)) check_index(f, start, op, r_.code[at] - static_cast<uint32_t>(op));
    check_jump(start, at, *info, bytes);
    return at + bytes;
  }

  void check_index(const Resident::Function& f, uint32_t start, Op op, uint32_t index) const {
    size_t limit = 0x10000;
    switch (op) {
      case Op::LOAD_0:
      case Op::STORE_0:
      case Op::LOAD:
      case Op::LOAD_CHECKED:
      case Op::STORE:
      case Op::INCREMENT:
      case Op::ADD_TO:
      case Op::SUB_FROM:
      case Op::MUL_BY:
        limit = f.slots;
        break;
      case Op::RANGE:
      case Op::FOR_RANGE:
      case Op::FOR_RANGE_STORE:
        limit = f.slots < 2u ? 0u : f.slots - 2u;
        break;
      case Op::ITER:
      case Op::FOR_LIST:
        limit = f.slots < 1u ? 0u : f.slots - 1u;
        break;
      case Op::DEFAULT:
        limit = f.parameters;
        break;
      case Op::LOAD_GLOBAL:
      case Op::STORE_GLOBAL:
      case Op::INCREMENT_GLOBAL:
        limit = r_.globals;
        break;
      case Op::INT:
      case Op::REAL:
        limit = r_.constants.size();
        break;
      case Op::STRING:
        limit = r_.strings.size();
        break;
      case Op::FUNCTION:
      case Op::CALL:
        limit = r_.functions.size();
        break;
      case Op::NATIVE:
      case Op::NATIVE_N:
        if (index > 0xff || find_native(static_cast<uint8_t>(index)) == nullptr) fail(start, "an unknown native call");
        break;
      default:
        break;
    }
    if (index >= limit) fail(start, "an index outside its table");
  }

  void check_jump(uint32_t start, uint32_t at, const OpInfo& info, uint32_t bytes) {
    const uint32_t end = at + bytes;
    int64_t distance = 0;
    switch (info.operands) {
      case Operands::j8:
      case Operands::u8j8:
        distance = static_cast<int8_t>(r_.code[end - 1]);  // NOLINT(bugprone-signed-char-misuse): it has a sign
        break;
      case Operands::j16:
      case Operands::u8j16:
        distance = static_cast<int16_t>(get(r_.code, end - 2, 2));
        break;
      case Operands::u8u8b8:
        distance = -static_cast<int64_t>(r_.code[end - 1]);
        break;
      default:
        return;
    }
    jumps_.emplace_back(start, end + distance);
  }

  const Resident& r_;
  const std::string& name_;
  std::vector<bool> starts_;
  std::vector<std::pair<uint32_t, int64_t>> jumps_;
};

json names_json(const Image& image) {
  json functions = json::array();
  for (const Image::FunctionInfo& f : image.functions) {
    functions.push_back({{"name", f.name}, {"file", f.file}, {"line", f.line}, {"params", f.parameters}, {"locals", f.locals}});
  }
  return {{"functions", functions}, {"globals", image.globals}, {"exports", image.exports}, {"files", image.files}};
}

json lines_json(const Image& image) {
  json lines = json::array();
  for (const Image::Line& l : image.lines) lines.push_back({l.offset, l.file, l.line});
  return lines;
}

// The text of a program may hold any bytes; JSON takes UTF-8 only.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

void read_names(const json& names, Image& image) {
  for (const json& f : names.at("functions")) {
    Image::FunctionInfo info;
    f.at("name").get_to(info.name);
    f.at("file").get_to(info.file);
    f.at("line").get_to(info.line);
    f.at("params").get_to(info.parameters);
    f.at("locals").get_to(info.locals);
    image.functions.push_back(std::move(info));
  }
  names.at("globals").get_to(image.globals);
  names.at("exports").get_to(image.exports);
  names.at("files").get_to(image.files);
}

void read_lines(const json& lines, Image& image) {
  for (const json& l : lines) image.lines.push_back({l.at(0).get<uint32_t>(), l.at(1).get<uint32_t>(), l.at(2).get<uint32_t>()});
}

// The host's tables must fit the resident section.
void check_tables(const Image& image, const Resident& resident, const std::string& name) {
  if (image.functions.size() != resident.functions.size())
    damaged(name, "its table of names has another number of functions than its code");
  if (image.globals.size() != resident.globals) damaged(name, "its table of names has another number of globals than its code");
  for (const auto& [exported, index] : image.exports) {
    if (index >= image.functions.size()) damaged(name, "the exported function '" + exported + "' does not exist");
  }
  uint32_t last = 0;
  for (const Image::Line& l : image.lines) {
    if (l.offset < last || l.offset >= resident.code.size() || l.file >= image.files.size()) damaged(name, "its line table is wrong");
    last = l.offset;
  }
}

}  // namespace

bool Image::modern() const { return (flags & EPY_IMAGE_MODERN) != 0; }

const Image::Line* Image::line_at(uint32_t code_offset) const {
  const auto after =
      std::upper_bound(lines.begin(), lines.end(), code_offset, [](uint32_t offset, const Line& l) { return offset < l.offset; });
  return after == lines.begin() ? nullptr : &*std::prev(after);
}

uint32_t Image::function_at(uint32_t code_offset) const {
  // The function table follows the header; codes lie in the order of the indexes.
  uint32_t found = 0;
  for (uint32_t i = 0; i < functions.size(); ++i) {
    const size_t entry = sizeof(epy_resident) + i * sizeof(epy_function);
    if (entry + 2 <= resident.size() && get(resident, entry, 2) <= code_offset) found = i;
  }
  return found;
}

Resident take_apart(const std::vector<uint8_t>& bytes, const std::string& name) {
  if (bytes.size() < sizeof(epy_resident) || bytes.size() > 0xffff) damaged(name, "its resident section has an impossible size");
  if (get(bytes, offsetof(epy_resident, bytes), 2) != bytes.size()) damaged(name, "its resident section is not as long as it says");
  const size_t count = get(bytes, offsetof(epy_resident, function_count), 2);
  const size_t constants = get(bytes, offsetof(epy_resident, constants), 2);
  const size_t strings = get(bytes, offsetof(epy_resident, strings), 2);
  const size_t code = get(bytes, offsetof(epy_resident, code), 2);
  const size_t table_end = sizeof(epy_resident) + count * sizeof(epy_function);
  if (count == 0) damaged(name, "it has no function");
  if (constants != table_end || strings < constants || code < strings || code > bytes.size() || (strings - constants) % 4 != 0 ||
      code % 4 != 0) {
    damaged(name, "the parts of its resident section overlap");
  }
  Resident r;
  r.globals = get(bytes, offsetof(epy_resident, global_count), 2);
  for (size_t at = constants; at < strings; at += 4) r.constants.push_back(get(bytes, at, 4));

  // The first string's offset says where the table of offsets ends.
  const size_t first = strings + 2 <= code ? get(bytes, strings, 2) : code;
  size_t text = first;
  for (size_t entry = strings; entry + 2 <= first && entry + 2 <= code; entry += 2) {
    const size_t at = get(bytes, entry, 2);
    if (at == 0) break;  // padding
    if (at != text || at % 4 != 0 || at + 4 > code) damaged(name, "its table of strings is wrong");
    const size_t length = get(bytes, at, 4);
    if (length >= code - at - 4 || bytes[at + 4 + length] != 0) damaged(name, "a string runs over its end");
    r.strings.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at + 4),
                           bytes.begin() + static_cast<std::ptrdiff_t>(at + 4 + length));
    text = (at + 4 + length + 1 + 3) / 4 * 4;
  }
  if (text != code) damaged(name, "its table of strings is wrong");

  r.code.assign(bytes.begin() + static_cast<std::ptrdiff_t>(code), bytes.end());
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = sizeof(epy_resident) + i * sizeof(epy_function);
    Resident::Function f{};
    f.code = get(bytes, entry + offsetof(epy_function, code), 2);
    f.parameters = bytes[entry + offsetof(epy_function, parameters)];
    f.required = bytes[entry + offsetof(epy_function, required)];
    f.slots = bytes[entry + offsetof(epy_function, slots)];
    f.operands = bytes[entry + offsetof(epy_function, operands)];
    if (f.required > f.parameters || f.parameters > f.slots)
      damaged(name, "function " + std::to_string(i) + " has impossible numbers of variables");
    r.functions.push_back(f);
  }
  for (size_t i = 0; i < count; ++i) {
    Resident::Function& f = r.functions[i];
    f.end = i + 1 < count ? r.functions[i + 1].code : static_cast<uint32_t>(r.code.size());
    if ((i == 0 && f.code != 0) || f.end <= f.code || f.end > r.code.size())
      damaged(name, "function " + std::to_string(i) + " lies outside the code");
  }
  Verifier(r, name).run();
  return r;
}

std::vector<uint8_t> write_image(const Image& image) {
  const auto text = [](const json& value) {
    const std::string s = dump(value);
    return std::vector<uint8_t>(s.begin(), s.end());
  };
  const std::pair<uint32_t, std::vector<uint8_t>> sections[] = {{EPY_SECTION_RESIDENT, image.resident},
                                                                {EPY_SECTION_LINES, text(lines_json(image))},
                                                                {EPY_SECTION_NAMES, text(names_json(image))},
                                                                {EPY_SECTION_SOURCE, text(json(image.sources))}};
  std::vector<uint8_t> body;
  uint32_t offset = static_cast<uint32_t>(sizeof(epy_image_header) + std::size(sections) * sizeof(epy_section));
  for (const auto& [kind, bytes] : sections) {
    put(body, kind, 4);
    put(body, offset, 4);
    put(body, static_cast<uint32_t>(bytes.size()), 4);
    offset += (static_cast<uint32_t>(bytes.size()) + 3) / 4 * 4;
  }
  for (const auto& [kind, bytes] : sections) {
    body.insert(body.end(), bytes.begin(), bytes.end());
    while (body.size() % 4 != 0) body.push_back(0);
  }
  std::vector<uint8_t> out;
  put(out, EPY_IMAGE_MAGIC, 4);
  put(out, EPY_IMAGE_VERSION, 2);
  put(out, static_cast<uint32_t>(std::size(sections)), 2);
  put(out, image.flags, 4);
  put(out, core::crc32(std::as_bytes(std::span(body))), 4);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Image read_image(const std::vector<uint8_t>& bytes, const std::string& name) {
  constexpr size_t kHeader = sizeof(epy_image_header);
  if (bytes.size() < kHeader) damaged(name, "it is shorter than a header");
  if (bytes.size() > kMaximumImage) damaged(name, "it is larger than 64 MB");
  if (get(bytes, offsetof(epy_image_header, magic), 4) != EPY_IMAGE_MAGIC) damaged(name, "it does not start with EPYB");
  const uint32_t version = get(bytes, offsetof(epy_image_header, version), 2);
  if (version != EPY_IMAGE_VERSION) {
    damaged(name, "it has format version " + std::to_string(version) + ", this epysim reads version " + std::to_string(EPY_IMAGE_VERSION));
  }
  if (get(bytes, offsetof(epy_image_header, crc), 4) != core::crc32(std::as_bytes(std::span(bytes).subspan(kHeader)))) {
    damaged(name, "its check sum is wrong (cut off or changed)");
  }
  Image image;
  image.flags = get(bytes, offsetof(epy_image_header, flags), 4);
  if ((image.flags & ~EPY_IMAGE_MODERN) != 0) damaged(name, "it has unknown flags");
  const size_t sections = get(bytes, offsetof(epy_image_header, section_count), 2);
  if (kHeader + sections * sizeof(epy_section) > bytes.size()) damaged(name, "its table of sections is cut off");
  bool have[5] = {};
  for (size_t i = 0; i < sections; ++i) {
    const size_t entry = kHeader + i * sizeof(epy_section);
    const uint32_t kind = get(bytes, entry + offsetof(epy_section, kind), 4);
    const size_t offset = get(bytes, entry + offsetof(epy_section, offset), 4);
    const size_t length = get(bytes, entry + offsetof(epy_section, bytes), 4);
    if (offset > bytes.size() || length > bytes.size() - offset) damaged(name, "section " + std::to_string(i) + " lies outside the file");
    if (kind < EPY_SECTION_RESIDENT || kind > EPY_SECTION_SOURCE) damaged(name, "section " + std::to_string(i) + " is of an unknown kind");
    if (have[kind]) damaged(name, "it has two sections of one kind");
    have[kind] = true;
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    const auto end = begin + static_cast<std::ptrdiff_t>(length);
    if (kind == EPY_SECTION_RESIDENT) {
      image.resident.assign(begin, end);
      continue;
    }
    try {
      const json value = json::parse(begin, end);
      if (kind == EPY_SECTION_LINES) read_lines(value, image);
      if (kind == EPY_SECTION_NAMES) read_names(value, image);
      if (kind == EPY_SECTION_SOURCE) value.get_to(image.sources);
    } catch (const json::exception&) {
      damaged(name, "section " + std::to_string(i) + " is not what it should be");
    }
  }
  for (uint32_t kind = EPY_SECTION_RESIDENT; kind <= EPY_SECTION_SOURCE; ++kind) {
    if (!have[kind]) damaged(name, "a section of kind " + std::to_string(kind) + " is missing");
  }
  if (image.resident.size() >= sizeof(epy_resident) && get(image.resident, offsetof(epy_resident, flags), 2) != image.flags) {
    damaged(name, "its two sets of flags differ");
  }
  check_tables(image, take_apart(image.resident, name), name);
  return image;
}

Image load_image(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw UsageError("cannot read the image '" + path + "': no such file, or it is not readable");
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) throw UsageError("cannot read the image '" + path + "'");
  return read_image(bytes, path);
}

}  // namespace epysim::compiler
