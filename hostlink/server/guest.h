#pragma once
// A connection from which nothing is known yet, in the listening process: it has a few seconds and a few KB to say hello, and the token
// where one is needed.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/protocol.h"
#include "hostlink/server/connection.h"

namespace epysim::hostlink {

Frame error_frame(std::uint32_t request, const char* kind, const std::string& message);

class Guest : public std::enable_shared_from_this<Guest> {
 public:
  enum class Event {
    Greeted,  // it has said hello, rightly; whoever is told may refuse() it
    Left      // the connection is closed
  };
  using Outcome = std::function<void(Guest& guest, Event event)>;

  Guest(boost::asio::io_context& context, std::unique_ptr<Connection> connection, std::optional<std::string> token);

  void start(Outcome outcome);
  /// Says why, and closes; takes its time, so that the other side gets to read it.
  void refuse(const char* kind, const std::string& message);
  /// Closes.
  void leave();
  /// In another process after a fork: this one's descriptor is not its business.
  void abandon();

  Connection& connection() { return *connection_; }
  const Frame& hello() const { return hello_; }
  /// What has come behind the hello.
  FrameReader& rest() { return reader_; }

 private:
  void read();
  void take(std::size_t bytes);
  void discard();

  std::unique_ptr<Connection> connection_;
  std::optional<std::string> token_;
  boost::asio::steady_timer timer_;  // closes a connection that takes too long
  Outcome outcome_;
  FrameReader reader_;
  Frame hello_;
  std::vector<std::byte> piece_, answer_;
};

}  // namespace epysim::hostlink
