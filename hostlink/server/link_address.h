#pragma once
// Where a server listens and how a client gets there: "unix:PATH", "tcp://HOST:PORT", "tls://HOST:PORT" (TCP with TLS).

#include <cstdint>
#include <filesystem>
#include <string>

namespace epysim::hostlink {

struct LinkAddress {
  enum class Scheme { Unix, Tcp, Tls };
  Scheme scheme = Scheme::Unix;
  std::filesystem::path path = {};  // Unix
  std::string host = {};            // the others: a name, an IPv4 address, or an IPv6 address (written in brackets)
  std::uint16_t port = 0;           // 0: any free one
};

/// Throws UsageError that says what was expected.
LinkAddress parse_link_address(const std::string& text);
std::string to_text(const LinkAddress& address);

}  // namespace epysim::hostlink
