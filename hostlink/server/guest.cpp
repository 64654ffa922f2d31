#include "hostlink/server/guest.h"

#include <utility>

#include "hostlink/server/token.h"

namespace epysim::hostlink {
namespace {

constexpr std::size_t kGreetingBytes = 4096;
constexpr auto kGreetingTime = std::chrono::seconds(10);
constexpr auto kFarewellTime = std::chrono::seconds(2);

}  // namespace

Frame error_frame(std::uint32_t request, const char* kind, const std::string& message) {
  return {FrameType::Error, request, {{"kind", kind}, {"message", message}}, {}};
}

Guest::Guest(boost::asio::io_context& context, std::unique_ptr<Connection> connection, std::optional<std::string> token)
    : connection_(std::move(connection)), token_(std::move(token)), timer_(context) {
  reader_.limit(kGreetingBytes);
}

void Guest::start(Outcome outcome) {
  outcome_ = std::move(outcome);
  timer_.expires_after(kGreetingTime);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code stopped) {
    if (!stopped) self->leave();
  });
  connection_->async_handshake([self = shared_from_this()](boost::system::error_code failure) {
    if (failure) return self->leave();
    self->read();
  });
}

void Guest::read() {
  connection_->async_read_some(reader_.room(kGreetingBytes),
                               [self = shared_from_this()](boost::system::error_code failure, std::size_t bytes) {
                                 if (failure) return self->leave();
                                 self->take(bytes);
                               });
}

void Guest::take(std::size_t bytes) {
  reader_.arrived(bytes);
  try {
    std::optional<Frame> frame = reader_.next();
    if (!frame) return read();
    if (frame->type != FrameType::Hello) return refuse("protocol", "the first request must be hello");
    hello_ = std::move(*frame);
    reader_.limit(kMaxFrameBytes);
  } catch (const FrameError& error) {
    return refuse("protocol", error.what());
  }
  if (token_) {
    const auto given = hello_.body.find("token");
    const bool there = given != hello_.body.end() && given->is_string();
    if (!there || !is_token(*token_, given->get<std::string>())) {
      return refuse("token", std::string(there ? "this is not the server's token" : "this server wants a token") +
                                 ": let EPYTHON_TOKEN be what is in the file that it named when it started");
    }
  }
  timer_.cancel();
  if (outcome_) outcome_(*this, Event::Greeted);
}

void Guest::refuse(const char* kind, const std::string& message) {
  answer_ = encode(error_frame(hello_.request, kind, message));
  timer_.expires_after(kFarewellTime);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code stopped) {
    if (!stopped) self->leave();
  });
  connection_->async_write(answer_, [self = shared_from_this()](boost::system::error_code failure, std::size_t) {
    if (failure) return self->leave();
    boost::system::error_code ignored;
    self->connection_->socket().shutdown(Connection::Socket::shutdown_send, ignored);
    self->discard();
  });
}

/// What has been sent and nobody will read: a socket that is closed over it would take the answer back.
void Guest::discard() {
  piece_.resize(kGreetingBytes);
  connection_->async_read_some(piece_, [self = shared_from_this()](boost::system::error_code failure, std::size_t) {
    if (failure) return self->leave();
    self->discard();
  });
}

void Guest::leave() {
  abandon();
  if (const Outcome outcome = std::exchange(outcome_, nullptr)) outcome(*this, Event::Left);
}

void Guest::abandon() {
  timer_.cancel();
  boost::system::error_code ignored;
  connection_->socket().close(ignored);
}

}  // namespace epysim::hostlink
