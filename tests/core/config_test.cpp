// Board files: values, overrides, and an error for everything that is wrong in one.
#include "sim/core/config.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

using epysim::UsageError;
using epysim::core::Config;

namespace {

const char* const kBoard = R"({
  // comments are welcome
  "board": "toy",
  "mesh": {
    "text": "how nodes talk",
    "hop_cycles": { "value": 2, "unit": "cycles", "source": "made up", "text": "per hop" },
    "rate": { "value": 1.5, "unit": "bytes per cycle" },
    "wide": { "value": true }
  },
  "dram": { "base": { "value": "0x8e000000" }, "bytes": { "value": "32M" }, "kind": { "value": "ddr3" } }
})";

Config toy(const std::vector<std::string>& overrides = {}) { return Config::parse(kBoard, "toy.json", overrides); }

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

std::string parse_error(const std::string& text) {
  return error_of([&] { Config::parse(text, "x.json"); });
}

}  // namespace

TEST_CASE("values are read by dotted key and type") {
  const Config config = toy();
  CHECK(config.board() == "toy");
  CHECK(config.integer("mesh.hop_cycles", 0, 10) == 2);
  CHECK(config.real("mesh.rate", 0, 8) == 1.5);
  CHECK(config.real("mesh.hop_cycles", 0, 8) == 2.0);
  CHECK(config.boolean("mesh.wide"));
  CHECK(config.integer("dram.base", 0, 0xffffffff) == 0x8e000000);
  CHECK(config.integer("dram.bytes", 0, 0xffffffff) == 32 << 20);
  CHECK(config.text("dram.kind") == "ddr3");
  config.reject_unknown();
  CHECK(config.effective().dump() ==
        R"({"mesh.hop_cycles":2,"mesh.rate":1.5,"mesh.wide":true,"dram.base":"0x8e000000","dram.bytes":"32M","dram.kind":"ddr3"})");
}

TEST_CASE("an override replaces a value and is named when it is wrong") {
  const Config config = toy({"mesh.hop_cycles=7", "mesh.rate=0.25", "mesh.wide=false", "dram.base=0x1000", "dram.kind=12"});
  CHECK(config.integer("mesh.hop_cycles", 0, 10) == 7);
  CHECK(config.real("mesh.rate", 0, 8) == 0.25);
  CHECK_FALSE(config.boolean("mesh.wide"));
  CHECK(config.integer("dram.base", 0, 0xffffffff) == 0x1000);
  CHECK(config.text("dram.kind") == "12");
  CHECK(error_of([] { toy({"mesh.hop_cycle=7"}); }) ==
        "--set mesh.hop_cycle=7: toy.json has no key 'mesh.hop_cycle'; did you mean 'mesh.hop_cycles'?");
  CHECK(error_of([] { toy({"nonsense"}); }) == "--set nonsense: write it as KEY=VALUE, for example --set host.poll_interval=600");
  CHECK(error_of([] { toy({"mesh.hop_cycles=many"}).integer("mesh.hop_cycles", 0, 10); }) ==
        "--set mesh.hop_cycles=many: mesh.hop_cycles must be an integer (cycles), not a text (\"many\")");
  CHECK(error_of([] { toy({"mesh.hop_cycles=11"}).integer("mesh.hop_cycles", 0, 10); }) ==
        "--set mesh.hop_cycles=11: mesh.hop_cycles = 11 is impossible: it must be from 0 to 10 cycles");
}

TEST_CASE("wrong types, impossible, missing and unknown values name key and file") {
  const Config config = toy();
  CHECK(error_of([&] { config.integer("mesh.rate", 0, 10); }) ==
        "toy.json: mesh.rate must be an integer (bytes per cycle), not a real number (1.5)");
  CHECK(error_of([&] { config.real("mesh.rate", 2, 8); }) ==
        "toy.json: mesh.rate = 1.5 is impossible: it must be from 2 to 8 bytes per cycle");
  CHECK(error_of([&] { config.boolean("mesh.hop_cycles"); }) ==
        "toy.json: mesh.hop_cycles must be true or false (cycles), not an integer (2)");
  CHECK(error_of([&] { config.text("mesh.wide"); }) == "toy.json: mesh.wide must be a text, not a boolean (true)");
  CHECK(error_of([&] { config.integer("mesh.hop_cycels", 0, 1); }) == "toy.json: the key 'mesh.hop_cycels' is missing");
  CHECK(error_of([&] { config.reject_unknown(); }) == "toy.json: unknown key 'dram.base'");
  config.set_aside("dra");  // no section of that name
  CHECK(error_of([&] { config.reject_unknown(); }) == "toy.json: unknown key 'dram.base'");
  config.set_aside("dram");
  CHECK_NOTHROW(config.reject_unknown());

  const Config misspelt = Config::parse(R"({"board": "b", "host": {"pol_interval": {"value": 1}}})", "b.json");
  CHECK(error_of([&] { misspelt.integer("host.poll_interval", 0, 9); }) ==
        "b.json: the key 'host.poll_interval' is missing; is 'host.pol_interval' a misspelling of it?");
  CHECK(error_of([&] { misspelt.reject_unknown(); }) == "b.json: unknown key 'host.pol_interval'; did you mean 'host.poll_interval'?");
}

TEST_CASE("a board file that is not one is refused") {
  CHECK(parse_error("{\n  \"board\": \"b\",\n  oops\n}") ==
        "x.json: line 3, column 3: not valid JSON (comments with // and /* */ are allowed)");
  CHECK(parse_error("[1]") == "x.json: a board file is one JSON object, not a list");
  CHECK(parse_error("{}") == "x.json: the key 'board' (the board's name) is missing");
  CHECK(parse_error(R"({"board": 3})") == "x.json: board must be the board's name, a text");
  CHECK(parse_error(R"({"board": "b", "n": 3})") ==
        "x.json: n must be a section or a documented value, {\"value\": ..., \"unit\": ..., \"source\": ...}, not an integer");
  CHECK(parse_error(R"({"board": "b", "n": {"value": [1]}})") ==
        "x.json: n must have a number, a boolean or a text as its value, not a list");
  CHECK(parse_error(R"({"board": "b", "n": {"value": 1, "unti": "s"}})") ==
        "x.json: n has an unknown field 'unti'; a value has value, unit, source and text");
  CHECK(parse_error(R"({"board": "b", "n": {"value": 1}, "n": {"value": 2}})") == "x.json: the key 'n' is given twice in one section");
}

TEST_CASE("boards are found by name under home(), and the error lists them") {
  const auto folder = std::filesystem::temp_directory_path() / ("epysim-home-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "configs");
  std::ofstream(folder / "configs/toy.json") << kBoard;
  std::ofstream(folder / "configs/another.json") << kBoard;
  setenv("EPYSIM_HOME", folder.c_str(), 1);
  CHECK(Config::load("toy").integer("mesh.hop_cycles", 0, 10) == 2);
  CHECK(Config::load((folder / "configs/toy.json").string()).board() == "toy");
  CHECK(error_of([] { Config::load("tpy"); }) ==
        "unknown board 'tpy', did you mean 'toy'? Boards here: another, toy. A path to a .json file works too.");
  CHECK(error_of([] { Config::load("./missing.json"); }) == "./missing.json: no such board file");
  setenv("EPYSIM_HOME", "/nonexistent", 1);
  CHECK(error_of([] { Config::load("toy"); }) == "EPYSIM_HOME is /nonexistent, which has no folder configs/ in it");
  unsetenv("EPYSIM_HOME");
  CHECK(std::filesystem::equivalent(epysim::core::home(), EPYSIM_SOURCE_DIR));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a board file may say only what differs from another one") {
  const auto folder = std::filesystem::temp_directory_path() / ("epysim-config-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto file = [&](const std::string& name, const std::string& text) { std::ofstream(folder / name) << text; };
  file("base.json", R"({"board": "base", "host": {"a": {"value": 1}, "b": {"value": 2}}})");
  file("derived.json", R"({"board": "derived", "based_on": "base.json", "host": {"b": {"value": 3}, "c": {"value": 4}}})");
  const Config config = Config::load((folder / "derived.json").string(), {"host.a=7"});
  CHECK(config.board() == "derived");
  CHECK(config.integer("host.a", 0, 9) == 7);
  CHECK(config.integer("host.b", 0, 9) == 3);
  CHECK(config.integer("host.c", 0, 9) == 4);
  CHECK(config.effective().dump() == R"({"host.a":7,"host.b":3,"host.c":4})");

  // null leaves out a value or a whole section, and only what is there.
  file("less.json", R"({"board": "less", "based_on": "derived.json", "host": {"b": null}})");
  CHECK(Config::load((folder / "less.json").string()).effective().dump() == R"({"host.a":1,"host.c":4})");
  file("least.json", R"({"board": "least", "based_on": "derived.json", "host": null, "hosts": {"a": {"value": 5}}})");
  CHECK(Config::load((folder / "least.json").string()).effective().dump() == R"({"hosts.a":5})");
  file("least.json", R"({"board": "least", "based_on": "derived.json", "hos": null})");
  CHECK_THROWS_WITH(Config::load((folder / "least.json").string()),
                    Catch::Contains("least.json: hos is null") && Catch::Contains("nothing"));

  file("lost.json", R"({"board": "x", "based_on": "nowhere.json"})");
  CHECK_THROWS_WITH(Config::load((folder / "lost.json").string()), Catch::Contains("lost.json") && Catch::Contains("no file nowhere.json"));
  file("circle.json", R"({"board": "x", "based_on": "circle.json"})");
  CHECK_THROWS_WITH(Config::load((folder / "circle.json").string()), Catch::Contains("in a circle"));
  file("odd.json", R"({"board": "x", "based_on": 3})");
  CHECK_THROWS_WITH(Config::load((folder / "odd.json").string()), Catch::Contains("based_on must be the name of a file"));
  // An error inside the base names the base.
  file("base.json", R"({"board": "base", "host": {"a": 1}})");
  CHECK_THROWS_WITH(Config::load((folder / "derived.json").string()), Catch::Contains("base.json: host.a"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("the nearest word is suggested only when it is near") {
  using epysim::core::nearest;
  CHECK(nearest("rnu", {"exec", "run"}) == "run");
  CHECK(nearest("disassemble", {"exec", "disasm"}).empty());
  CHECK(nearest("validat", {"validate", "bench"}) == "validate");
}
