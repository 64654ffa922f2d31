#pragma once
// The options of the published command, written with one dash and in any case, as those of today: -codecore, -d 4, -h 2, -pipein "print 1".

#include <string>
#include <vector>

namespace epysim::cli {

/// The arguments of `run` in today's spelling; what is not an old option stays as it is. Throws UsageError for an old option that needs
/// another command, and for one that lacks its value.
std::vector<std::string> in_todays_spelling(const std::vector<std::string>& arguments);

}  // namespace epysim::cli
