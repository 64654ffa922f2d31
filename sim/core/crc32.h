#pragma once
// CRC-32 as zlib and Ethernet have it (polynomial 0x04c11db7, reflected), eight bytes at a time.

#include <cstddef>
#include <cstdint>
#include <span>

namespace epysim::core {

/// Of bytes that follow those of which `before` is the sum; 0 for none.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace epysim::core
