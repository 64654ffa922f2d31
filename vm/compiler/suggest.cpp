// Edit distance (Levenshtein, two rows).

#include "vm/compiler/suggest.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace epysim::compiler {

namespace {

std::string low(const std::string& text) {
  std::string out = text;
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string closest(const std::string& name, const std::vector<std::string>& candidates) {
  std::string best;
  size_t least = name.size() / 3 + 1;  // more than this is another word
  for (const std::string& candidate : candidates) {
    if (candidate == name || candidate.size() > name.size() + least || name.size() > candidate.size() + least) continue;
    const size_t d = distance(low(name), low(candidate));
    if (d > least || (d == least && !best.empty()) || d >= candidate.size()) continue;
    least = d;
    best = candidate;
  }
  return best;
}

}  // namespace epysim::compiler
