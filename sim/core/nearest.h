#pragma once
// "Did you mean ...?": the candidate that a mistyped word resembles most.

#include <string>
#include <vector>

namespace epysim::core {

/// The candidate with the smallest edit distance to `word`, if that is at most a third of the word's length (and at least 2 are
/// allowed); empty when nothing is near. Of equally near ones the first.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace epysim::core
