#pragma once
// The validation results as one HTML file that opens from disk: bench/validate/page.html with the results put in.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace epysim::cli {

/// Throws UsageError when the file cannot be written.
void write_validation_page(const std::filesystem::path& file, const nlohmann::ordered_json& document);

}  // namespace epysim::cli
