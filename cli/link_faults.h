#pragma once
// Commands that have a board but no host of ours, and no link to one.

#include <string>

namespace epysim::core {
class Config;
}

namespace epysim::cli {

/// Throws UsageError for a fault of host or links in the configuration's section "faults" (docs/faults.md), which would never happen;
/// `who` has none of them. The rest of the section is the board's.
void refuse_link_faults(const core::Config& config, const std::string& who);

}  // namespace epysim::cli
