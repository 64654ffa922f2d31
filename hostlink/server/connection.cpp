#include "hostlink/server/connection.h"

#include <boost/asio/ssl/stream.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace epysim::hostlink {
namespace {

namespace asio = boost::asio;

// A connection that carries nothing is probed after 10 s, and given up after three probes without an answer.
constexpr int kProbeAfterSeconds = 10, kProbeEverySeconds = 5, kProbes = 3, kUnansweredMilliseconds = 30'000;

void set(const Connection::Socket& socket, int level, int option, int value) {
  auto& native = const_cast<Connection::Socket&>(socket);
  ::setsockopt(native.native_handle(), level, option, &value, sizeof value);
}

/// Small frames leave at once, and a machine that is switched off is noticed. Other families refuse these options, which is fine.
void prepare(const Connection::Socket& socket) {
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfterSeconds);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, kProbeEverySeconds);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, kUnansweredMilliseconds);
}

class Plain final : public Connection {
 public:
  explicit Plain(Socket socket) : socket_(std::move(socket)) {}
  Socket& socket() override { return socket_; }
  void async_handshake(std::function<void(boost::system::error_code)> done) override {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done({}); });
  }
  void async_read_some(std::span<std::byte> piece, Handler done) override {
    socket_.async_read_some(asio::buffer(piece.data(), piece.size()), std::move(done));
  }
  void async_write(std::span<const std::byte> bytes, Handler done) override {
    asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), std::move(done));
  }

 private:
  Socket socket_;
};

class Tls final : public Connection {
 public:
  Tls(Socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}
  Socket& socket() override { return stream_.next_layer(); }
  void async_handshake(std::function<void(boost::system::error_code)> done) override {
    stream_.async_handshake(asio::ssl::stream_base::server, std::move(done));
  }
  void async_read_some(std::span<std::byte> piece, Handler done) override {
    stream_.async_read_some(asio::buffer(piece.data(), piece.size()), std::move(done));
  }
  void async_write(std::span<const std::byte> bytes, Handler done) override {
    asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), std::move(done));
  }

 private:
  asio::ssl::stream<Socket> stream_;
};

struct Done {
  bool yes = false;
  boost::system::error_code failure;
  std::size_t bytes = 0;
};

void run_until(asio::io_context& context, const Done& done, Connection::Patience patience, const char* silence) {
  const auto end = std::chrono::steady_clock::now() + patience.value_or(std::chrono::milliseconds(0));
  context.restart();
  while (!done.yes) {
    if (!patience) {
      context.run_one();
    } else if (context.run_one_until(end) == 0 && std::chrono::steady_clock::now() >= end) {
      throw Silence(silence);
    }
  }
}

}  // namespace

std::size_t Connection::read_some(asio::io_context& context, std::span<std::byte> piece, Patience patience) {
  const auto done = std::make_shared<Done>();  // outlives this call when it throws
  async_read_some(piece, [done](boost::system::error_code failure, std::size_t bytes) { *done = {true, failure, bytes}; });
  run_until(context, *done, patience, "it has sent no request for too long");
  return done->failure ? 0 : done->bytes;
}

void Connection::write(asio::io_context& context, std::span<const std::byte> bytes, Patience patience) {
  const auto done = std::make_shared<Done>();
  async_write(bytes, [done](boost::system::error_code failure, std::size_t written) { *done = {true, failure, written}; });
  run_until(context, *done, patience, "it does not read what it is sent");
  if (done->failure) throw boost::system::system_error(done->failure);
}

bool Connection::hung_up() {
  pollfd state{socket().native_handle(), POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

std::unique_ptr<Connection> plain_connection(Connection::Socket socket) {
  prepare(socket);
  return std::make_unique<Plain>(std::move(socket));
}

std::unique_ptr<Connection> tls_connection(Connection::Socket socket, asio::ssl::context& context) {
  prepare(socket);
  return std::make_unique<Tls>(std::move(socket), context);
}

}  // namespace epysim::hostlink
