#pragma once
// One accepted connection: a stream of bytes, over a Unix socket, over TCP, or over TLS on TCP.
//
// The listening process talks to it without ever waiting (async_ ...); the process of its board reads and writes one thing at a time, with
// a limit of time for each.

#include <utility>

#include <boost/asio.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>

namespace epysim::hostlink {

/// The other side has not read, or sent, anything for too long.
class Silence : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Connection {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Handler = std::function<void(boost::system::error_code failure, std::size_t bytes)>;
  using Patience = std::optional<std::chrono::milliseconds>;  // nothing: for ever

  virtual ~Connection() = default;

  virtual Socket& socket() = 0;
  /// Has to be done before anything is read or written. At once when there is no TLS.
  virtual void async_handshake(std::function<void(boost::system::error_code)> done) = 0;
  virtual void async_read_some(std::span<std::byte> piece, Handler done) = 0;
  /// All of it.
  virtual void async_write(std::span<const std::byte> bytes, Handler done) = 0;

  /// Bytes read, at least 1; 0 when the other side has closed. Throws Silence.
  virtual std::size_t read_some(std::span<std::byte> piece, Patience patience) = 0;
  /// Both, one after the other. Throws Silence, and boost::system::system_error when the other side is gone.
  virtual void write(std::span<const std::byte> first, std::span<const std::byte> second, Patience patience) = 0;
  /// The other side has closed, or is gone altogether.
  bool hung_up();
};

/// For a socket of a Unix or TCP acceptor. With TCP the system notices within a minute when the other machine is gone.
std::unique_ptr<Connection> plain_connection(Connection::Socket socket);
std::unique_ptr<Connection> tls_connection(boost::asio::io_context& context, Connection::Socket socket,
                                           boost::asio::ssl::context& credentials);

}  // namespace epysim::hostlink
