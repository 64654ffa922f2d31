#pragma once
// The secret that a client of a TCP server has to know. It lies in a file that only its owner can read.

#include <filesystem>
#include <string>

namespace epysim::hostlink {

/// $XDG_CONFIG_HOME/epysim/token, or ~/.config/epysim/token. Throws UsageError when there is no home folder.
std::filesystem::path default_token_file();

/// The token in `file`; made there, of 256 random bits, when there is no such file. Throws UsageError when it cannot be read or
/// written, is empty, or can be read by others.
std::string token_from(const std::filesystem::path& file);

/// Takes as long for every text that is not `token`.
bool is_token(const std::string& token, const std::string& text);

}  // namespace epysim::hostlink
