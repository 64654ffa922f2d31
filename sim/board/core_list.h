#pragma once
// Which cores a user means: `--cores 4`, `--cores 0,1,5-9`, `--cores all`.

#include <string_view>
#include <vector>

namespace epysim::board {

/// Core numbers in ascending order. A lone number is a count ("4": cores 0 to 3), except "0", which is core 0, as no cores at all
/// means nothing; anything with a comma or a dash is a list of numbers and ranges; "all" is every core. "3," is core 3 alone.
/// Throws UsageError that quotes the text: empty, not a number, more cores than the board has, a core named twice, a range backwards.
std::vector<int> parse_cores(std::string_view text, int core_count);

}  // namespace epysim::board
