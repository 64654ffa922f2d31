#include "sim/core/nearest.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace epysim::core {
namespace {

std::string low(const std::string& text) {
  std::string out = text;
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Levenshtein distance, one row at a time.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t most = word.size() / 3 + 1;  // more than this is another word
  for (const std::string& candidate : candidates) {
    if (candidate == word || candidate.size() > word.size() + most) continue;
    const std::size_t d = distance(low(word), low(candidate));
    if (d > most || (d == most && !best.empty()) || d >= candidate.size()) continue;
    most = d;
    best = candidate;
  }
  return best;
}

}  // namespace epysim::core
