#pragma once
// What every instruction table has to hold, for the tests of any instruction set. `line_of(i)` is a line, with name, text, match and mask.

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>

namespace epysim::isa {

template <typename Lines, typename Check>
void for_each_line(std::size_t count, const Lines& line_of, const Check& check) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto& line = line_of(i);
    INFO("line " << line.name);
    check(line);
  }
}

/// "a b" for each two lines that some word belongs to both of.
template <typename Lines>
std::set<std::string> overlaps(std::size_t count, const Lines& line_of) {
  std::set<std::string> found;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      const auto& a = line_of(i);
      const auto& b = line_of(j);
      if (((a.match ^ b.match) & a.mask & b.mask) == 0) found.insert(std::string(a.name) + " " + std::string(b.name));
    }
  }
  return found;
}

/// The letters behind the percent signs of a listing template.
inline std::string directives(std::string_view text) {
  std::string letters;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '%') letters += text[++i];
  }
  return letters;
}

}  // namespace epysim::isa
