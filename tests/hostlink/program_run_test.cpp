// Whole programs on cores that follow a script: how a run ends.
#include <catch2/catch.hpp>
#include <cstring>

#include "tests/hostlink/scripted_cores.h"

using namespace epysim;
using namespace epysim::hostlink;
using test::ScriptedCores;

namespace {

struct Fixture : ScriptedCores {
  Fixture() : ScriptedCores(2, false) {}
  void ends(std::size_t rank) { request(rank, EPY_REQUEST_END, {}); }
  std::uint32_t control(std::size_t offset) { return device.peek(layout.control + static_cast<Address>(offset)); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "loading fills the control structure and starts every core") {
  ends(1);
  ends(0);
  const ProgramResult result = run_to_end(monitor);
  CHECK(result.outcome.status == Status::Done);
  CHECK(result.core_seconds[1] < result.core_seconds[0]);
  CHECK(device.started == std::vector<int>{0, 1});
  CHECK(control(offsetof(epy_control, magic)) == EPY_CONTROL_MAGIC);
  CHECK(control(offsetof(epy_control, core_count)) == 2);
  CHECK(control(offsetof(epy_control, image)) == layout.image);
  CHECK(control(offsetof(epy_control, worker)) == 0);
  CHECK(read_as<epy_core_layout>(device, layout.control + static_cast<Address>(offsetof(epy_control, layout))).heap == layout.core[0].heap);
  CHECK(device.peek(layout.image) == *reinterpret_cast<const std::uint32_t*>(program.image().resident.data()));
  REQUIRE(device.doorbells.size() == 2);
  CHECK(device.doorbells[1].request == layout.block(1));
  CHECK(device.doorbells[1].channel == layout.block(1) + 32);
}

TEST_CASE_METHOD(Fixture, "prints are lines in the order of the requests") {
  device.script.push_back([this] {
    const Address window = layout.core[1].window;
    device.poke(window + 0x7000, 42);
    device.poke(window + 0x7010, EPY_INT);
    return Notice{Wake::TimeOut};
  });
  request(1, EPY_REQUEST_PRINT, {1, 0x7000, 0x7010});
  request(0, EPY_REQUEST_PRINT, {0, 0x7000, 0x7010});
  ends(0);
  ends(1);
  CHECK(run_to_end(monitor).outcome.status == Status::Done);
  CHECK(output.lines == std::vector<std::string>{"[device 1] 42", "[device 0] "});
  CHECK(reply(1) == 2);
}

TEST_CASE_METHOD(Fixture, "text of a value, mathematics, input that is not there") {
  request(0, EPY_REQUEST_FORMAT, {EPY_REAL, 0x3f000000});
  device.script.push_back([this] {
    char text[5] = {};
    device.read(layout.block(0) + static_cast<Address>(offsetof(epy_core_block, text)), std::as_writable_bytes(std::span(text)));
    CHECK(std::string(text) == "0.5");
    return Notice{Wake::TimeOut};
  });
  request(0, EPY_REQUEST_MATHS, {0, EPY_INT, 16, 0, 0});
  device.script.push_back([this] {
    const Address result = layout.block(0) + static_cast<Address>(offsetof(epy_core_block, result));
    CHECK(device.peek(result) == EPY_REAL);
    CHECK(device.peek(result + 4) == 0x40800000);
    return Notice{Wake::TimeOut};
  });
  request(0, EPY_REQUEST_MATHS, {32, EPY_REAL, 0x40000000, EPY_INT, 10});
  device.script.push_back([this] {
    CHECK(device.peek(layout.block(0) + static_cast<Address>(offsetof(epy_core_block, result)) + 4) == 0x44800000);
    return Notice{Wake::TimeOut};
  });
  ends(1);
  request(0, EPY_REQUEST_INPUT, {0});
  const ProgramResult result = run_to_end(monitor);
  REQUIRE(result.outcome.failures.size() == 1);
  CHECK(result.outcome.failures[0].error_class == "EOFError");
}

TEST_CASE_METHOD(Fixture, "transfers go through cells, within bounds") {
  const Address channel = layout.core[0].channel;
  const auto cell_of = [&](std::uint32_t cell) {
    return channel + static_cast<Address>(offsetof(epy_channel, cell)) + cell * EPY_CELL_BYTES;
  };
  references.put({5, EPY_INT, Kind::Host, 3, true}, std::vector<std::uint32_t>{10, 20, 30});
  const std::uint32_t reference = references.external(5).reference;
  transfer(0, 4, EPY_TRANSFER_READ, reference, 1, 2);
  device.script.push_back([&] {
    CHECK(device.peek(channel + 4 * 16) == EPY_TRANSFER_DONE);
    CHECK(device.peek(cell_of(4)) == 20);
    CHECK(device.peek(cell_of(4) + 4) == 30);
    device.poke(cell_of(7), 99);
    return Notice{Wake::TimeOut};
  });
  const auto expect = [&](std::uint32_t cell, std::uint32_t wanted) {
    device.script.push_back([&, cell, wanted] {
      CHECK(device.peek(channel + cell * 16) == wanted);
      return Notice{Wake::TimeOut};
    });
  };
  const auto failed = [](ErrorCode error) { return static_cast<std::uint32_t>(error) << 2; };
  transfer(0, 7, EPY_TRANSFER_WRITE, reference, 0, 1);
  expect(7, EPY_TRANSFER_DONE);
  transfer(0, 1, EPY_TRANSFER_READ, reference, 2, 2);
  expect(1, failed(ErrorCode::INDEX_RANGE));
  transfer(0, 31, EPY_TRANSFER_READ, reference, 0, 257);
  expect(31, failed(ErrorCode::VALUE));
  transfer(0, 30, EPY_TRANSFER_READ, reference, 0, 257);  // fits into two cells, but the buffer is shorter
  expect(30, failed(ErrorCode::INDEX_RANGE));
  transfer(0, 2, EPY_TRANSFER_WRITE, reference + (1u << 20), 0, 1);
  expect(2, failed(ErrorCode::REFERENCE));
  ends(0);
  ends(1);
  CHECK(run_to_end(monitor).outcome.status == Status::Done);
  CHECK(references.contents(5) == std::vector<std::uint32_t>{99, 20, 30});
}

TEST_CASE_METHOD(Fixture, "an error stops the run: the others are told to leave, and halted when they do not") {
  request(1, EPY_REQUEST_ERROR, {static_cast<std::uint32_t>(ErrorCode::ZERO_DIVISION), fault(), 0});
  const ProgramResult result = run_to_end(monitor);
  CHECK(result.outcome.status == Status::Failed);
  REQUIRE(result.outcome.failures.size() == 1);
  CHECK(sentence(result.outcome.failures[0]).starts_with("kernel.py:2: ZeroDivisionError: division by zero (core 1, in kernel, cycle "));
  CHECK(control(offsetof(epy_control, stop)) == 1);
  CHECK(device.peek(layout.status(0) + static_cast<Address>(offsetof(epy_status, stop))) == 1);
  CHECK(device.halted == std::vector<int>{0});
  CHECK(device.now < 2 * kStopSeconds);
}

TEST_CASE_METHOD(Fixture, "cores that leave when they are told to need not be halted") {
  request(1, EPY_REQUEST_ERROR, {static_cast<std::uint32_t>(ErrorCode::ZERO_DIVISION), fault(), 0});
  device.script.push_back([this] {
    waits(0, EPY_ENDED, 0);
    return Notice{Wake::AllStopped};
  });
  const ProgramResult result = run_to_end(monitor);
  CHECK(result.outcome.failures.size() == 1);
  CHECK(device.halted.empty());
}

TEST_CASE_METHOD(Fixture, "every core waits: a report per core") {
  device.script.push_back([this] {
    waits(0, EPY_WAIT_RECV, 1);
    waits(1, EPY_WAIT_BARRIER, 0);
    return Notice{Wake::TimeOut};
  });
  const ProgramResult result = run_to_end(monitor);
  CHECK(report(result.outcome.failures) == std::vector<std::string>{"deadlock: no core can ever go on",
                                                                    "core 0 waits for a message from core 1 at kernel.py:2",
                                                                    "core 1 waits at a barrier at kernel.py:2"});
}

TEST_CASE_METHOD(Fixture, "the cycle limit: a report of where each core was") {
  happens(Wake::CycleLimit);
  const ProgramResult result = run_to_end(monitor);
  REQUIRE(result.outcome.failures.size() == 2);
  CHECK(result.outcome.failures[1].core == 1);
  CHECK(result.outcome.failures[1].message == "the limit on simulated time was reached; the VM was in somewhere");
  CHECK(device.halted == std::vector<int>{0, 1});
}

TEST_CASE_METHOD(Fixture, "Ctrl-C ends a run at once") {
  happens(Wake::Interrupted);
  const ProgramResult result = run_to_end(monitor);
  CHECK(result.outcome.status == Status::Interrupted);
  CHECK(device.waits == 1);
}

TEST_CASE_METHOD(Fixture, "a core that crashes is found by the next look") {
  ends(0);
  device.stopped.insert(1);
  const ProgramResult result = run_to_end(monitor);
  REQUIRE(result.outcome.failures.size() == 1);
  CHECK(result.outcome.failures[0].error_class == "CoreError");
  CHECK(result.outcome.failures[0].core == 1);
}

TEST_CASE_METHOD(Fixture, "an unknown request is a failure, not a crash") {
  request(0, 77, {});
  ends(1);
  CHECK(run_to_end(monitor).outcome.failures[0].message == "unknown request 77 from the VM");
}
