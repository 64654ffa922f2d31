// Launches on cores that follow a script: order, results, failures, restarts.
#include <bit>
#include <catch2/catch.hpp>

#include "sim/core/error.h"
#include "tests/hostlink/scripted_cores.h"

using namespace epysim;
using namespace epysim::hostlink;
using test::ScriptedCores;

namespace {

struct Fixture : ScriptedCores {
  Fixture() {
    all_ready();
    REQUIRE(kernels.start().empty());
  }
  Launch kernel(std::vector<KernelArgument> arguments = {Value(1)}) {
    Launch launch;
    launch.kernel = "kernel";
    launch.function = program.image().exports.at("kernel");
    launch.arguments = std::move(arguments);
    return launch;
  }
  const Value& value(Kernels::Handle handle, std::size_t index) { return std::get<Value>(kernels.find(handle).results.at(index).outcome); }
  const Failure& failure(Kernels::Handle handle, std::size_t index) {
    return std::get<Failure>(kernels.find(handle).results.at(index).outcome);
  }
  void wait(Kernels::Handle handle) { kernels.wait({handle}, Kernels::Until::All, std::nullopt, true); }
  void fails(std::size_t rank) { request(rank, EPY_REQUEST_ERROR, {static_cast<std::uint32_t>(ErrorCode::INDEX_RANGE), fault(), 0}); }

  bool gone = false;
  Kernels kernels{monitor, references, [this] { return gone; }};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a launch reaches its cores, its results come back by core, and stay") {
  references.put({7, EPY_REAL, Kind::Host, 3, false}, {});
  const auto handle = kernels.launch(kernel({Value(-5), Value(1.5f), BufferArgument{7}}), {0, 1});
  CHECK(reply(0) == 1);
  const epy_launch words = launched(1);
  CHECK(words.function == program.image().exports.at("kernel"));
  CHECK(words.argument_count == 3);
  CHECK(words.arguments[0].word == static_cast<std::uint32_t>(-5));
  CHECK(words.arguments[1].word == std::bit_cast<std::uint32_t>(1.5f));
  CHECK(words.arguments[2].tag == EPY_EXTERNAL);
  CHECK(words.arguments[2].data.reference == references.external(7).reference);
  CHECK(words.arguments[2].data.length == 3);
  CHECK(words.arguments[2].data.read_only == 1);
  CHECK(kernels.find(handle).running == 2);

  next(1, EPY_INT, 11);
  next(0, EPY_BOOL, 1);
  wait(handle);
  REQUIRE(kernels.find(handle).done());
  CHECK(kernels.find(handle).results[0].core == 0);
  CHECK(value(handle, 0) == Value(true));
  CHECK(value(handle, 1) == Value(11));
  wait(handle);
  CHECK(value(handle, 1) == Value(11));
  kernels.forget(handle);
  CHECK_THROWS_AS(kernels.find(handle), UsageError);
}

TEST_CASE_METHOD(Fixture, "no time passes between waits") {
  const int waits = device.waits;
  const double before = device.now;
  kernels.launch(kernel(), {0});
  kernels.launch(kernel(), {0});
  kernels.launch_any(kernel(), 2);
  CHECK(device.waits == waits);
  CHECK(device.now == before);
}

TEST_CASE_METHOD(Fixture, "waits in any order; a later launch does not overtake") {
  const auto a = kernels.launch(kernel({Value(1)}), {0});
  const auto b = kernels.launch(kernel({Value(2)}), {0});
  const auto c = kernels.launch(kernel({Value(3)}), {1});
  CHECK(launched(0).arguments[0].word == 1);
  CHECK(launched(1).arguments[0].word == 3);
  CHECK(kernels.find(b).scheduled == 1);
  next(0, EPY_INT, 10);
  next(0, EPY_INT, 20);
  wait(b);
  CHECK(value(a, 0) == Value(10));
  CHECK(value(b, 0) == Value(20));
  CHECK_FALSE(kernels.find(c).done());
  next(1, EPY_NONE, 0);
  wait(c);
  wait(a);
  CHECK(value(c, 0) == Value(None{}));
}

TEST_CASE_METHOD(Fixture, "any core that is idle takes an automatic launch") {
  kernels.launch(kernel({Value(1)}), {0});
  const auto handle = kernels.launch_any(kernel({Value(2)}), 1);
  CHECK(launched(1).arguments[0].word == 2);
  next(1, EPY_INT, 5);
  wait(handle);
  CHECK(kernels.find(handle).results[0].core == 1);
  CHECK_THROWS_AS(kernels.launch_any(kernel(), 3), UsageError);
}

TEST_CASE_METHOD(Fixture, "waiting for any comes back with the first") {
  const auto handle = kernels.launch(kernel(), {0, 1});
  next(1, EPY_INT, 1);
  next(0, EPY_INT, 0);
  kernels.wait({handle}, Kernels::Until::Any, std::nullopt, true);
  CHECK(kernels.find(handle).results.size() == 1);
  kernels.wait({handle}, Kernels::Until::Any, std::nullopt, true);
  CHECK(kernels.find(handle).done());
}

TEST_CASE_METHOD(Fixture, "a wait with a limit gives up when that has passed") {
  const auto handle = kernels.launch(kernel(), {0});
  const double before = device.now;
  kernels.wait({handle}, Kernels::Until::All, 1e-5, false);
  CHECK(device.now - before == Approx(1e-5));
  CHECK_FALSE(kernels.find(handle).done());
  kernels.let_run(0.002);
  CHECK(device.now - before == Approx(0.00201));
}

TEST_CASE_METHOD(Fixture, "a failing kernel names kernel, line and core; all cores come back before the next") {
  const auto bad = kernels.launch(kernel(), {0, 1});
  const auto good = kernels.launch(kernel({Value(7)}), {0});
  fails(0);
  next(1, EPY_INT, 1);
  const std::size_t loads = device.loaded.size();
  wait(bad);
  CHECK(failure(bad, 0).error_class == "IndexError");
  CHECK(failure(bad, 0).kernel == "kernel");
  CHECK(failure(bad, 0).file == "kernel.py");
  CHECK(failure(bad, 0).line == 2);
  CHECK(failure(bad, 0).core == 0);
  CHECK(value(bad, 1) == Value(1));
  CHECK(device.loaded.size() == loads + 2);  // both cores, as soon as neither runs
  all_ready();
  next(0, EPY_INT, 70);
  wait(good);
  CHECK(value(good, 0) == Value(70));
}

TEST_CASE_METHOD(Fixture, "a core that the others wait for has failed: they fail too") {
  const auto handle = kernels.launch(kernel(), {0, 1});
  fails(0);
  waits(1, EPY_WAIT_RECV, 0);
  wait(handle);
  REQUIRE(kernels.find(handle).done());
  CHECK(failure(handle, 0).error_class == "IndexError");
  CHECK(failure(handle, 1).error_class == "DeadlockError");
  CHECK(sentence(failure(handle, 1)) == "core 1 waits for a message from core 0 at kernel.py:2");
}

TEST_CASE_METHOD(Fixture, "a client that only polls may still launch what a core waits for") {
  const auto handle = kernels.launch(kernel(), {0});
  waits(0, EPY_WAIT_RECV, 1);
  for (int i = 0; i < 1000; ++i) kernels.wait({handle}, Kernels::Until::All, 1e-5, false);
  CHECK_FALSE(kernels.find(handle).done());
  wait(handle);
  CHECK(failure(handle, 0).error_class == "DeadlockError");
}

TEST_CASE_METHOD(Fixture, "when no core is free polling finds the deadlock too") {
  const auto handle = kernels.launch(kernel(), {0, 1});
  waits(0, EPY_WAIT_RECV, 1);
  waits(1, EPY_WAIT_SEND, 0);
  for (int i = 0; i < 1000; ++i) kernels.wait({handle}, Kernels::Until::All, 1e-5, false);
  CHECK(kernels.find(handle).done());
  CHECK(failure(handle, 1).message == "waits for core 0 to take a message");
}

TEST_CASE_METHOD(Fixture, "a core that moves on between two looks is not stuck") {
  const auto handle = kernels.launch(kernel(), {0});
  waits(0, EPY_WAIT_RECV, 1);
  for (std::uint32_t i = 0; i < 20; ++i) {
    device.poke(layout.status(0) + static_cast<Address>(offsetof(epy_status, progress)), i);
    kernels.wait({handle}, Kernels::Until::All, kLookSeconds, false);
  }
  CHECK_FALSE(kernels.find(handle).done());
}

TEST_CASE_METHOD(Fixture, "the cycle limit fails what runs, what is queued and what comes later") {
  const auto running = kernels.launch(kernel(), {0}), queued = kernels.launch(kernel(), {0});
  happens(Wake::CycleLimit);
  wait(running);
  CHECK(failure(running, 0).error_class == "TimeoutError");
  CHECK(failure(queued, 0).error_class == "TimeoutError");
  const auto later = kernels.launch(kernel(), {1});
  CHECK(failure(later, 0).error_class == "TimeoutError");
}

TEST_CASE_METHOD(Fixture, "a core that stops by itself fails its kernel") {
  const auto handle = kernels.launch(kernel(), {0});
  device.stopped.insert(0);
  wait(handle);
  CHECK(failure(handle, 0).error_class == "CoreError");
  CHECK(failure(handle, 0).message == "the core has stopped by itself in somewhere");
}

TEST_CASE_METHOD(Fixture, "a result that makes no sense fails its kernel only") {
  const auto handle = kernels.launch(kernel(), {0});
  next(0, EPY_LIST, 0x40000000);
  wait(handle);
  CHECK(failure(handle, 0).error_class == "CoreError");
}

TEST_CASE_METHOD(Fixture, "a client that has gone stops the waiting") {
  const auto handle = kernels.launch(kernel(), {0});
  gone = true;
  wait(handle);
  CHECK(kernels.cancelled());
  CHECK_FALSE(kernels.find(handle).done());
}

TEST_CASE_METHOD(Fixture, "arguments that cannot be passed, buffers that have gone") {
  CHECK_THROWS_AS(kernels.launch(kernel(std::vector<KernelArgument>(16, Value(1))), {0}), UsageError);
  CHECK_THROWS_AS(kernels.launch(kernel({BufferArgument{9}}), {0}), UsageError);
  references.put({9, EPY_INT, Kind::Host, 1, true}, {});
  kernels.launch(kernel(), {0});
  const auto handle = kernels.launch(kernel({BufferArgument{9}}), {0});
  references.remove(9);
  next(0, EPY_INT, 1);
  wait(handle);
  CHECK(failure(handle, 0).error_class == "ReferenceError");
}

TEST_CASE_METHOD(Fixture, "an unfinished launch can be forgotten") {
  const auto handle = kernels.launch(kernel(), {0});
  kernels.forget(handle);
  CHECK_THROWS_AS(kernels.find(handle), UsageError);
  next(0, EPY_INT, 1);
  kernels.drain();
}
