#pragma once
// SHA-256 as 64 hexadecimal digits: whether a file is still the one that was used.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace epysim::hostlink {

std::string sha256(std::span<const std::byte> bytes);
/// Of a file's contents. Throws UsageError when it cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace epysim::hostlink
