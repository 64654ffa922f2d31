// A client's requests on a real (simulated) board. One board per process: run these through ctest.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "hostlink/session.h"

using namespace epysim;
using namespace epysim::hostlink;
using nlohmann::json;

namespace {

const char* const kKernels =
    "def answer(n):\n"
    "    return n + 32\n"
    "def add(a, b):\n"
    "    out = [0] * len(a)\n"
    "    for k in range(len(a)):\n"
    "        out[k] = a[k] + b[k]\n"
    "    return out\n"
    "def double(a):\n"
    "    for k in range(len(a)):\n"
    "        a[k] = a[k] * 2\n"
    "def bad(a):\n"
    "    return a[5]\n"
    "def kinds():\n"
    "    return [1, 2.5, 'x', None, True, [3, 4]]\n"
    "def reals():\n"
    "    return [0.5, 1.5]\n"
    "def same(a, f=3):\n"
    "    return a\n"
    "def call(f):\n"
    "    return f(10)\n"
    "def hello():\n"
    "    print('hi', 1.5)\n"
    "def wait_for(core):\n"
    "    import parallel\n"
    "    return parallel.recv(core)\n"
    "def forever():\n"
    "    while True:\n"
    "        pass\n";

struct Client {
  Client() { ask(FrameType::Hello, {{"protocol", 1}}); }

  json ask(FrameType type, json body, std::vector<std::uint32_t> words = {}) {
    Frame frame{type, ++number, std::move(body), {}};
    frame.binary.append(std::as_bytes(std::span(words)));
    received.clear();
    open = session.handle(frame);
    REQUIRE_FALSE(received.empty());
    const Frame& last = received.back();
    CHECK(last.request == number);
    failed = last.type == FrameType::Error;
    if (!failed) CHECK(last.type == reply_to(type));
    binary = last.binary;
    return last.body;
  }
  json must(FrameType type, json body, std::vector<std::uint32_t> words = {}) {
    const json reply = ask(type, std::move(body), std::move(words));
    INFO(reply.dump());
    REQUIRE_FALSE(failed);
    return reply;
  }
  json fails(FrameType type, json body) {
    const json reply = ask(type, std::move(body));
    CHECK(failed);
    return reply;
  }
  void start(const std::string& cores = "4", const char* text = kKernels, json more = json::object()) {
    more["cores"] = cores;
    must(FrameType::Open, more);
    must(FrameType::Program, {{"chunks", {{{"file", "my.py"}, {"first_line", 11}, {"text", text}}}}});
  }
  json launch(const std::string& kernel, json arguments, json target, json buffers = json::array(), std::vector<std::uint32_t> words = {}) {
    return must(FrameType::Launch, {{"kernel", kernel}, {"arguments", arguments}, {"target", target}, {"buffers", buffers}},
                words)["handle"];
  }
  json wait(const json& handle) { return must(FrameType::Wait, {{"handles", {handle}}})["handles"][0]; }
  json values(const json& handle) {
    json all = json::array();
    const json reply = wait(handle);
    for (const json& result : reply["results"]) all.push_back(result.value("value", json("failed")));
    return all;
  }
  std::vector<std::int32_t> words_at(const json& where) const {
    std::vector<std::int32_t> words(where["bytes"].get<std::size_t>() / 4);
    std::memcpy(words.data(), binary.data() + where["offset"].get<std::size_t>(), words.size() * 4);
    return words;
  }

  std::uint32_t number = 0;
  bool gone = false, open = true, failed = false;
  std::vector<Frame> received;
  Block binary;
  Session session{{}, Session::Files::Allowed, [this](const Frame& frame) { received.push_back(frame); }, [this] { return gone; }};
};

json object(const char* key, json value) {
  json result = json::object();
  result[key] = std::move(value);
  return result;
}
json reference(int id) { return object("reference", id); }

json buffer(int id, int count, const char* kind, int offset = -1) {
  json spec = {{"id", id}, {"dtype", "int32"}, {"kind", kind}, {"count", count}};
  if (offset >= 0) {
    spec["offset"] = offset;
    spec["bytes"] = 4 * count;
  }
  return spec;
}

}  // namespace

TEST_CASE_METHOD(Client, "requests in the wrong order or of the wrong form are answered, not obeyed") {
  CHECK(fails(FrameType::Launch, {{"kernel", "k"}})["message"] == "there is no board yet: send open first");
  CHECK(fails(FrameType::Open, {{"sed", 1}})["message"] == "open: \"sed\" is not known; did you mean \"set\"?");
  CHECK(fails(FrameType::Open, {{"cores", "99"}})["kind"] == "usage");
  CHECK(open);
  CHECK(fails(FrameType::Hello, {{"protocol", 2}})["kind"] == "protocol");
  CHECK_FALSE(open);
}

TEST_CASE("the first request must be hello") {
  std::vector<Frame> received;
  Session session({}, Session::Files::Allowed, [&](const Frame& frame) { received.push_back(frame); }, {});
  CHECK_FALSE(session.handle({FrameType::Stats, 1, json::object(), {}}));
  CHECK(received.at(0).body["kind"] == "protocol");
}

TEST_CASE_METHOD(Client, "sixteen answers") {
  start("all");
  CHECK(values(launch("answer", {10}, "all")) == json(std::vector<int>(16, 42)));
}

TEST_CASE_METHOD(Client, "lists by reference, results as arrays, in any order of waiting") {
  start();
  const std::vector<std::uint32_t> words{1, 2, 3, 10, 20, 30};
  const json buffers = json::array({buffer(1, 3, "host", 0), buffer(2, 3, "shared", 12)});
  const json both = json::array({reference(1), reference(2)});
  const json first = launch("add", both, {1, 3}, buffers, words);
  const json second = launch("answer", {1}, {1});
  CHECK(values(second) == json::array({33}));
  const json result = wait(first);
  CHECK(result["done"] == true);
  REQUIRE(result["results"].size() == 2);
  CHECK(result["results"][1]["core"] == 3);
  const json array = result["results"][1]["value"]["array"];
  CHECK(array["dtype"] == "int32");
  CHECK(array["shape"] == json::array({3}));
  CHECK(words_at(array) == std::vector<std::int32_t>{11, 22, 33});
}

TEST_CASE_METHOD(Client, "what kernels change comes back") {
  start("1");
  const json handle = launch("double", json::array({reference(1)}), "all", json::array({buffer(1, 3, "host", 0)}), {1, 2, 3});
  const json reply = must(FrameType::Wait, {{"handles", {handle}}});
  REQUIRE(reply["updates"].size() == 1);
  CHECK(reply["updates"][0]["id"] == 1);
  CHECK(words_at(reply["updates"][0]) == std::vector<std::int32_t>{2, 4, 6});
  const json shared = launch("double", json::array({reference(2)}), "all", json::array({buffer(2, 2, "shared", 0)}), {7, 8});
  CHECK(must(FrameType::Wait, {{"handles", {shared}}})["updates"].empty());
  const json fetched = must(FrameType::Fetch, {{"ids", {2}}});
  CHECK(words_at(fetched["buffers"][0]) == std::vector<std::int32_t>{14, 16});
}

TEST_CASE_METHOD(Client, "every kind of value") {
  start("1");
  CHECK(values(launch("kinds", json::array(), "all"))[0]["list"][0] == 1);
  const json list = values(launch("kinds", json::array(), "all"))[0]["list"];
  REQUIRE(list.size() == 6);
  CHECK(list[1] == 2.5);
  CHECK(list[2] == "x");
  CHECK(list[3] == nullptr);
  CHECK(list[4] == true);
  CHECK(words_at(list[5]["array"]) == std::vector<std::int32_t>{3, 4});
  CHECK(values(launch("reals", json::array(), "all"))[0]["array"]["dtype"] == "float32");
  CHECK(values(launch("same", {-2147483648}, "all"))[0] == -2147483648);
  CHECK(values(launch("same", {1.0}, "all"))[0].dump() == "1.0");
  CHECK(values(launch("same", json::array({object("real", "nan")}), "all"))[0] == object("real", "nan"));
  CHECK(values(launch("same", {nullptr}, "all"))[0] == nullptr);
  CHECK(values(launch("same", {false}, "all"))[0] == false);
  CHECK(values(launch("call", json::array({object("function", "answer")}), "all"))[0] == 42);
  CHECK(values(launch("same", json::array({object("function", "answer")}), "all"))[0] == object("function", "answer"));
  CHECK(values(launch("same", json::array({reference(4)}), "all", json::array({buffer(4, 2, "host")})))[0] == reference(4));
}

TEST_CASE_METHOD(Client, "output of kernels is events of the request that lets time pass") {
  start("2");
  const json handle = launch("hello", json::array(), "all");
  CHECK(received.size() == 1);
  wait(handle);
  REQUIRE(received.size() == 3);
  CHECK(received[0].type == FrameType::Output);
  CHECK(received[0].request == number);
  const json texts = {received[0].body["text"], received[1].body["text"]};
  CHECK((texts == json({"[device 0] hi 1.5", "[device 1] hi 1.5"}) || texts == json({"[device 1] hi 1.5", "[device 0] hi 1.5"})));
}

TEST_CASE_METHOD(Client, "a failing kernel says where; the board stays usable") {
  start();
  const json handle = launch("bad", json::array({reference(1)}), {2}, json::array({buffer(1, 2, "host")}));
  const json error = wait(handle)["results"][0]["error"];
  CHECK(error["class"] == "IndexError");
  CHECK(error["kernel"] == "bad");
  CHECK(error["file"] == "my.py");
  CHECK(error["line"] == 22);
  CHECK(error["core"] == 2);
  CHECK(values(launch("answer", {1}, "all")) == json::array({33, 33, 33, 33}));
}

TEST_CASE_METHOD(Client, "device data are put and read in order, and outlive failures and programs") {
  ask(FrameType::Open, {{"cores", 2}});
  const json kernels = {{"file", "my.py"}, {"first_line", 1}, {"text", "def more(n):\n    total += n\ndef bad():\n    return 1 // 0\n"}};
  const json residents = {"total", {{"name", "grid"}, {"dimensions", 2}}};
  json program = {{"chunks", {kernels}}, {"exports", {"more", "bad"}}, {"resident", residents}};
  const json loaded = ask(FrameType::Program, program);
  CHECK(loaded["kernels"].size() == 2);
  const auto put = [&](const char* name, json value, json target, json shape = json::array()) {
    return ask(FrameType::Launch,
               {{"put", name}, {"value", std::move(value)}, {"target", std::move(target)}, {"shape", std::move(shape)}})["handle"];
  };
  const auto get = [&](const char* name) {
    const json answer = wait(ask(FrameType::Launch, {{"get", name}, {"target", "all"}})["handle"]);
    return json::array({answer["results"][0]["value"], answer["results"][1]["value"]});
  };
  put("total", 5, "all");
  put("total", 2.5, json::array({1}));
  launch("more", {1}, "all");
  put("total", nullptr, json::array({0}));
  CHECK(get("total") == json::array({nullptr, 3.5}));
  ask(FrameType::Data, object("buffers", json::array({buffer(1, 6, "host", 0)})), {1, 2, 3, 4, 5, 6});
  put("grid", reference(1), "all", {2, 3});
  CHECK(get("grid")[1]["array"]["shape"] == json({2, 3}));

  CHECK(wait(launch("bad", json::array(), {1}))["results"][0].contains("error"));
  program["resident"].push_back("another");
  ask(FrameType::Program, program);
  CHECK(get("total") == json::array({nullptr, 3.5}));
  CHECK(get("grid")[0]["array"]["shape"] == json({2, 3}));

  CHECK(put("grid", reference(1), "all", {1, 2, 3}).is_null());
  CHECK(failed);
  CHECK(put("unknown", 1, "all").is_null());
  CHECK(put("total", "text", "all").is_null());
  program["dialect"] = "legacy";
  ask(FrameType::Program, program);
  CHECK(failed);
}

TEST_CASE_METHOD(Client, "kernels that wait for ever fail, and the board stays usable") {
  start();
  const json handle = launch("wait_for", {0}, {1, 2});
  const json results = wait(handle)["results"];
  CHECK(results[0]["error"]["class"] == "DeadlockError");
  CHECK(results[1]["error"]["message"] == "waits for a message from core 0");
  CHECK(values(launch("answer", {1}, "all")) == json::array({33, 33, 33, 33}));
}

TEST_CASE_METHOD(Client, "time passes only while the client waits") {
  start("1");
  const double before = must(FrameType::Data, {{"buffers", json::array()}})["seconds"];
  launch("forever", json::array(), "all");
  CHECK(must(FrameType::Data, {{"buffers", json::array()}})["seconds"] == before);
  const double after = must(FrameType::HostTime, {{"seconds", 1e-3}})["seconds"];
  CHECK(after - before == Approx(1e-3));
  const json reply = must(FrameType::Test, {{"handles", {1}}});
  CHECK(reply["handles"][0]["running"] == 1);
  CHECK(reply["seconds"].get<double>() - after == Approx(1e-5));
  // Many small steps add up to exactly their sum: none is lost, none hangs on a rest that rounds to nothing.
  double end = 0;
  for (int i = 0; i < 999; ++i) end = must(FrameType::Test, {{"handles", {1}}})["seconds"];
  CHECK(std::llround((end - after) * 600e6) == 1000 * 6000);
}

TEST_CASE_METHOD(Client, "a kernel that never ends meets the cycle limit") {
  start("2", kKernels, {{"max_cycles", 600000}});
  const json results = wait(launch("forever", json::array(), "all"))["results"];
  CHECK(results[0]["error"]["class"] == "TimeoutError");
  CHECK((results[0]["error"]["line"] == 37 || results[0]["error"]["line"] == 38));
  CHECK(wait(launch("answer", {1}, {0}))["results"][0]["error"]["class"] == "TimeoutError");
}

TEST_CASE_METHOD(Client, "a client that has gone stops the simulation") {
  start("1");
  const json handle = launch("forever", json::array(), "all");
  gone = true;
  CHECK(fails(FrameType::Wait, {{"handles", {handle}}})["kind"] == "interrupted");
  CHECK_FALSE(open);
}

TEST_CASE_METHOD(Client, "launches that cannot be") {
  start("2");
  const auto message = [&](json body) { return fails(FrameType::Launch, std::move(body))["message"].get<std::string>(); };
  CHECK(message({{"kernel", "nope"}, {"target", "all"}}) == "the program has no kernel nope");
  CHECK(message({{"kernel", "add"}, {"arguments", {1}}, {"target", "all"}}) == "kernel add takes 2 arguments, but is launched with 1");
  CHECK(message({{"kernel", "same"}, {"target", "all"}}) == "kernel same takes 1 to 2 arguments, but is launched with 0");
  CHECK(message({{"kernel", "answer"}, {"arguments", {2147483648}}, {"target", "all"}}).find("32-bit") != std::string::npos);
  CHECK(message({{"kernel", "answer"}, {"arguments", {"text"}}, {"target", "all"}}).find("cannot be passed") != std::string::npos);
  CHECK(message({{"kernel", "answer"}, {"arguments", json::array({reference(99)})}, {"target", "all"}}) == "there is no buffer 99");
  CHECK(message({{"kernel", "answer"}, {"arguments", {1}}, {"target", {5}}}) == "launch: there is no core 5 in this program");
  CHECK(message({{"kernel", "answer"}, {"arguments", {1}}, {"target", {1, 1}}}) == "launch: core 1 is there twice");
  CHECK(message({{"kernel", "answer"}, {"arguments", {1}}, {"target", object("auto", 3)}}).find("not in 1 .. 2") != std::string::npos);
  CHECK(fails(FrameType::Wait, {{"handles", {77}}})["message"] == "there is no launch with handle 77");
}

TEST_CASE_METHOD(Client, "programs that do not compile, do not start, and replace each other") {
  must(FrameType::Open, {{"cores", {0, 2}}});
  const auto program = [](const char* text) { return json{{"chunks", {{{"file", "p.py"}, {"first_line", 5}, {"text", text}}}}}; };
  const json bad = fails(FrameType::Program, program("def k(:\n    return 1\n"));
  CHECK(bad["kind"] == "compile");
  CHECK(bad["diagnostics"][0]["line"] == 5);
  CHECK(fails(FrameType::Program, program("x = [1]\ny = x[3]\ndef k():\n    return 1\n"))["error"]["line"] == 6);
  must(FrameType::Program, program("def k():\n    return 1\n"));
  const json first = launch("k", json::array(), "all");
  must(FrameType::Program, program("def k():\n    return 2\n"));
  CHECK(values(first) == json::array({1, 1}));
  const json second = launch("k", json::array(), {2});
  CHECK(values(second) == json::array({2}));
  CHECK(second != first);
}

TEST_CASE_METHOD(Client, "a storm of launches") {
  start();
  std::vector<json> handles;
  for (int i = 0; i < 200; ++i) handles.push_back(i % 3 == 0 ? launch("answer", {i}, object("auto", 1)) : launch("answer", {i}, {i % 4}));
  for (int i = 199; i >= 0; i -= 7) CHECK(values(handles[static_cast<std::size_t>(i)]) == json::array({i + 32}));
  must(FrameType::Forget, {{"handles", {handles[5]}}});
  fails(FrameType::Wait, {{"handles", {handles[5]}}});
}

TEST_CASE_METHOD(Client, "statistics, and the end") {
  start("2");
  values(launch("answer", {1}, "all"));
  const json statistics = must(FrameType::Stats, json::object())["statistics"];
  CHECK(statistics["cores"].size() == 16);
  CHECK(statistics["host"]["requests"] == 2);  // both cores got the kernel; what they ask for now is not answered yet
  must(FrameType::Close, json::object());
  CHECK_FALSE(open);
}

TEST_CASE_METHOD(Client, "a launch may wait, and let go of what is over") {
  start();
  const json first = must(FrameType::Launch, {{"kernel", "answer"}, {"arguments", {10}}, {"target", {0, 2}}, {"wait", true}});
  CHECK(first["cores"] == json::array({0, 2}));
  REQUIRE(first["handles"].size() == 1);
  CHECK(first["handles"][0]["handle"] == first["handle"]);
  CHECK(first["handles"][0]["done"] == true);
  CHECK(first["handles"][0]["results"][1]["value"] == 42);
  const json forget = {{"handles", {first["handle"]}}};
  const json second = must(FrameType::Launch,
                           {{"kernel", "answer"}, {"arguments", {1}}, {"target", object("auto", 1)}, {"wait", true}, {"forget", forget}});
  CHECK(second["handles"][0]["results"][0]["value"] == 33);
  CHECK_FALSE(second.contains("cores"));
  fails(FrameType::Wait, {{"handles", {first["handle"]}}});
  fails(FrameType::Launch, {{"kernel", "answer"}, {"arguments", {1}}, {"target", "all"}, {"forget", {{"handle", 1}}}});
}
