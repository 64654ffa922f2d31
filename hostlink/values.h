#pragma once
// Values of the device language on the host: taken out of a core's memory, printed, sent to clients.
//
// What a core's memory says is not trusted: a damaged list must not be able to crash or stall the host, so every
// read is bounded (depth, elements) and an address nobody answers becomes a ProgramError.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "hostlink/device.h"

namespace epysim::hostlink {

struct Value;

struct None {
  bool operator==(const None&) const = default;
};
struct Function {
  std::uint32_t index = 0;
  bool operator==(const Function&) const = default;
};
/// Data that stays on the host or in shared memory; see references.h.
struct Reference {
  std::uint32_t id = 0;
  std::uint32_t length = 0;
  bool operator==(const Reference&) const = default;
};
/// A list or an array: `elements` row-major over `shape` (one entry for a plain list).
struct List {
  std::vector<std::uint32_t> shape;
  std::vector<Value> elements;
  bool uniform = false;  // every element has the tag `element_tag`
  std::uint8_t element_tag = 0;
  bool operator==(const List&) const = default;
};

struct Value : std::variant<None, std::int32_t, float, bool, std::string, Function, Reference, List> {
  using variant::variant;
};

/// Takes values out of one core's memory.
class ValueReader {
 public:
  /// `window` is where that core's local memory lies in the address space of all cores.
  ValueReader(Device& device, Address window) : device_(device), window_(window) {}

  /// Throws ProgramError for a value that makes no sense (unknown tag, dangling address, nested too deeply).
  Value read(std::uint32_t tag, std::uint32_t word) { return read(tag, word, 0); }
  /// `count` values whose words and tags lie at these addresses (tags are bytes).
  std::vector<Value> read_all(std::uint32_t count, Address words, Address tags);
  /// What this reader has copied from the device so far.
  const host::ServiceCost& cost() const { return cost_; }

 private:
  Value read(std::uint32_t tag, std::uint32_t word, int depth);
  Value read_string(Address address);
  Value read_list(Address address, int depth);
  Value read_external(Address address);
  std::vector<std::byte> fetch(Address address, std::size_t bytes, const char* what);
  template <typename T>
  T fetch_as(Address address, const char* what);

  Device& device_;
  Address window_;
  host::ServiceCost cost_;
  std::uint64_t bytes_ = 0;
  std::uint64_t elements_ = 0;
};

/// Tag and word of a scalar as it travels to a core. Throws UsageError for a value that is not a scalar.
struct TaggedWord {
  std::uint32_t tag = 0;
  std::uint32_t word = 0;
};
TaggedWord encode_scalar(const Value& value);

}  // namespace epysim::hostlink
