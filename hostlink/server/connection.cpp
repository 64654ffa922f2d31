#include "hostlink/server/connection.h"

#include <boost/asio/ssl/stream.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

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

constexpr const char* kSilent = "it has sent no request for too long";
constexpr const char* kUnread = "it does not read what it is sent";

using Clock = std::chrono::steady_clock;

/// When to give up.
class Deadline {
 public:
  explicit Deadline(Connection::Patience patience) {
    if (patience) end_ = Clock::now() + *patience;
  }
  const std::optional<Clock::time_point>& end() const { return end_; }
  /// Waits until the socket is ready for `events`, or has failed.
  void await(int socket, short events, const char* silence) const {
    pollfd state{socket, events, 0};
    while (true) {
      const int ready = ::poll(&state, 1, milliseconds_left());
      if (ready > 0) return;
      if (ready == 0 && Clock::now() >= *end_) throw Silence(silence);
      if (ready < 0 && errno != EINTR) throw boost::system::system_error(errno, boost::system::system_category());
    }
  }

 private:
  /// As poll() wants it.
  int milliseconds_left() const {
    if (!end_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end_ - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
  }

  std::optional<Clock::time_point> end_;
};

/// Reads and writes by the system's own calls: a small request and its answer cost one or two each.
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

  std::size_t read_some(std::span<std::byte> piece, Patience patience) override {
    const int socket = socket_.native_handle();
    const Deadline deadline(patience);
    while (true) {
      deadline.await(socket, POLLIN, kSilent);
      const ssize_t bytes = ::recv(socket, piece.data(), piece.size(), MSG_DONTWAIT);
      if (bytes >= 0) return static_cast<std::size_t>(bytes);
      if (!is_passing()) return 0;
    }
  }

  void write(std::span<const std::byte> first, std::span<const std::byte> second, Patience patience) override {
    const int socket = socket_.native_handle();
    const Deadline deadline(patience);
    while (!first.empty() || !second.empty()) {
      iovec pieces[] = {piece(first), piece(second)};
      msghdr message{};
      message.msg_iov = pieces;
      message.msg_iovlen = std::size(pieces);
      const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) {
        const std::size_t of_first = std::min(static_cast<std::size_t>(sent), first.size());
        first = first.subspan(of_first);
        second = second.subspan(static_cast<std::size_t>(sent) - of_first);
      } else if (is_passing()) {
        deadline.await(socket, POLLOUT, kUnread);
      } else {
        throw boost::system::system_error(errno, boost::system::system_category());
      }
    }
  }

 private:
  static iovec piece(std::span<const std::byte> bytes) { return {const_cast<std::byte*>(bytes.data()), bytes.size()}; }
  /// The last call has failed because it would have had to wait.
  static bool is_passing() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

  Socket socket_;
};

class Tls final : public Connection {
 public:
  Tls(asio::io_context& context, Socket socket, asio::ssl::context& credentials)
      : context_(context), stream_(std::move(socket), credentials) {}
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

  std::size_t read_some(std::span<std::byte> piece, Patience patience) override {
    const std::shared_ptr<Done> done = begin();
    async_read_some(piece, completion(done));
    run_until(*done, patience, kSilent);
    return done->failure ? 0 : done->bytes;
  }

  void write(std::span<const std::byte> first, std::span<const std::byte> second, Patience patience) override {
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
    const std::shared_ptr<Done> done = begin();
    asio::async_write(stream_, pieces, completion(done));
    run_until(*done, patience, kUnread);
    if (done->failure) throw boost::system::system_error(done->failure);
  }

 private:
  struct Done {
    bool yes = false;
    boost::system::error_code failure;
    std::size_t bytes = 0;
  };
  // Outlives the call when that throws.
  static std::shared_ptr<Done> begin() { return std::make_shared<Done>(); }
  static Handler completion(const std::shared_ptr<Done>& done) {
    return [done](boost::system::error_code failure, std::size_t bytes) { *done = {true, failure, bytes}; };
  }

  void run_until(const Done& done, Patience patience, const char* silence) {
    const std::optional<Clock::time_point> end = Deadline(patience).end();
    context_.restart();
    while (!done.yes) {
      if (!end) {
        context_.run_one();
      } else if (context_.run_one_until(*end) == 0 && Clock::now() >= *end) {
        throw Silence(silence);
      }
    }
  }

  asio::io_context& context_;
  asio::ssl::stream<Socket> stream_;
};

}  // namespace

bool Connection::hung_up() {
  pollfd state{socket().native_handle(), POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

std::unique_ptr<Connection> plain_connection(Connection::Socket socket) {
  prepare(socket);
  return std::make_unique<Plain>(std::move(socket));
}

std::unique_ptr<Connection> tls_connection(asio::io_context& context, Connection::Socket socket, asio::ssl::context& credentials) {
  prepare(socket);
  return std::make_unique<Tls>(context, std::move(socket), credentials);
}

}  // namespace epysim::hostlink
