// What a timeline file holds, event by event.
#include "sim/core/chrome_trace.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"

using epysim::core::ChromeTrace;

TEST_CASE("a trace is a JSON array of Chrome trace events in simulated microseconds") {
  const auto file = std::filesystem::temp_directory_path() / ("epysim-trace-" + std::to_string(getpid()) + ".json");
  {
    ChromeTrace trace(file, 600e6, "parallella");
    trace.slice("core 0", "a \"kernel\"", 600, 1201);
    trace.instant("host", "poll", 3);
    trace.flow("core 0", 600, "host", 1200, 7);
    trace.counter("elink", "queue", 1, 2.5);
    trace.slice("core 0", "late", 600'000'000'000'000'000ull, 600'000'000'000'000'001ull);
    trace.close();
  }
  const auto events = nlohmann::json::parse(std::ifstream(file));
  std::filesystem::remove(file);
  REQUIRE(events.size() == 13);
  CHECK(events[0].dump() == R"({"args":{"name":"parallella"},"name":"process_name","ph":"M","pid":1})");
  CHECK(events[1].dump() == R"({"args":{"name":"core 0"},"name":"thread_name","ph":"M","pid":1,"tid":1})");
  CHECK(events[3].dump() == R"({"dur":1.001666,"name":"a \"kernel\"","ph":"X","pid":1,"tid":1,"ts":1.0})");
  CHECK(events[4]["args"]["name"] == "host");
  CHECK(events[6].dump() == R"({"name":"poll","ph":"i","pid":1,"s":"t","tid":2,"ts":0.005})");
  CHECK(events[7].dump() == R"({"cat":"flow","id":7,"name":"flow","ph":"s","pid":1,"tid":1,"ts":1.0})");
  CHECK(events[8].dump() == R"({"bp":"e","cat":"flow","id":7,"name":"flow","ph":"f","pid":1,"tid":2,"ts":2.0})");
  CHECK(events[11].dump() == R"({"args":{"value":2.5},"name":"elink queue","ph":"C","pid":1,"tid":3,"ts":0.001666})");
  CHECK(events[12]["ts"] == 1e15);
}

TEST_CASE("a trace that cannot be written says so") {
  CHECK_THROWS_WITH(ChromeTrace("/nonexistent/t.json", 1e6, "x"), "cannot write the trace /nonexistent/t.json: No such file or directory");
  ChromeTrace full("/dev/full", 1e6, "x");
  CHECK_THROWS_WITH(full.close(), "the trace /dev/full is incomplete: writing it failed (is the disk full?)");
}
