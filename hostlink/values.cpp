#include "hostlink/values.h"

#include <bit>
#include <cstring>

#include "hostlink/device_format.h"
#include "hostlink/memory.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr int kDeepest = 32;
constexpr std::uint64_t kMostElements = 1u << 20;  // more than a core's heaps hold
constexpr std::uint64_t kMostBytes = 32u << 20;    // as much as all memory of a board, once
constexpr std::uint32_t kLongestString = 1u << 20;

[[noreturn]] void damaged(const std::string& what) { throw ProgramError("damaged value in a core's memory: " + what); }

std::string hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", static_cast<unsigned>(value));
  return text;
}

}  // namespace

std::vector<std::byte> ValueReader::fetch(Address address, std::size_t bytes, const char* what) {
  if (bytes == 0) return {};  // an empty list may have no payload at all
  if (bytes_ + bytes > kMostBytes) damaged("more data than memory holds");
  try {
    std::vector<std::byte> data = read_bytes(device_, global_address(address, window_), bytes);
    bytes_ += bytes;
    add_read(cost_, device_, address, bytes);
    return data;
  } catch (const UsageError&) {
    damaged(std::string(what) + " at address " + hex(address) + ", where there is no memory");
  }
}

template <typename T>
T ValueReader::fetch_as(Address address, const char* what) {
  T value;
  const std::vector<std::byte> data = fetch(address, sizeof value, what);
  std::memcpy(&value, data.data(), sizeof value);
  return value;
}

std::vector<Value> ValueReader::read_all(std::uint32_t count, Address words, Address tags) {
  if (count > 0xffff) damaged(std::to_string(count) + " values at once");
  const std::vector<std::byte> word_bytes = fetch(words, std::size_t{count} * 4, "values");
  const std::vector<std::byte> tag_bytes = fetch(tags, count, "tags");
  std::vector<Value> values;
  values.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t word;
    std::memcpy(&word, word_bytes.data() + std::size_t{i} * 4, sizeof word);
    values.push_back(read(std::to_integer<std::uint32_t>(tag_bytes[i]), word, 0));
  }
  return values;
}

Value ValueReader::read(std::uint32_t tag, std::uint32_t word, int depth) {
  if (depth > kDeepest) damaged("lists nested deeper than " + std::to_string(kDeepest));
  if (++elements_ > kMostElements) damaged("more elements than memory holds");
  switch (tag) {
    case EPY_INT:
      return static_cast<std::int32_t>(word);
    case EPY_REAL:
      return std::bit_cast<float>(word);
    case EPY_BOOL:
      return word != 0;
    case EPY_NONE:
    case EPY_UNSET:
      return None{};
    case EPY_FUNCTION:
      return Function{word};
    case EPY_STRING:
      return read_string(word);
    case EPY_LIST:
      return read_list(word, depth);
    case EPY_EXTERNAL:
      return read_external(word);
    default:
      damaged("unknown tag " + std::to_string(tag));
  }
}

Value ValueReader::read_string(Address address) {
  const auto bytes = fetch_as<std::uint32_t>(address, "a string");
  if (bytes > kLongestString) damaged("a string of " + std::to_string(bytes) + " bytes");
  const std::vector<std::byte> text = fetch(address + 4, bytes, "a string");
  return std::string(reinterpret_cast<const char*>(text.data()), text.size());
}

Value ValueReader::read_list(Address address, int depth) {
  const auto header = fetch_as<epy_list>(address, "a list");
  if (header.length > kMostElements || header.length > header.capacity) damaged("a list of " + std::to_string(header.length) + " elements");
  if (header.dimensions == 0 || header.dimensions > EPY_MAX_DIMENSIONS) damaged(std::to_string(header.dimensions) + " dimensions");
  List list;
  list.element_tag = header.element_tag;
  list.uniform = header.element_tag != EPY_MIXED;
  if (header.dimensions == 1) {
    list.shape = {header.length};
  } else {
    std::uint64_t product = 1;
    for (std::uint32_t d = 0; d < header.dimensions; ++d) {
      const auto extent = fetch_as<std::uint32_t>(address + static_cast<Address>(sizeof(epy_list)) + 4 * d, "an extent");
      product *= extent;
      if (product > kMostElements) damaged("extents larger than memory");
      list.shape.push_back(extent);
    }
    if (product != header.length) list.shape = {header.length};
  }
  const std::vector<std::byte> words = fetch(header.payload, std::size_t{header.length} * 4, "list elements");
  std::vector<std::byte> tags;
  if (!list.uniform) tags = fetch(header.payload + header.capacity * 4, header.length, "element tags");
  list.elements.reserve(header.length);
  for (std::uint32_t i = 0; i < header.length; ++i) {
    std::uint32_t word;
    std::memcpy(&word, words.data() + std::size_t{i} * 4, sizeof word);
    const std::uint32_t tag = list.uniform ? header.element_tag : std::to_integer<std::uint32_t>(tags[i]);
    list.elements.push_back(read(tag, word, depth + 1));
  }
  return list;
}

Value ValueReader::read_external(Address address) {
  const auto external = fetch_as<epy_external>(address, "a reference");
  return Reference{external.reference, external.length};
}

TaggedWord encode_scalar(const Value& value) {
  struct Encoder {
    TaggedWord operator()(None) const { return {EPY_NONE, 0}; }
    TaggedWord operator()(std::int32_t number) const { return {EPY_INT, static_cast<std::uint32_t>(number)}; }
    TaggedWord operator()(float number) const { return {EPY_REAL, std::bit_cast<std::uint32_t>(number)}; }
    TaggedWord operator()(bool truth) const { return {EPY_BOOL, truth ? 1u : 0u}; }
    TaggedWord operator()(Function function) const { return {EPY_FUNCTION, function.index}; }
    TaggedWord operator()(const std::string&) const { throw UsageError("a string cannot be passed to a kernel"); }
    TaggedWord operator()(const List&) const { throw UsageError("a list is passed to a kernel as a buffer"); }
    TaggedWord operator()(const Reference&) const { throw UsageError("a reference is not a scalar"); }
  };
  return std::visit(Encoder{}, static_cast<const Value::variant&>(value));
}

}  // namespace epysim::hostlink
