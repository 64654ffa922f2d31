// The order of launches.
#include <catch2/catch.hpp>

#include "hostlink/scheduler.h"

using epysim::hostlink::Scheduler;

TEST_CASE("launches for one core run in the order in which they were made") {
  Scheduler scheduler(2);
  const auto a = scheduler.add({0, 1}), b = scheduler.add({0}), c = scheduler.add({0, 1});
  CHECK(a == 1);
  CHECK(scheduler.next(0) == a);
  CHECK(scheduler.next(0) == b);
  CHECK(scheduler.next(0) == c);
  CHECK_FALSE(scheduler.next(0));
  CHECK(scheduler.waiting());
  CHECK(scheduler.next(1) == a);
  CHECK(scheduler.next(1) == c);
  CHECK_FALSE(scheduler.waiting());
}

TEST_CASE("a launch for any cores takes each at most once") {
  Scheduler scheduler(3);
  const auto a = scheduler.add_any(2);
  CHECK(scheduler.next(2) == a);
  CHECK_FALSE(scheduler.next(2));
  CHECK(scheduler.waiting());
  CHECK(scheduler.next(0) == a);
  CHECK_FALSE(scheduler.next(1));
  CHECK_FALSE(scheduler.waiting());
}

TEST_CASE("older launches come first, whatever their kind") {
  Scheduler scheduler(2);
  const auto first = scheduler.add({0}), any = scheduler.add_any(1), last = scheduler.add({0});
  CHECK(scheduler.next(0) == first);
  CHECK(scheduler.next(0) == any);
  CHECK(scheduler.next(0) == last);
  CHECK_FALSE(scheduler.next(1));
}

TEST_CASE("several launches for any cores share them by age") {
  Scheduler scheduler(2);
  const auto a = scheduler.add_any(2), b = scheduler.add_any(2);
  CHECK(scheduler.next(0) == a);
  CHECK(scheduler.next(0) == b);
  CHECK_FALSE(scheduler.next(0));
  CHECK(scheduler.next(1) == a);
  CHECK(scheduler.next(1) == b);
}

TEST_CASE("everything queued can be taken back") {
  Scheduler scheduler(2);
  const auto a = scheduler.add({0, 1}), b = scheduler.add_any(2);
  scheduler.next(0);
  const auto queued = scheduler.clear();
  REQUIRE(queued.size() == 3);
  CHECK(queued[0].handle == a);
  CHECK(queued[0].rank == 1u);
  CHECK(queued[1].handle == b);
  CHECK_FALSE(queued[1].rank);
  CHECK(queued[2].handle == b);
  CHECK_FALSE(scheduler.waiting());
  CHECK(scheduler.add({0}) == b + 1);
}

TEST_CASE("a thousand launches in a row") {
  Scheduler scheduler(16);
  for (int i = 0; i < 1000; ++i) scheduler.add({static_cast<std::size_t>(i % 16)});
  std::size_t taken = 0;
  for (std::size_t rank = 0; rank < 16; ++rank) {
    std::uint32_t before = 0;
    while (const auto handle = scheduler.next(rank)) {
      CHECK(*handle > before);
      before = *handle;
      ++taken;
    }
  }
  CHECK(taken == 1000);
}
