#include "sim/core/integer_text.h"

#include <charconv>

namespace epysim::core {

std::optional<std::int64_t> integer_from_text(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::int64_t scale = 1;
  if (text.ends_with('K') || text.ends_with('M') || text.ends_with('G')) {
    scale = text.back() == 'K' ? 1 << 10 : text.back() == 'M' ? 1 << 20 : 1 << 30;
    text.remove_suffix(1);
  }
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || text.front() == '-') return std::nullopt;
  if (__builtin_mul_overflow(value, negative ? -scale : scale, &value)) return std::nullopt;
  return value;
}

}  // namespace epysim::core
