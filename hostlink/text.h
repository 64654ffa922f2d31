#pragma once
// How values look as text, in each dialect, and how typed-in text becomes a value.
//
//               legacy      modern
//   int         %d          %d
//   real        %f          shortest text that reads back as the same float32, at least one decimal
//   bool        true        True
//   none        NONE        None
//   list        [1, 2]      [1, 2]      strings inside in single quotes; several dimensions nested
//   function    <function name>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/values.h"
#include "vm/compiler/dialect.h"

namespace epysim::hostlink {

using compiler::Dialect;

class Formatter {
 public:
  using FunctionName = std::function<std::string(std::uint32_t index)>;
  using ReferenceData = std::function<Value(const Reference&)>;

  /// Either callback may be empty: functions then show their index, references their id.
  explicit Formatter(Dialect dialect, FunctionName function_name = {}, ReferenceData reference_data = {})
      : dialect_(dialect), function_name_(std::move(function_name)), reference_data_(std::move(reference_data)) {}

  std::string text(const Value& value) const;
  /// One printed line: the values with blanks between.
  std::string line(const std::vector<Value>& values) const;

 private:
  void append(std::string& out, const Value& value, bool inside) const;
  void append_list(std::string& out, const List& list, std::size_t dimension, std::size_t& next) const;

  Dialect dialect_;
  FunctionName function_name_;
  ReferenceData reference_data_;
};

/// Shortest text that reads back as the same float32, laid out as Python lays out a float.
std::string shortest_real(float value);

/// The value that a line of input stands for: an int when it is one and fits 32 bits, a real when it is a number,
/// else the text itself. Sign, exponent and blanks around a number are allowed.
Value typed_by_content(const std::string& text);

/// What Python's float() makes of a text: blanks around it, "inf" and "nan" are allowed. Nothing when it is no number.
std::optional<float> parse_real(const std::string& text);

}  // namespace epysim::hostlink
