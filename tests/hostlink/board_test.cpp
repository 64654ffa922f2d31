// The real VM on a real (simulated) board, through run_program(). One board per process: run these through ctest.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "hostlink/run.h"
#include "tests/hostlink/scripted_cores.h"

using namespace epysim;
using namespace epysim::hostlink;

namespace {

/// Answers every input() with the next of these.
class Lines final : public InputSource {
 public:
  explicit Lines(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  std::optional<std::string> line(int, const std::string& prompt) override {
    prompts.push_back(prompt);
    if (prompts.size() > lines_.size()) return std::nullopt;
    return lines_[prompts.size() - 1];
  }
  std::vector<std::string> prompts;

 private:
  std::vector<std::string> lines_;
};

struct Run {
  explicit Run(const std::string& text) {
    folder = std::filesystem::temp_directory_path() / ("epysim-test-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    request.program = folder / "prog.py";
    std::ofstream(request.program) << text;
    request.machine.cores = "4";
  }
  ~Run() { std::filesystem::remove_all(folder); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  RunOutcome operator()() {
    RunOutcome outcome = run_program(request, output, input, &statistics);
    std::sort(output.lines.begin(), output.lines.end());
    return outcome;
  }

  std::filesystem::path folder;
  RunRequest request;
  test::RecordedOutput output;
  Lines input{{}};
  nlohmann::ordered_json statistics;
};

}  // namespace

TEST_CASE("hello from every core") {
  Run run("from parallel import *\nprint \"Hello from \" + coreid() + \" of \" + numcores()\n");
  run.request.machine.cores = "all";
  CHECK(run().exit_code == 0);
  REQUIRE(run.output.lines.size() == 16);
  CHECK(run.output.lines[0] == "[device 0] Hello from 0 of 16");
  CHECK(run.output.lines[15] == "[device 9] Hello from 9 of 16");
  CHECK(run.statistics["cores"].size() == 16);
  CHECK(run.statistics["host"]["requests"].get<int>() >= 32);
  CHECK(run.statistics.contains("wall_seconds"));
  for (const auto& core : run.statistics["cores"]) {
    std::uint64_t sum = 0;
    for (const auto& cycles : core["causes"]) sum += cycles.get<std::uint64_t>();
    CHECK(sum == core["cycles"].get<std::uint64_t>());
  }
}

TEST_CASE("ids are those of the cores that take part") {
  Run run("from parallel import *\nprint coreid(), numcores(), 0.5, true, none\n");
  run.request.machine.cores = "1,5,9";
  run.request.time = true;
  CHECK(run().exit_code == 0);
  REQUIRE(run.output.lines.size() == 6);
  CHECK(run.output.lines[0].starts_with("Core 1 completed in 0.000"));
  CHECK(run.output.lines[3] == "[device 1] 1 3 0.500000 true NONE");
  CHECK(run.output.lines[5] == "[device 9] 9 3 0.500000 true NONE");
}

TEST_CASE("the modern dialect prints as Python") {
  Run run("# epython: modern\nfrom parallel import *\nif coreid() == 0:\n  print(0.1, True, None, [1, 2], \"a\")\n");
  CHECK(run().exit_code == 0);
  CHECK(run.output.lines == std::vector<std::string>{"[device 0] 0.1 True None [1, 2] a"});
}

TEST_CASE("input by content") {
  Run run("a=input(\"n? \")\nb=input()\nprint a+1, b\n");
  run.request.machine.cores = "1";
  run.input = Lines({"-3", "x y"});
  CHECK(run().exit_code == 0);
  CHECK(run.output.lines == std::vector<std::string>{"[device 0] -2 x y"});
  CHECK(run.input.prompts == std::vector<std::string>{"n? ", "device 0> "});
}

TEST_CASE("a failing core names line and core; the others leave cleanly") {
  Run run("from parallel import *\na=[1]\nif coreid()==2:\n  print a[7-coreid()-6]\nx=recv(2)\nprint x\n");
  const RunOutcome outcome = run();
  CHECK(outcome.exit_code == 1);
  REQUIRE(outcome.outcome.failures.size() == 1);
  CHECK(outcome.outcome.failures[0].core == 2);
  CHECK(outcome.outcome.failures[0].line == 4);
  CHECK(outcome.outcome.failures[0].error_class == "IndexError");
  CHECK(run.output.lines.empty());
  CHECK(outcome.seconds < kStopSeconds);  // nobody had to be halted
}

TEST_CASE("a deadlock is reported per core") {
  Run run("from parallel import *\ndef take(x):\n  return recv(x)\nif coreid()==0:\n  sync()\nelse:\n  print take(0)\n");
  const RunOutcome outcome = run();
  CHECK(outcome.exit_code == 1);
  const auto lines = report(outcome.outcome.failures);
  REQUIRE(lines.size() == 5);
  const std::string file = run.request.program.string();
  CHECK(lines[1] == "core 0 waits at a barrier at " + file + ":5");
  CHECK(lines[4] == "core 3 waits for a message from core 0 at " + file + ":3");
}

TEST_CASE("a core that spins for ever is stopped by the cycle limit") {
  Run run("i=0\nwhile true:\n  i=i+1\n");
  run.request.machine.max_cycles = 300000;
  const RunOutcome outcome = run();
  CHECK(outcome.exit_code == 1);
  REQUIRE(outcome.outcome.failures.size() == 4);
  CHECK(outcome.outcome.failures[0].error_class == "TimeoutError");
  CHECK((outcome.outcome.failures[0].line == 2 || outcome.outcome.failures[0].line == 3));
  CHECK(outcome.outcome.failures[0].message.find("epy_interpret") != std::string::npos);
}

TEST_CASE("code and data in shared memory: same output, more cycles, a notice") {
  Run run("from parallel import *\na=[coreid()]*20\ns=0\nfor x in a:\n  s=s+x\nprint s\n");
  run.request.machine.placement = {Where::Shared, Where::Shared, 1024};
  CHECK(run().exit_code == 0);
  CHECK(run.output.lines == std::vector<std::string>{"[device 0] 0", "[device 1] 20", "[device 2] 40", "[device 3] 60"});
  REQUIRE_FALSE(run.output.notices.empty());
  CHECK(run.output.notices[0].find("runs from shared memory") != std::string::npos);
}

TEST_CASE("a mistake in the source shows before a board is built") {
  Run run("if x > 3\n  print x\n");
  CHECK_THROWS_AS(run(), ProgramError);
  CHECK_THROWS_AS(run(), ProgramError);
}
