#pragma once
// Integers as people write them where JSON and the command line have no notation for it.

#include <cstdint>
#include <optional>
#include <string_view>

namespace epysim::core {

/// "600", "-5", "0x8e000000", "32M" (K, M, G are powers of 1024); nothing for anything else or beyond 64 bits.
std::optional<std::int64_t> integer_from_text(std::string_view text);

}  // namespace epysim::core
