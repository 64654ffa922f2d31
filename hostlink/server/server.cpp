// serve() of run.h: listens, and gives each client a process with a board of its own.
//
// The listening process stays small. It reads a client's first frame, which has to be a hello with the right token where one is needed,
// and spends little on those that do not say it: a few KB and a few seconds each. It watches for signals and for the process it was started
// for, and removes the socket file. Whatever happens to a board, a simulator fault included, ends only that client's process.

#include <utility>

#include <boost/asio.hpp>
#include <boost/asio/ssl/context.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <list>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <thread>

#include "hostlink/faults/frame_faults.h"
#include "hostlink/protocol.h"
#include "hostlink/run.h"
#include "hostlink/server/connection.h"
#include "hostlink/server/guest.h"
#include "hostlink/server/listener.h"
#include "hostlink/server/token.h"
#include "hostlink/session.h"
#include "sim/core/crc32.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

namespace asio = boost::asio;
using Scheme = LinkAddress::Scheme;

constexpr auto kParentCheck = std::chrono::milliseconds(500);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when the system has no descriptor for another connection
constexpr std::size_t kMaxGuests = 128;
// Of clients that come over TCP, unless the options say otherwise.
constexpr double kIdleSeconds = 3600;
constexpr std::uint64_t kMemoryMib = 4096;
constexpr auto kReadPatience = std::chrono::seconds(60);  // until what it is sent has to be read

/// What one client may take.
struct Limits {
  Connection::Patience idle, unread;
  std::optional<std::uint64_t> memory_mib;
};

Limits limits_of(const ServeRequest& request, bool remote) {
  Limits limits{.idle = {}, .unread = {}, .memory_mib = request.memory_mib};
  if (remote) limits.unread = kReadPatience;
  const std::optional<double> idle = request.idle_seconds ? request.idle_seconds : remote ? std::optional(kIdleSeconds) : std::nullopt;
  if (idle) limits.idle = std::chrono::milliseconds(static_cast<std::int64_t>(*idle * 1000));
  if (remote && !limits.memory_mib) limits.memory_mib = kMemoryMib;
  return limits;
}

/// Of this process. The address sanitizer reserves more than any limit, so a build with it has none.
void limit_memory([[maybe_unused]] std::uint64_t mib) {
#if !defined(__SANITIZE_ADDRESS__)
  const rlim_t bytes = mib << 20;
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_AS, &limit);
#endif
}

/// The life of a client's process: its board, and the conversation with it.
class BoardProcess {
 public:
  BoardProcess(Connection& connection, const ServeRequest& request, bool remote)
      : connection_(connection), request_(request), limits_(limits_of(request, remote)), remote_(remote) {}

  /// Returns the exit code.
  int run(const Frame& hello, FrameReader& rest) {
    try {
      if (limits_.memory_mib) limit_memory(*limits_.memory_mib);
      Session session(
          request_.machine, remote_ ? Session::Files::Hidden : Session::Files::Allowed, [this](const Frame& frame) { send(frame); },
          [this] { return connection_.hung_up(); }, [this, &rest] { return receive(rest); });
      const InCharge in_charge(session_, session);
      try {
        if (session.handle(hello)) converse(session, rest);
      } catch (const Silence& silence) {
        refuse("idle", std::string("the board is taken away: ") + silence.what());
      } catch (const boost::system::system_error&) {
        // the client went away while it was sent something
      }
      const std::optional<nlohmann::ordered_json> statistics = session.statistics();
      if (request_.keep_statistics && statistics) request_.keep_statistics(*statistics);
      return 0;
    } catch (const UsageError& error) {
      std::cerr << "epysim: " << error.what() << std::endl;
      return 2;
    } catch (const std::bad_alloc&) {
      refuse("usage", limits_.memory_mib ? "the board needs more memory than the " + std::to_string(*limits_.memory_mib) +
                                               " MiB that this server allows (epysim serve --memory MIB)"
                                         : "there is no memory left for the board");
      return 1;
    } catch (const std::exception& error) {
      refuse("internal", error.what());
      std::cerr << "epysim: internal error: " << error.what() << std::endl;
      return 3;
    }
  }

 private:
  void send(const Frame& frame) {
    const std::vector<std::byte> head = encode_head(frame);
    if (session_ != nullptr && session_->checksums()) {
      const std::uint32_t sum = core::crc32(frame.binary, core::crc32(head));
      connection_.write(encode_head({FrameType::Checksum, frame.request, {{"crc32", sum}}, {}}), {}, limits_.unread);
    }
    FrameFaults* const faults = session_ == nullptr || frame.type == FrameType::Heartbeat ? nullptr : session_->frame_faults();
    if (faults == nullptr) return connection_.write(head, frame.binary, limits_.unread);
    std::vector<std::byte> message = encode(frame);
    faults->carry(message);
    if (!message.empty()) connection_.write(message, {}, limits_.unread);
  }

  /// Says whose messages they are, as long as it lasts.
  class InCharge {
   public:
    InCharge(Session*& place, Session& session) : place_(place) { place_ = &session; }
    ~InCharge() { place_ = nullptr; }
    InCharge(const InCharge&) = delete;
    InCharge& operator=(const InCharge&) = delete;

   private:
    Session*& place_;
  };

  /// Says why this is the end, to a client that may be gone.
  void refuse(const char* kind, const std::string& message) {
    try {
      send(error_frame(0, kind, message));
    } catch (const std::exception&) {
      return;
    }
  }

  /// The client's next frame; nothing when it is gone.
  std::optional<Frame> receive(FrameReader& reader) {
    while (true) {
      if (std::optional<Frame> frame = reader.next()) return frame;
      const std::size_t bytes = connection_.read_some(reader.room(), limits_.idle);
      if (bytes == 0) return std::nullopt;
      reader.arrived(bytes);
    }
  }

  /// Reads and answers requests until the client is gone or the session is over.
  void converse(Session& session, FrameReader& reader) {
    try {
      while (true) {
        std::optional<Frame> request = session.take_early();
        if (!request) request = receive(reader);
        if (!request || !session.handle(std::move(*request))) return;
      }
    } catch (const FrameError& error) {
      return refuse("protocol", error.what());
    }
  }

  Connection& connection_;
  Session* session_ = nullptr;  // while it lasts
  const ServeRequest& request_;
  Limits limits_;
  bool remote_;
};

std::filesystem::path fresh_socket() {
  const char* const folder = std::getenv("XDG_RUNTIME_DIR");
  const std::filesystem::path base = folder != nullptr && *folder != 0 ? folder : std::filesystem::temp_directory_path();
  return base / ("epysim-" + std::to_string(getpid()) + ".sock");
}

/// What clients have to know, and for TLS what the server shows them.
class Credentials {
 public:
  Credentials(const ServeRequest& request, const Listener& listener) : tls_(asio::ssl::context::tls_server) {
    const LinkAddress& address = listener.address();
    if (address.scheme == Scheme::Unix) return;
    if (request.token) {
      token_ = token_of(request);
    } else if (!listener.is_private()) {
      throw UsageError("--no-token is for this machine only (tcp://127.0.0.1:PORT): on " + to_text(address) +
                       " whoever can reach the port would have the board");
    }
    if (address.scheme == Scheme::Tls) {
      load(request.certificate, "--tls-certificate",
           [this](const std::string& file, auto& failure) { tls_.use_certificate_chain_file(file, failure); });
      load(request.key, "--tls-key",
           [this](const std::string& file, auto& failure) { tls_.use_private_key_file(file, asio::ssl::context::pem, failure); });
    }
  }

  const std::optional<std::string>& token() const { return token_; }
  asio::ssl::context& tls() { return tls_; }

 private:
  static std::string token_of(const ServeRequest& request) {
    const char* const given = std::getenv("EPYTHON_TOKEN");
    if (given != nullptr && *given != 0) return given;
    const std::filesystem::path file = request.token_file.empty() ? default_token_file() : request.token_file;
    std::string token = token_from(file);
    std::cerr << "epysim: clients need the token in " << file.string() << std::endl;
    return token;
  }

  template <class Use>
  static void load(const std::filesystem::path& file, const char* option, Use&& use) {
    if (file.empty()) throw UsageError(std::string("tls:// needs ") + option + " FILE (PEM)");
    boost::system::error_code failure;
    use(file.string(), failure);
    if (failure) throw UsageError(std::string(option) + " " + file.string() + " cannot be used: " + failure.message());
  }

  std::optional<std::string> token_;
  asio::ssl::context tls_;
};

class Server {
 public:
  explicit Server(const ServeRequest& request)
      : request_(request),
        listener_(context_, request.listen.value_or(LinkAddress{.path = fresh_socket()})),
        credentials_(request, listener_),
        signals_(context_, SIGINT, SIGTERM, SIGCHLD),
        parent_timer_(context_),
        accept_timer_(context_) {
    boards_ = request.once ? 1 : static_cast<std::size_t>(request.clients);
    if (boards_ == 0) boards_ = std::max(1u, std::thread::hardware_concurrency());
  }

  const LinkAddress& address() const { return listener_.address(); }

  int run() {
    accept();
    watch_signals();
    if (request_.parent > 0) watch_parent();
    while (!over_) {
      context_.restart();
      context_.run();  // until it is over, or a guest may have a board
      if (const auto guest = std::exchange(admitted_, nullptr)) admit(*guest);
    }
    return exit_code_;
  }

 private:
  bool remote() const { return listener_.address().scheme != Scheme::Unix; }

  void accept() {
    incoming_ = std::make_unique<Connection::Socket>(context_);
    listener_.acceptor().async_accept(*incoming_, [this](boost::system::error_code failure) {
      if (failure == asio::error::operation_aborted) return;
      if (!failure) {
        meet(std::move(*incoming_));
        return accept();
      }
      accept_timer_.expires_after(kAcceptPause);
      accept_timer_.async_wait([this](boost::system::error_code aborted) {
        if (!aborted) accept();
      });
    });
  }

  void meet(Connection::Socket socket) {
    if (guests_.size() >= kMaxGuests) guests_.front()->leave();  // whoever has been silent for longest
    std::unique_ptr<Connection> connection = listener_.address().scheme == Scheme::Tls
                                                 ? tls_connection(context_, std::move(socket), credentials_.tls())
                                                 : plain_connection(std::move(socket));
    guests_.push_back(std::make_shared<Guest>(context_, std::move(connection), credentials_.token()));
    guests_.back()->start([this](Guest& guest, Guest::Event event) {
      if (event == Guest::Event::Greeted) {
        if (children_.size() + (admitted_ ? 1 : 0) >= boards_) return guest.refuse("busy", busy());
        admitted_ = guest.shared_from_this();
        context_.stop();
      }
      guests_.remove_if([&](const auto& one) { return one.get() == &guest; });
      // A private server is over when whoever it was started for has gone without a word.
      if (event == Guest::Event::Left && request_.once && !remote() && children_.empty()) end();
    });
  }

  void end() {
    over_ = true;
    context_.stop();
  }

  std::string busy() const {
    return boards_ == 1 ? "another client has the board; start a server of your own"
                        : std::to_string(boards_) + " clients have this server's boards; start a server of your own";
  }

  /// Gives a guest that may have one a process with a board.
  void admit(Guest& guest) {
    context_.notify_fork(asio::io_context::fork_prepare);
    std::cout.flush();
    const pid_t server = getpid();
    const pid_t child = ::fork();
    if (child != 0) {
      context_.notify_fork(asio::io_context::fork_parent);
      if (child > 0) children_.insert(child);
      return;
    }
    context_.notify_fork(asio::io_context::fork_child);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != server) ::_exit(0);  // the server was gone before that took effect
    signals_.clear();
    for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) std::signal(signal, SIG_DFL);
    listener_.abandon();
    for (const auto& other : guests_) other->abandon();
    BoardProcess process(guest.connection(), request_, remote());
    const int code = process.run(guest.hello(), guest.rest());
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
    for (auto child = children_.begin(); child != children_.end();) {
      int status = 0;
      if (::waitpid(*child, &status, WNOHANG) != *child) {
        ++child;
        continue;
      }
      child = children_.erase(child);
      if (WIFSIGNALED(status)) std::cerr << "epysim: a client's board ended with signal " << WTERMSIG(status) << std::endl;
      if (!request_.once) continue;
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 3;
      end();
    }
  }

  void watch_parent() {
    parent_timer_.expires_after(kParentCheck);
    parent_timer_.async_wait([this](boost::system::error_code failure) {
      if (failure) return;
      if (::kill(request_.parent, 0) != 0 && errno == ESRCH) {
        stop();
      } else {
        watch_parent();
      }
    });
  }

  void stop() {
    for (const pid_t child : children_) ::kill(child, SIGKILL);
    for (const pid_t child : children_) ::waitpid(child, nullptr, 0);
    children_.clear();
    end();
  }

  const ServeRequest& request_;
  asio::io_context context_;
  Listener listener_;
  Credentials credentials_;
  asio::signal_set signals_;
  asio::steady_timer parent_timer_, accept_timer_;
  std::unique_ptr<Connection::Socket> incoming_;
  std::list<std::shared_ptr<Guest>> guests_;  // oldest first
  std::shared_ptr<Guest> admitted_;           // has said hello and gets the next board
  std::set<pid_t> children_;
  std::size_t boards_ = 1;
  bool over_ = false;
  int exit_code_ = 0;
};

}  // namespace

int serve(const ServeRequest& request) {
  Server server(request);
  const LinkAddress& address = server.address();
  std::cout << "epysim: serving " << (address.scheme == Scheme::Unix ? address.path.string() : to_text(address)) << std::endl;
  return server.run();
}

}  // namespace epysim::hostlink
