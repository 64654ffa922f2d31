#include "hostlink/profile/dispatch.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr const char* kInterpreter = "epy_interpret";
constexpr const char* kTable = "labels";  // static in the interpreter: compilers number it, "labels.0"
constexpr std::uint64_t kCertain = 1000;

/// Compilers for some cores put an underscore before each name.
std::string plain(const std::string& name) { return name.substr(name.starts_with('_') ? 1 : 0); }

std::vector<Address> words_at(const core::ElfImage& image, Address from, std::uint32_t bytes) {
  for (const core::ElfImage::Section& section : image.sections()) {
    if (from < section.address || from - section.address + std::uint64_t{bytes} > section.bytes.size()) continue;
    std::vector<Address> words(bytes / sizeof(Address));
    std::memcpy(words.data(), section.bytes.data() + (from - section.address), words.size() * sizeof(Address));
    return words;
  }
  return {};
}

}  // namespace

Dispatch::Dispatch(const core::ElfImage& vm) {
  const auto& symbols = vm.symbols();
  const auto interpreter =
      std::find_if(symbols.begin(), symbols.end(), [](const auto& symbol) { return plain(symbol.name) == kInterpreter; });
  for (const core::ElfImage::Symbol& symbol : symbols) {
    if (interpreter == symbols.end() || plain(symbol.name).substr(0, plain(symbol.name).find('.')) != kTable) continue;
    std::vector<Address> words = words_at(vm, symbol.address, symbol.bytes);
    const auto inside = [&](Address word) { return word - interpreter->address < interpreter->bytes; };
    if (!words.empty() && std::all_of(words.begin(), words.end(), inside)) handlers_ = std::move(words);
  }
  if (handlers_.empty()) {
    throw UsageError(vm.file().string() + ": cycles cannot be attributed to lines: the image has no symbols of its interpreter (" +
                     kInterpreter + ", " + kTable + "); vm/images/build.sh makes one that has");
  }
  places_ = handlers_;
  std::sort(places_.begin(), places_.end());
  places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
}

bool Dispatch::begins(Address place, const Code& code, std::uint32_t offset) const {
  if (offset >= code.bytes.size()) return false;
  const std::uint8_t opcode = code.bytes[offset];
  return opcode < handlers_.size() && handlers_[opcode] == place;
}

std::optional<std::uint32_t> Dispatch::begun(Address place, std::span<const std::uint32_t> registers, const Code& code) {
  if (candidates_.empty()) {
    for (std::size_t i = 0; i < registers.size(); ++i) {
      if (registers[i] == code.base + code.first && begins(place, code, code.first)) candidates_.emplace_back(i, 0);
    }
  }
  // Copies of the place soon are elsewhere: the one that was right most often is believed.
  const auto offset_in = [&](std::size_t number) { return registers[number] - code.base; };
  std::uint64_t most = 0;
  for (auto& [number, right] : candidates_) {
    if (begins(place, code, offset_in(number))) ++right;
    most = std::max(most, right);
  }
  std::optional<std::uint32_t> offset;
  for (const auto& [number, right] : candidates_) {
    if (right == most && begins(place, code, offset_in(number))) offset = offset_in(number);
  }
  if (candidates_.size() > 1 && most >= kCertain) {
    std::erase_if(candidates_, [most](const auto& candidate) { return candidate.second < most; });
  }
  return offset;
}

}  // namespace epysim::hostlink
