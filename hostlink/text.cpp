#include "hostlink/text.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace epysim::hostlink {
namespace {

std::string six_decimals(float value) {
  char text[64];
  std::snprintf(text, sizeof text, "%f", static_cast<double>(value));
  return text;
}

std::string quoted(const std::string& text) {
  const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string out(1, quote);
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == quote || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + quote;
}

/// Without blanks around it and without a leading plus, which std::from_chars does not know.
std::string trimmed_number(const std::string& text) {
  const char* const blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return {};
  std::string number = text.substr(first, text.find_last_not_of(blanks) - first + 1);
  if (number.size() > 1 && number[0] == '+' && number[1] != '-' && number[1] != '+') number.erase(0, 1);
  return number;
}

}  // namespace

std::string shortest_real(float value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  // d.ddde+xx with the fewest digits; Python's repr shows exponents only below 1e-4 and from 1e16 on.
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string scientific(buffer, end);
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  if (value != 0.0f && (exponent < -4 || exponent >= 16)) return scientific;
  std::string sign, digits;
  for (char c : scientific.substr(0, e)) {
    if (c == '-') sign = "-";
    if (c >= '0' && c <= '9') digits += c;
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  const std::string fraction = digits.substr(whole);
  return sign + digits.substr(0, whole) + "." + (fraction.empty() ? "0" : fraction);
}

std::string Formatter::text(const Value& value) const {
  std::string out;
  append(out, value, false);
  return out;
}

std::string Formatter::line(const std::vector<Value>& values) const {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ' ';
    append(out, values[i], false);
  }
  return out;
}

void Formatter::append(std::string& out, const Value& value, bool inside) const {
  const bool modern = dialect_ == Dialect::kModern;
  switch (value.index()) {
    case 0:
      out += modern ? "None" : "NONE";
      break;
    case 1:
      out += std::to_string(std::get<std::int32_t>(value));
      break;
    case 2:
      out += modern ? shortest_real(std::get<float>(value)) : six_decimals(std::get<float>(value));
      break;
    case 3:
      out += std::get<bool>(value) ? (modern ? "True" : "true") : (modern ? "False" : "false");
      break;
    case 4:
      out += inside ? quoted(std::get<std::string>(value)) : std::get<std::string>(value);
      break;
    case 5: {
      const std::uint32_t index = std::get<Function>(value).index;
      const std::string name = function_name_ ? function_name_(index) : std::string();
      out += "<function " + (name.empty() ? std::to_string(index) : name) + ">";
      break;
    }
    case 6: {
      const auto& reference = std::get<Reference>(value);
      if (reference_data_) {
        append(out, reference_data_(reference), inside);
      } else {
        out += "<reference " + std::to_string(reference.id) + ">";
      }
      break;
    }
    default: {
      std::size_t next = 0;
      append_list(out, std::get<List>(value), 0, next);
    }
  }
}

void Formatter::append_list(std::string& out, const List& list, std::size_t dimension, std::size_t& next) const {
  out += '[';
  for (std::uint32_t i = 0; i < list.shape[dimension]; ++i) {
    if (i > 0) out += ", ";
    if (dimension + 1 < list.shape.size()) {
      append_list(out, list, dimension + 1, next);
    } else {
      append(out, list.elements[next++], true);
    }
  }
  out += ']';
}

std::optional<float> parse_real(const std::string& text) {
  const std::string number = trimmed_number(text);
  float real = 0;
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, real);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::strtof(number.c_str(), nullptr);  // infinity or zero
  return real;
}

Value typed_by_content(const std::string& text) {
  const std::string number = trimmed_number(text);
  std::int32_t integer = 0;
  const char* const end = number.data() + number.size();
  if (const auto [stop, error] = std::from_chars(number.data(), end, integer); error == std::errc() && stop == end) return integer;
  // "inf" and "nan" are words here, not numbers.
  if (number.find_first_not_of("0123456789+-.eE") != std::string::npos) return text;
  if (const auto real = parse_real(number)) return *real;
  return text;
}

}  // namespace epysim::hostlink
