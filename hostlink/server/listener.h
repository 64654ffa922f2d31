#pragma once
// What clients connect to: a Unix socket, there while this lives, or a TCP port.

#include <utility>

#include <boost/asio.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include "hostlink/server/link_address.h"

namespace epysim::hostlink {

class Listener {
 public:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

  /// A socket file that a killed server left behind is replaced, anything else is not. Throws UsageError (no such host, port taken, path
  /// too long ...).
  Listener(boost::asio::io_context& context, LinkAddress address);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  Acceptor& acceptor() { return acceptor_; }
  /// Where clients find it: with the port that it got.
  const LinkAddress& address() const { return address_; }
  /// Nobody on another machine can connect.
  bool is_private() const { return private_; }
  /// In a client's process: the socket is not its business.
  void abandon();

 private:
  void listen_unix(boost::asio::io_context& context);
  void listen_tcp(boost::asio::io_context& context);

  LinkAddress address_;
  Acceptor acceptor_;
  bool owned_ = false;  // the socket file
  bool private_ = true;
};

}  // namespace epysim::hostlink
