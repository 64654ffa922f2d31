#pragma once
// Entries of a recording as lines for people.

#include <string>

#include "hostlink/recording/entry.h"
#include "hostlink/recording/places.h"

namespace epysim::hostlink {

/// What happened, without time and core: "request 4: print 2 values".
std::string what_happened(const Entry& entry, const Places& places);
/// The core an entry is about; -1: none.
int core_of(const Entry& entry, const Places& places);
/// "    17        43429  core  3  request 4: print 2 values"; the head of such a table is kListingHead.
std::string listing_line(std::size_t number, const Entry& entry, const Places& places);
inline constexpr const char* kListingHead = "  entry         cycle           what";

/// "0a 00 00 00", of at most `most` bytes.
std::string hex_bytes(std::span<const std::byte> data, std::size_t most = 16);

}  // namespace epysim::hostlink
