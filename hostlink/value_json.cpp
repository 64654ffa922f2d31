#include "hostlink/value_json.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "hostlink/fields.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

using nlohmann::json;

json encode_real(float value) {
  if (std::isnan(value)) return {{"real", "nan"}};
  if (std::isinf(value)) return {{"real", value < 0 ? "-inf" : "inf"}};
  return static_cast<double>(value);
}

class Encoder {
 public:
  Encoder(Block& binary, const Program& program, const References& references)
      : binary_(binary), program_(program), references_(references) {}

  json operator()(const Value& value) const { return std::visit(*this, static_cast<const Value::variant&>(value)); }
  json operator()(None) const { return nullptr; }
  json operator()(std::int32_t number) const { return number; }
  json operator()(float number) const { return encode_real(number); }
  json operator()(bool truth) const { return truth; }
  json operator()(const std::string& text) const { return text; }
  json operator()(Function function) const {
    const std::string name = program_.function_name(function.index);
    return {{"function", name.empty() ? std::to_string(function.index) : name}};
  }
  json operator()(const Reference& reference) const {
    const auto id = references_.id_of(reference.id);
    return {{"reference", id ? json(*id) : json(nullptr)}};
  }
  json operator()(const List& list) const {
    const bool plain = list.uniform && (list.element_tag == EPY_INT || list.element_tag == EPY_REAL || list.element_tag == EPY_BOOL);
    if (!plain || list.elements.empty()) {
      std::size_t next = 0;
      return {{"list", nested(list, 0, next)}};
    }
    std::vector<std::uint32_t> words;
    words.reserve(list.elements.size());
    for (const Value& element : list.elements) words.push_back(encode_scalar(element).word);
    json array = {{"dtype", dtype_name(list.element_tag)}, {"shape", list.shape}};
    attach(array, binary_, words);
    return {{"array", std::move(array)}};
  }

 private:
  json nested(const List& list, std::size_t dimension, std::size_t& next) const {
    json items = json::array();
    for (std::uint32_t i = 0; i < list.shape[dimension]; ++i) {
      if (dimension + 1 < list.shape.size()) {
        items.push_back({{"list", nested(list, dimension + 1, next)}});
      } else {
        items.push_back((*this)(list.elements[next++]));
      }
    }
    return items;
  }

  Block& binary_;
  const Program& program_;
  const References& references_;
};

float parse_special(const json& value, const std::string& what) {
  if (value == "nan") return std::bit_cast<float>(0x7fc00000u);
  if (value == "inf") return std::numeric_limits<float>::infinity();
  if (value == "-inf") return -std::numeric_limits<float>::infinity();
  throw UsageError(what + ": \"real\" must be \"nan\", \"inf\" or \"-inf\"");
}

BufferArgument decode_reference(const json& argument, const std::string& what) {
  Fields fields(argument, what);
  BufferArgument buffer;
  buffer.id = static_cast<std::uint32_t>(fields.integer("reference", 1, INT32_MAX));
  buffer.read_only = fields.boolean("read_only", false);
  if (const json* given = fields.find("prefetch")) {
    Fields setting(*given, what + ": prefetch");
    Prefetch prefetch;
    prefetch.argument = setting.text("argument");
    prefetch.buffer = static_cast<std::uint32_t>(setting.integer("buffer", 1, INT32_MAX));
    prefetch.elements = static_cast<std::uint32_t>(setting.integer("elements", 1, prefetch.buffer));
    prefetch.distance = static_cast<std::uint32_t>(setting.integer("distance", 0, INT32_MAX));
    setting.done();
    buffer.prefetch = std::move(prefetch);
  }
  fields.done();
  return buffer;
}

}  // namespace

const char* dtype_name(std::uint8_t element_tag) {
  return element_tag == EPY_REAL ? "float32" : element_tag == EPY_BOOL ? "bool" : "int32";
}

std::uint8_t parse_dtype(const std::string& name) {
  if (name == "int32") return EPY_INT;
  if (name == "float32") return EPY_REAL;
  if (name == "bool") return EPY_BOOL;
  throw UsageError("\"" + name + "\" is not a dtype; use int32, float32 or bool");
}

void attach(json& where, Block& binary, std::span<const std::uint32_t> words) {
  const std::span<std::uint32_t> place = attach(where, binary, words.size());
  std::copy(words.begin(), words.end(), place.begin());
}

void lend(json& where, Block& binary, std::span<const std::uint32_t> words) {
  if (!binary.empty()) return attach(where, binary, words);
  where["offset"] = 0;
  where["bytes"] = words.size_bytes();
  binary = Block::lent(std::as_bytes(words));
}

std::span<std::uint32_t> attach(json& where, Block& binary, std::size_t count) {
  where["offset"] = binary.size();
  where["bytes"] = count * 4;
  return {reinterpret_cast<std::uint32_t*>(binary.extend(count * 4).data()), count};
}

json encode_value(const Value& value, Block& binary, const Program& program, const References& references) {
  return Encoder(binary, program, references)(value);
}

KernelArgument decode_argument(const json& argument, const std::string& what, const Program& program) {
  if (argument.is_null()) return Value(None{});
  if (argument.is_boolean()) return Value(argument.get<bool>());
  if (argument.is_number_integer()) {
    const bool fits = argument.is_number_unsigned()
                          ? argument.get<std::uint64_t>() <= INT32_MAX
                          : argument.get<std::int64_t>() >= INT32_MIN && argument.get<std::int64_t>() <= INT32_MAX;
    if (!fits) throw UsageError(what + " is " + argument.dump() + ", which does not fit the device's 32-bit integers");
    return Value(argument.get<std::int32_t>());
  }
  if (argument.is_number_float()) return Value(static_cast<float>(argument.get<double>()));
  if (argument.is_object() && argument.contains("reference")) return decode_reference(argument, what);
  if (argument.is_object() && argument.size() == 1) {
    const std::string key = argument.begin().key();
    const json& value = argument.begin().value();
    if (key == "real") return Value(parse_special(value, what));
    if (key == "function" && value.is_string()) {
      const auto found = program.image().exports.find(value.get<std::string>());
      if (found != program.image().exports.end()) return Value(Function{found->second});
      throw UsageError(what + ": the program has no function " + value.get<std::string>());
    }
  }
  throw UsageError(what + " cannot be passed to a kernel: numbers, true, false, null, {\"real\"}, {\"reference\"} and {\"function\"} can");
}

json encode_failure(const Failure& failure, double clock_hz) {
  json out = {{"class", failure.error_class},
              {"message", failure.message},
              {"kernel", failure.kernel},
              {"function", failure.function},
              {"core", failure.core},
              {"cycle", failure.cycle},
              {"seconds", static_cast<double>(failure.cycle) / clock_hz},
              {"text", sentence(failure)}};
  if (!failure.file.empty()) {
    out["file"] = failure.file;
    out["line"] = failure.line;
  }
  return out;
}

}  // namespace epysim::hostlink
