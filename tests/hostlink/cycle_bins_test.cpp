// Every cycle of every core is in exactly one bin.
#include "hostlink/profile/cycle_bins.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "hostlink/program.h"
#include "tests/hostlink/scripted_cores.h"

using namespace epysim;
using namespace epysim::hostlink;
using core::Cause;

namespace {

/// One function of two lines; where each line's code begins.
struct Kernel {
  Kernel()
      : program(test::compile_text("def kernel(a):\n    b = a + 1\n    return b\n"),
                std::string(EPYSIM_SOURCE_DIR) + "/vm/images/epython-epiphany.elf") {
    const compiler::Image& image = program.image();
    function = image.exports.at("kernel");
    for (const compiler::Image::Line& line : image.lines) {
      if (image.function_at(line.offset) != function) continue;
      if (line.line == 2 && second == 0) second = line.offset;
      if (line.line == 3 && third == 0) third = line.offset;
    }
    REQUIRE(second < third);
    bins.load(program);
  }
  /// A core has come to an instruction, and its account is this.
  void step(int core, std::uint32_t offset) {
    if (bins.instruction(core, offset)) bins.go_on(core, now[core]);
  }
  void spend(int core, Cause cause, Cycle cycles) { now[core].add(cause, cycles); }

  Program program;
  std::uint32_t function = 0, second = 0, third = 0;
  CycleBins bins{2};
  core::CauseAccount now[2];
};

}  // namespace

TEST_CASE_METHOD(Kernel, "cycles go to lines, to the rest of their kernel and to what is outside") {
  spend(0, Cause::Issue, 100);
  const std::size_t kernel = bins.kernel("kernel", function);
  bins.count_launch(kernel);
  bins.begin(0, kernel, now[0]);
  spend(0, Cause::OffChipLoad, 30);
  step(0, second);
  spend(0, Cause::Issue, 7);
  step(0, second);
  spend(0, Cause::Branch, 3);
  step(0, third);
  spend(0, Cause::Issue, 5);
  bins.waited(0, 0, 4);
  bins.end(0, now[0]);
  spend(0, Cause::Idle, 1000);
  spend(1, Cause::Idle, 1145);
  bins.settle(0, now[0]);
  bins.settle(1, now[1]);

  CHECK(bins.outside() == nlohmann::ordered_json::parse(R"({"cycles": 2245, "causes": {"issue": 100, "idle": 2145}})"));
  CHECK(bins.rests() == nlohmann::ordered_json::parse(R"([{"kernel": "kernel", "cycles": 30, "causes": {"offchip_load": 30}}])"));
  CHECK(bins.kernels() == nlohmann::ordered_json::parse(R"([{"name": "kernel", "file": "kernel.py", "line": 1, "launches": 1, "runs": 1,
    "cycles": 45, "causes": {"issue": 12, "branch": 3, "offchip_load": 30}}])"));
  CHECK(bins.lines({"a"}) == nlohmann::ordered_json::parse(R"([
    {"kernel": "kernel", "function": "kernel", "file": "kernel.py", "line": 2, "text": "    b = a + 1", "times": 2, "instructions": 2,
     "cycles": 10, "causes": {"issue": 7, "branch": 3}, "cores": [10, 0], "waits": {}},
    {"kernel": "kernel", "function": "kernel", "file": "kernel.py", "line": 3, "text": "    return b", "times": 1, "instructions": 1,
     "cycles": 5, "causes": {"issue": 5}, "cores": [5, 0], "waits": {"a": 4}}])"));
}

TEST_CASE_METHOD(Kernel, "what a core does without a kernel belongs to no line") {
  step(0, second);
  spend(0, Cause::Issue, 9);
  bins.settle(0, now[0]);
  CHECK(bins.lines({}).empty());
  CHECK(bins.outside().at("cycles") == 9);
}

TEST_CASE_METHOD(Kernel, "cycles may change their cause when a wait is over") {
  const std::size_t kernel = bins.kernel("kernel", function);
  bins.begin(0, kernel, now[0]);
  step(0, second);
  const core::CauseAccount before = now[0];
  spend(0, Cause::Branch, 50);
  step(0, third);
  now[0].reassign_since(before, Cause::HostWait);
  bins.end(0, now[0]);
  CHECK(bins.kernels().at(0).at("cycles") == 50);
  CHECK(bins.kernels().at(0).at("causes") == nlohmann::ordered_json::parse(R"({"host_wait": 50})"));
}
