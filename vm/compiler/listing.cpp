// Listings.

#include "vm/compiler/listing.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <sstream>

#include "vm/compiler/opcodes.h"

namespace epysim::compiler {

namespace {

__attribute__((format(printf, 1, 2))) std::string format(const char* text, ...) {
  char buffer[256];
  va_list arguments;
  va_start(arguments, text);
  std::vsnprintf(buffer, sizeof buffer, text, arguments);
  va_end(arguments);
  return buffer;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text.substr(0, 60)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += format("\\x%02x", byte);
    } else {
      out += c;
    }
  }
  return out + (text.size() > 60 ? "\"..." : "\"");
}

// The name of a slot of the function that an offset lies in.
std::string slot_name(const Image& image, uint32_t offset, uint32_t slot) {
  const uint32_t index = image.function_at(offset);
  if (index >= image.functions.size()) return {};
  const Image::FunctionInfo& f = image.functions[index];
  if (slot < f.parameters.size()) return f.parameters[slot];
  slot -= static_cast<uint32_t>(f.parameters.size());
  return slot < f.locals.size() ? f.locals[slot] : "";
}

// What an index stands for.
std::string meaning(const Image& image, const Resident& r, Op op, uint32_t offset, uint32_t index) {
  switch (op) {
    case Op::LOAD:
    case Op::LOAD_CHECKED:
    case Op::STORE:
    case Op::LOAD_0:
    case Op::STORE_0:
    case Op::INCREMENT:
    case Op::ADD_TO:
    case Op::SUB_FROM:
    case Op::MUL_BY:
    case Op::DEFAULT:
      return slot_name(image, offset, index);
    case Op::LOAD_GLOBAL:
    case Op::STORE_GLOBAL:
    case Op::INCREMENT_GLOBAL:
      return index < image.globals.size() ? image.globals[index] : "";
    case Op::INT:
      return std::to_string(static_cast<int32_t>(r.constants[index]));
    case Op::REAL: {
      float value;
      std::memcpy(&value, &r.constants[index], sizeof value);
      return format("%.9g", static_cast<double>(value));
    }
    case Op::STRING:
      return quoted(r.strings[index]);
    case Op::FUNCTION:
    case Op::CALL:
      return index < image.functions.size() ? image.functions[index].name : "";
    case Op::NATIVE:
    case Op::NATIVE_N:
      return std::string(find_native(static_cast<uint8_t>(index))->name);
    default:
      return {};
  }
}

std::string line_text(const Image& image, const Image::Line& line) {
  const auto source = image.sources.find(image.files[line.file]);
  if (source == image.sources.end()) return {};
  std::istringstream in(source->second);
  std::string text;
  for (uint32_t i = 0; i < line.line && std::getline(in, text); ++i) {
  }
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

std::string instruction_text(const Image& image, const Resident& r, uint32_t& offset) {
  const uint32_t start = offset;
  uint32_t high = 0;
  if (r.code[offset] == static_cast<uint8_t>(Op::WIDE)) {
    high = static_cast<uint32_t>(r.code[offset + 1]) << 8;
    offset += 2;
  }
  const uint8_t byte = r.code[offset];
  const OpInfo& info = *op_info(byte);
  const Op op = op_of(byte);
  const uint8_t* operand = &r.code[offset] + 1;
  offset += op_bytes(info.operands);
  const auto jump8 = [&] { return format("%04x", offset + static_cast<uint32_t>(static_cast<int8_t>(r.code[offset - 1]))); };
  const auto jump16 = [&] {
    const auto distance = static_cast<int16_t>(static_cast<uint16_t>(r.code[offset - 2] | r.code[offset - 1] << 8));
    return format("%04x", offset + static_cast<uint32_t>(distance));
  };
  const auto with = [](const std::string& note) { return note.empty() ? note : "  ; " + note; };

  std::string name(info.name);
  if (info.range > 1) {  // the folded operand is part of the name
    const auto folded = static_cast<uint32_t>(byte - static_cast<uint8_t>(op));
    name = name.substr(0, name.rfind('_') + 1);
    if (op == Op::SMALL_M1) return name + (folded == 0 ? "M1" : std::to_string(folded - 1));
    return format("%-18s", (name + std::to_string(folded)).c_str()) + with(meaning(image, r, op, start, folded));
  }
  if (info.operands == Operands::none) return name;
  std::string text = format("%-15s ", name.c_str());
  const uint32_t index = high | operand[0];
  switch (info.operands) {
    case Operands::u8:
      return text + format("%-2u", index) + with(meaning(image, r, op, start, index));
    case Operands::s8:
      return text + std::to_string(static_cast<int8_t>(operand[0]));
    case Operands::j8:
      return text + jump8();
    case Operands::j16:
      return text + jump16();
    case Operands::u8u8:
      return text + format("%u %u", index, operand[1]) + with(meaning(image, r, op, start, index));
    case Operands::u8s8:
      return text + format("%u %d", index, static_cast<int8_t>(operand[1])) + with(meaning(image, r, op, start, index));
    case Operands::u8j8:
      return text + format("%u ", index) + jump8() + with(meaning(image, r, op, start, index));
    case Operands::u8j16:
      return text + format("%u ", index) + jump16();
    case Operands::u8u8b8:
      return text + format("%u %u %04x", index, operand[1], offset - operand[2]) + with(slot_name(image, start, operand[1]));
    case Operands::pair:
      return text + format("%u %u", operand[0] & 15u, operand[0] >> 4u) +
             with(slot_name(image, start, operand[0] & 15u) + "[" + slot_name(image, start, operand[0] >> 4u) + "]");
    case Operands::none:
      break;
  }
  return text;
}

std::string listing(const Image& image) {
  const Resident r = take_apart(image.resident, "image");
  std::string out = format("byte code, %s dialect: %zu bytes (code %zu, constants %zu, strings %zu, functions %zu), globals %u\n",
                           image.modern() ? "modern" : "legacy", image.resident.size(), r.code.size(), r.constants.size(), r.strings.size(),
                           r.functions.size(), r.globals);
  if (!image.globals.empty()) out += "globals: " + joined(image.globals) + "\n";
  for (const auto& [name, index] : image.exports) out += "export: " + name + " = function " + std::to_string(index) + "\n";
  size_t line = 0;
  for (size_t i = 0; i < r.functions.size(); ++i) {
    const Resident::Function& f = r.functions[i];
    const Image::FunctionInfo info = i < image.functions.size() ? image.functions[i] : Image::FunctionInfo{};
    out += "\nfunction " + std::to_string(i) + " " + info.name + "(" + joined(info.parameters) + ")" +
           format("  slots %u, operands %u, %u bytes\n", f.slots, f.operands, f.end - f.code);
    for (uint32_t at = f.code; at < f.end;) {
      for (; line < image.lines.size() && image.lines[line].offset <= at; ++line) {
        const Image::Line& l = image.lines[line];
        out += image.files[l.file] + ":" + std::to_string(l.line) + ": " + line_text(image, l) + "\n";
      }
      uint32_t next = at;
      const std::string text = instruction_text(image, r, next);
      std::string bytes;
      for (uint32_t b = at; b < next; ++b) bytes += format("%02x ", r.code[b]);
      std::string row = format("  %04x  %-15s ", at, bytes.c_str()) + text;
      row.erase(row.find_last_not_of(' ') + 1);
      out += row + "\n";
      at = next;
    }
  }
  return out;
}

}  // namespace epysim::compiler
