#pragma once
// "Did you mean ...?": the candidate that a mistyped word resembles most.

#include <string>
#include <vector>

namespace epysim::core {

/// The candidate with the smallest edit distance to `word`, upper and lower case being the same; empty when it would take more edits
/// than one and a third of the word's length. Of equally near ones the first.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace epysim::core
