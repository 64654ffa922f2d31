#include "hostlink/server/listener.h"

#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "sim/core/error.h"

namespace epysim::hostlink {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;

Listener::Listener(asio::io_context& context, LinkAddress address) : address_(std::move(address)), acceptor_(context) {
  if (address_.scheme == LinkAddress::Scheme::Unix) {
    listen_unix(context);
  } else {
    listen_tcp(context);
  }
}

Listener::~Listener() {
  std::error_code ignored;
  if (owned_) std::filesystem::remove(address_.path, ignored);
}

void Listener::abandon() {
  owned_ = false;
  acceptor_.close();
}

void Listener::listen_unix(asio::io_context& context) {
  const std::filesystem::path& path = address_.path;
  if (path.native().size() >= sizeof(sockaddr_un::sun_path)) {
    throw UsageError("socket path " + path.string() + " is too long: " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) +
                     " bytes are allowed");
  }
  const stream_protocol::endpoint endpoint(path.string());
  if (std::filesystem::exists(path)) {
    if (!std::filesystem::is_socket(path)) throw UsageError(path.string() + " exists and is not a socket; choose another path");
    boost::system::error_code refused;
    stream_protocol::socket probe(context);
    probe.connect(endpoint, refused);
    if (!refused) throw UsageError("another server is listening on " + path.string());
    std::filesystem::remove(path);
  }
  boost::system::error_code failure;
  acceptor_.open(endpoint.protocol());
  const mode_t before = ::umask(0077);  // the socket is its user's alone
  acceptor_.bind(endpoint, failure);
  ::umask(before);
  if (failure) throw UsageError("cannot listen on " + path.string() + ": " + failure.message());
  owned_ = true;
  acceptor_.listen();
}

void Listener::listen_tcp(asio::io_context& context) {
  const std::string where = to_text(address_);
  boost::system::error_code failure;
  const auto found = tcp::resolver(context).resolve(address_.host, std::to_string(address_.port),
                                                    tcp::resolver::passive | tcp::resolver::numeric_service, failure);
  if (failure || found.empty()) throw UsageError("cannot listen on " + where + ": " + failure.message());
  const tcp::endpoint endpoint = found.begin()->endpoint();
  private_ = endpoint.address().is_loopback();
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(asio::socket_base::reuse_address(true));
  acceptor_.bind(endpoint, failure);
  if (failure) throw UsageError("cannot listen on " + where + ": " + failure.message());
  acceptor_.listen();
  tcp::endpoint bound;
  bound.resize(acceptor_.local_endpoint().size());
  std::memcpy(bound.data(), acceptor_.local_endpoint().data(), bound.size());
  address_.port = bound.port();
}

}  // namespace epysim::hostlink
