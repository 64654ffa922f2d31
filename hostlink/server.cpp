// serve() of run.h: listens on a Unix socket and gives each client a process with a board of its own.
//
// The listening process stays small: it accepts, tells a second client that the board is taken, watches for signals and for the process
// it was started for, and removes the socket. Whatever happens to a board, a simulator fault included, ends only that client's process.

#include <utility>

#include <boost/asio.hpp>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "hostlink/protocol.h"
#include "hostlink/run.h"
#include "hostlink/session.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using Socket = stream_protocol::socket;

constexpr auto kParentCheck = std::chrono::milliseconds(500);

/// The client has closed its side, or is gone altogether.
bool hung_up(Socket& socket) {
  pollfd state{socket.native_handle(), POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void send(Socket& socket, const Frame& frame) {
  const std::vector<std::byte> bytes = encode(frame);
  asio::write(socket, asio::buffer(bytes));
}

Frame error_frame(std::uint32_t request, const char* kind, const std::string& message) {
  return {FrameType::Error, request, {{"kind", kind}, {"message", message}}, {}};
}

/// Reads and answers requests until the client is gone or the session is over.
void converse(Socket& socket, Session& session) {
  FrameReader reader;
  std::array<std::byte, 1 << 16> piece;
  while (true) {
    try {
      while (const std::optional<Frame> request = reader.next())
        if (!session.handle(*request)) return;
    } catch (const FrameError& error) {
      send(socket, error_frame(0, "protocol", error.what()));
      return;
    }
    boost::system::error_code failure;
    const std::size_t bytes = socket.read_some(asio::buffer(piece), failure);
    if (failure) return;
    reader.append(std::span(piece).first(bytes));
  }
}

/// The life of a client's process. Returns its exit code.
int serve_client(Socket& socket, const ServeRequest& request) {
  try {
    Session session(
        request.machine, [&](const Frame& frame) { send(socket, frame); }, [&] { return hung_up(socket); });
    try {
      converse(socket, session);
    } catch (const boost::system::system_error&) {
      // the client went away while it was sent something
    }
    const std::optional<nlohmann::ordered_json> statistics = session.statistics();
    if (request.keep_statistics && statistics) request.keep_statistics(*statistics);
    return 0;
  } catch (const UsageError& error) {
    std::cerr << "epysim: " << error.what() << std::endl;
    return 2;
  } catch (const std::exception& error) {
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(encode(error_frame(0, "internal", error.what()))), ignored);
    std::cerr << "epysim: internal error: " << error.what() << std::endl;
    return 3;
  }
}

std::filesystem::path fresh_socket() {
  const char* const folder = std::getenv("XDG_RUNTIME_DIR");
  const std::filesystem::path base = folder != nullptr && *folder != 0 ? folder : std::filesystem::temp_directory_path();
  return base / ("epysim-" + std::to_string(getpid()) + ".sock");
}

/// The socket file: there while this lives. A file that a killed server left behind is replaced, anything else is not.
class Listener {
 public:
  Listener(asio::io_context& context, const std::filesystem::path& path) : path_(path), acceptor_(context) {
    if (path.native().size() >= sizeof(sockaddr_un::sun_path)) {
      throw UsageError("socket path " + path.string() + " is too long: " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) +
                       " bytes are allowed");
    }
    const stream_protocol::endpoint endpoint(path.string());
    if (std::filesystem::exists(path)) {
      if (!std::filesystem::is_socket(path)) throw UsageError(path.string() + " exists and is not a socket; choose another path");
      boost::system::error_code refused;
      Socket probe(context);
      probe.connect(endpoint, refused);
      if (!refused) throw UsageError("another server is listening on " + path.string());
      std::filesystem::remove(path);
    }
    boost::system::error_code failure;
    acceptor_.open();
    const mode_t before = ::umask(0077);  // the socket is its user's alone
    acceptor_.bind(endpoint, failure);
    ::umask(before);
    if (failure) throw UsageError("cannot listen on " + path.string() + ": " + failure.message());
    owned_ = true;
    acceptor_.listen();
  }
  ~Listener() {
    std::error_code ignored;
    if (owned_) std::filesystem::remove(path_, ignored);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  stream_protocol::acceptor& acceptor() { return acceptor_; }
  /// In a client's process: the socket is not its business.
  void abandon() {
    owned_ = false;
    acceptor_.close();
  }

 private:
  std::filesystem::path path_;
  stream_protocol::acceptor acceptor_;
  bool owned_ = false;
};

class Server {
 public:
  Server(const ServeRequest& request, const std::filesystem::path& path)
      : request_(request), listener_(context_, path), signals_(context_, SIGINT, SIGTERM, SIGCHLD), timer_(context_) {}

  int run() {
    accept();
    watch_signals();
    if (request_.parent > 0) watch_parent();
    context_.run();
    return exit_code_;
  }

 private:
  void accept() {
    listener_.acceptor().async_accept([this](boost::system::error_code failure, Socket socket) {
      if (!failure) take(std::move(socket));
      if (failure != asio::error::operation_aborted) accept();
    });
  }

  void take(Socket socket) {
    if (child_ > 0) {
      boost::system::error_code ignored;
      asio::write(socket, asio::buffer(encode(error_frame(0, "busy", "another client has the board; start a server of your own"))),
                  ignored);
      return;
    }
    context_.notify_fork(asio::io_context::fork_prepare);
    std::cout.flush();
    const pid_t server = getpid();
    const pid_t child = ::fork();
    if (child != 0) {
      context_.notify_fork(asio::io_context::fork_parent);
      if (child > 0) {
        child_ = child;
      } else {
        boost::system::error_code ignored;
        asio::write(socket, asio::buffer(encode(error_frame(0, "internal", "no process for another board"))), ignored);
      }
      return;
    }
    context_.notify_fork(asio::io_context::fork_child);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != server) ::_exit(0);  // the server was gone before that took effect
    signals_.clear();
    for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) std::signal(signal, SIG_DFL);
    listener_.abandon();
    const int code = serve_client(socket, request_);
    std::cout.flush();
    ::_exit(code);
  }

  void watch_signals() {
    signals_.async_wait([this](boost::system::error_code failure, int signal) {
      if (failure) return;
      if (signal == SIGCHLD) {
        reap();
      } else {
        stop();
      }
      watch_signals();
    });
  }

  void reap() {
    int status = 0;
    if (child_ <= 0 || ::waitpid(child_, &status, WNOHANG) != child_) return;
    child_ = 0;
    if (WIFSIGNALED(status)) std::cerr << "epysim: a client's board ended with signal " << WTERMSIG(status) << std::endl;
    if (!request_.once) return;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 3;
    context_.stop();
  }

  void watch_parent() {
    timer_.expires_after(kParentCheck);
    timer_.async_wait([this](boost::system::error_code failure) {
      if (failure) return;
      if (::kill(request_.parent, 0) != 0 && errno == ESRCH) {
        stop();
      } else {
        watch_parent();
      }
    });
  }

  void stop() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
      child_ = 0;
    }
    context_.stop();
  }

  const ServeRequest& request_;
  asio::io_context context_;
  Listener listener_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
  pid_t child_ = 0;
  int exit_code_ = 0;
};

}  // namespace

int serve(const ServeRequest& request) {
  const std::filesystem::path path = request.socket.empty() ? fresh_socket() : request.socket;
  Server server(request, path);
  std::cout << "epysim: serving " << path.string() << std::endl;
  return server.run();
}

}  // namespace epysim::hostlink
