// The server as its clients meet it: a process that listens on a socket. One board per process: run these through ctest.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "hostlink/protocol.h"
#include "hostlink/run.h"

using namespace epysim::hostlink;
using nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(30);

/// epysim serve in a process of its own.
struct ServerProcess {
  explicit ServerProcess(bool once, int parent = 0, const std::filesystem::path& statistics = {}) {
    path = std::filesystem::temp_directory_path() / ("epysim-server-test-" + std::to_string(getpid()) + ".sock");
    pid = fork();
    if (pid == 0) {
      if (freopen("/dev/null", "w", stdout) == nullptr) _exit(9);
      ServeRequest request;
      request.listen = LinkAddress{.path = path};
      request.once = once;
      request.parent = parent;
      request.clients = 1;
      request.machine.cores = "2";
      if (!statistics.empty())
        request.keep_statistics = [&](const nlohmann::ordered_json& document) { std::ofstream(statistics) << document; };
      _exit(serve(request));
    }
    const auto end = Clock::now() + kPatience;
    while (!std::filesystem::exists(path) && Clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ~ServerProcess() {
    if (pid > 0) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    std::filesystem::remove(path);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Its exit code once it has ended; -1 when it does not.
  int ended() {
    const auto end = Clock::now() + kPatience;
    int status = 0;
    while (Clock::now() < end) {
      if (waitpid(pid, &status, WNOHANG) == pid) {
        pid = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return -1;
  }

  std::filesystem::path path;
  pid_t pid = 0;
};

struct Connection {
  explicit Connection(const std::filesystem::path& path) : fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const auto end = Clock::now() + kPatience;
    while (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && Clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }

  void send_bytes(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
  }
  void send(FrameType type, json body) { send_bytes(encode({type, ++number, std::move(body), {}})); }
  /// The next frame; nothing when the server has closed.
  std::optional<Frame> receive() {
    while (true) {
      if (auto frame = reader.next()) return frame;
      pollfd state{fd, POLLIN, 0};
      std::byte piece[4096];
      if (poll(&state, 1, 30000) <= 0) throw std::runtime_error("the server does not answer");
      const ssize_t bytes = recv(fd, piece, sizeof piece, 0);
      if (bytes <= 0) return std::nullopt;
      reader.append(std::span(piece).first(static_cast<std::size_t>(bytes)));
    }
  }
  json ask(FrameType type, json body) {
    send(type, std::move(body));
    const auto frame = receive();
    return frame ? frame->body : json("closed");
  }
  void start() {
    ask(FrameType::Hello, {{"protocol", 1}});
    ask(FrameType::Open, json::object());
    ask(FrameType::Program, {{"chunks",
                              {{{"file", "k.py"},
                                {"first_line", 1},
                                {"text", "def k(n):\n    return n + 1\ndef forever():\n    while True:\n        pass\n"}}}}});
  }
  json run_kernel() {
    const json launched = ask(FrameType::Launch, {{"kernel", "k"}, {"arguments", {41}}, {"target", "all"}});
    return ask(FrameType::Wait, {{"handles", {launched["handle"]}}})["handles"][0]["results"];
  }

  int fd;
  std::uint32_t number = 0;
  FrameReader reader;
};

}  // namespace

TEST_CASE("a client's whole conversation; --once ends the server after it") {
  ServerProcess server(true);
  {
    Connection client(server.path);
    client.start();
    const json results = client.run_kernel();
    REQUIRE(results.size() == 2);
    CHECK(results[1]["value"] == 42);
    CHECK(client.ask(FrameType::Close, json::object()) == json::object());
    CHECK_FALSE(client.receive());
  }
  CHECK(server.ended() == 0);
  CHECK_FALSE(std::filesystem::exists(server.path));
}

TEST_CASE("the board's statistics are kept when the client has left, whether or not it said so") {
  const bool says_so = GENERATE(true, false);
  const auto file = std::filesystem::temp_directory_path() / ("epysim-server-test-" + std::to_string(getpid()) + ".json");
  ServerProcess server(true, 0, file);
  json asked;
  {
    Connection client(server.path);
    client.start();
    client.run_kernel();
    asked = client.ask(FrameType::Stats, json::object())["statistics"];
    if (says_so) client.ask(FrameType::Close, json::object());
  }
  CHECK(server.ended() == 0);
  CHECK(json::parse(std::ifstream(file)) == asked);
  std::filesystem::remove(file);
}

TEST_CASE("a second client is told that the board is taken; the next one gets a fresh board") {
  ServerProcess server(false);
  {
    Connection first(server.path);
    first.start();
    Connection second(server.path);
    second.send(FrameType::Hello, {{"protocol", 1}});
    const auto refusal = second.receive();
    REQUIRE(refusal);
    CHECK(refusal->body["kind"] == "busy");
    CHECK_FALSE(second.receive());
    CHECK(first.run_kernel().size() == 2);
  }
  const auto end = Clock::now() + kPatience;
  json results;
  while (results.empty() && Clock::now() < end) {  // the first one's process takes a moment to go
    Connection third(server.path);
    third.send(FrameType::Hello, {{"protocol", 1}});
    const auto greeting = third.receive();
    if (!greeting || greeting->type == FrameType::Error) continue;
    third.ask(FrameType::Open, json::object());
    third.ask(FrameType::Program, {{"chunks", {{{"file", "k.py"}, {"first_line", 1}, {"text", "def k(n):\n    return n\n"}}}}});
    results = third.run_kernel();
  }
  REQUIRE(results.size() == 2);
  CHECK(results[0]["value"] == 41);
  kill(server.pid, SIGTERM);
  CHECK(server.ended() == 0);
  CHECK_FALSE(std::filesystem::exists(server.path));
}

TEST_CASE("garbage is answered with an error, and the connection closed") {
  ServerProcess server(true);
  Connection client(server.path);
  const std::string garbage = "GET / HTTP/1.1\r\nHost: board\r\n\r\n";
  client.send_bytes(std::as_bytes(std::span(garbage)));
  const auto answer = client.receive();
  REQUIRE(answer);
  CHECK(answer->type == FrameType::Error);
  CHECK(answer->body["kind"] == "protocol");
  CHECK_FALSE(client.receive());
  CHECK(server.ended() == 0);
}

TEST_CASE("a connection cut in the middle of a frame") {
  ServerProcess server(true);
  {
    Connection client(server.path);
    const auto bytes = encode({FrameType::Hello, 1, {{"protocol", 1}}, {}});
    client.send_bytes(std::span(bytes).first(25));
  }
  CHECK(server.ended() == 0);
}

TEST_CASE("a client that vanishes stops its simulation") {
  ServerProcess server(true);
  {
    Connection client(server.path);
    client.start();
    const json launched = client.ask(FrameType::Launch, {{"kernel", "forever"}, {"target", "all"}});
    client.send(FrameType::Wait, {{"handles", {launched["handle"]}}});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(server.ended() == 0);
  CHECK_FALSE(std::filesystem::exists(server.path));
}

TEST_CASE("SIGINT ends the server and its simulation at once") {
  ServerProcess server(false);
  Connection client(server.path);
  client.start();
  const json launched = client.ask(FrameType::Launch, {{"kernel", "forever"}, {"target", "all"}});
  client.send(FrameType::Wait, {{"handles", {launched["handle"]}}});
  kill(server.pid, SIGINT);
  CHECK(server.ended() == 0);
  CHECK_FALSE(client.receive());
  CHECK_FALSE(std::filesystem::exists(server.path));
}

TEST_CASE("the server ends with the process it was started for") {
  const pid_t parent = fork();
  if (parent == 0) {
    pause();
    _exit(0);
  }
  ServerProcess server(false, parent);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  CHECK(server.ended() == 0);
  CHECK_FALSE(std::filesystem::exists(server.path));
}

TEST_CASE("a socket file that a killed server left behind is replaced; other files are not") {
  const auto path = std::filesystem::temp_directory_path() / ("epysim-server-test-" + std::to_string(getpid()) + ".sock");
  {
    const int stale = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(bind(stale, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(stale);
  }
  {
    ServerProcess server(true);
    Connection client(server.path);
    CHECK(client.ask(FrameType::Hello, {{"protocol", 1}})["protocol"] == 1);
    ServeRequest another;
    another.listen = LinkAddress{.path = server.path};
    CHECK_THROWS_WITH(serve(another), Catch::Contains("another server"));
  }
  std::filesystem::create_directory(path);
  ServeRequest request;
  request.listen = LinkAddress{.path = path};
  CHECK_THROWS_WITH(serve(request), Catch::Contains("not a socket"));
  std::filesystem::remove(path);
  request.listen = LinkAddress{.path = std::string(200, 'x')};
  CHECK_THROWS_WITH(serve(request), Catch::Contains("too long"));
}
