#include "hostlink/server/link_address.h"

#include <charconv>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw UsageError("'" + text + "' is not an address to listen on: " + why + "; expected unix:PATH, tcp://HOST:PORT or tls://HOST:PORT");
}

std::uint16_t port_of(const std::string& text, const std::string& digits) {
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, port);
  if (digits.empty() || error != std::errc() || at != end) refuse(text, "'" + digits + "' is not a port (0 to 65535)");
  return port;
}

}  // namespace

LinkAddress parse_link_address(const std::string& text) {
  const std::string unix_scheme = "unix:", tcp = "tcp://", tls = "tls://";
  LinkAddress address;
  if (text.starts_with(unix_scheme)) {
    address.path = text.substr(unix_scheme.size());
    if (address.path.empty()) refuse(text, "the path is missing");
    return address;
  }
  if (!text.starts_with(tcp) && !text.starts_with(tls)) refuse(text, "it begins with no scheme that is known");
  address.scheme = text.starts_with(tls) ? LinkAddress::Scheme::Tls : LinkAddress::Scheme::Tcp;
  const std::string rest = text.substr(tcp.size());
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string::npos || rest.find(']', colon) != std::string::npos) refuse(text, "the port is missing");
  address.host = rest.substr(0, colon);
  address.port = port_of(text, rest.substr(colon + 1));
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    refuse(text, "an IPv6 address stands in brackets");
  }
  if (address.host.empty()) refuse(text, "the host is missing (127.0.0.1 for this machine only, 0.0.0.0 for all)");
  return address;
}

std::string to_text(const LinkAddress& address) {
  if (address.scheme == LinkAddress::Scheme::Unix) return "unix:" + address.path.string();
  const std::string host = address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
  return (address.scheme == LinkAddress::Scheme::Tls ? "tls://" : "tcp://") + host + ":" + std::to_string(address.port);
}

}  // namespace epysim::hostlink
