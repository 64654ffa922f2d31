#pragma once
// "Did you mean ...?" for misspelt names.

#include <string>
#include <vector>

namespace epysim::compiler {

/// The candidate with the fewest single-letter edits to `name` (case does not count), when those are few for its length; else empty.
std::string closest(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace epysim::compiler
