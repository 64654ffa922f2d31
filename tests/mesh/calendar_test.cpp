// Properties of the calendar: first free cycles, independence of call order, slots instead of intervals, a bounded memory.

#include "sim/mesh/calendar.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

using epysim::Cycle;
using epysim::mesh::Calendar;

namespace {

// Small and the same everywhere, unlike the standard library's distributions.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % limit;
  }

 private:
  std::uint64_t state_;
};

}  // namespace

TEST_CASE("a free cycle is granted at once", "[calendar]") {
  Calendar calendar;
  const Calendar::Grant grant = calendar.reserve(17, 1);
  CHECK(grant.first == 17);
  CHECK(grant.end == 18);
}

TEST_CASE("two transactions in one cycle follow each other", "[calendar]") {
  Calendar calendar;
  CHECK(calendar.reserve(5, 1).first == 5);
  CHECK(calendar.reserve(5, 1).first == 6);
  CHECK(calendar.reserve(4, 1).first == 4);
  CHECK(calendar.reserve(4, 1).first == 7);
}

TEST_CASE("a later call that arrives earlier is not pushed behind", "[calendar]") {
  Calendar calendar;
  CHECK(calendar.reserve(100, 10).first == 100);
  CHECK(calendar.reserve(50, 1).first == 50);
}

TEST_CASE("a long job takes free slots around shorter ones", "[calendar]") {
  Calendar calendar;
  calendar.reserve(3, 1);
  calendar.reserve(5, 2);
  const Calendar::Grant grant = calendar.reserve(2, 4);  // 2, 4, 7, 8
  CHECK(grant.first == 2);
  CHECK(grant.end == 9);
  CHECK(calendar.reserve(0, 1).first == 0);
  CHECK(calendar.reserve(2, 1).first == 9);
}

TEST_CASE("jobs across word borders", "[calendar]") {
  Calendar calendar;
  CHECK(calendar.reserve(60, 200).end == 260);
  CHECK(calendar.reserve(60, 1).first == 260);
  CHECK(calendar.reserve(320, 64).end == 384);  // exactly one word
  CHECK(calendar.reserve(319, 2).end == 385);
}

TEST_CASE("the cycles given away do not depend on the order of the calls", "[calendar]") {
  struct Job {
    Cycle arrival;
    unsigned cycles;
  };
  std::vector<Job> jobs;
  Random random(1);
  for (int i = 0; i < 300; ++i) jobs.push_back({random.below(1500), static_cast<unsigned>(1 + random.below(6))});

  const auto taken_after = [](const std::vector<Job>& order) {
    Calendar calendar;
    for (const Job& job : order) calendar.reserve(job.arrival, job.cycles);
    std::set<Cycle> free;
    for (Cycle t = 0; t < 3000; ++t)
      if (calendar.reserve(t, 1).first == t) free.insert(t);
    return free;
  };
  const std::set<Cycle> in_order = taken_after(jobs);
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = jobs.size() - 1; i > 0; --i) std::swap(jobs[i], jobs[random.below(i + 1)]);
    CHECK(taken_after(jobs) == in_order);
  }
}

TEST_CASE("grants agree with a plain set of taken cycles", "[calendar]") {
  Calendar calendar;
  std::set<Cycle> taken;
  Random random(7);
  Cycle now = 0;
  for (int i = 0; i < 20000; ++i) {
    now += random.below(6);
    const Cycle arrival = now + random.below(200);
    const auto cycles = static_cast<unsigned>(1 + random.below(4));
    Cycle t = arrival;
    Cycle first = 0;
    for (unsigned k = 0; k < cycles; ++k) {
      while (taken.contains(t)) ++t;
      if (k == 0) first = t;
      taken.insert(t);
    }
    const Calendar::Grant grant = calendar.reserve(arrival, cycles);
    REQUIRE(grant.first == first);
    REQUIRE(grant.end == t + 1);
  }
}

TEST_CASE("far jumps in time are cheap and start from a free calendar", "[calendar]") {
  Calendar calendar;
  calendar.reserve(0, 5);
  const Cycle far = Cycle{1} << 50;
  CHECK(calendar.reserve(far, 3).first == far);
  CHECK(calendar.reserve(far, 1).first == far + 3);
  CHECK(calendar.reserve(10, 2).first == 10);  // older than the calendar remembers: as if free
}

TEST_CASE("a calendar forgets the oldest 512 cycles at a time") {
  Calendar calendar;
  for (const Cycle at : {511, 512, 550, 600}) calendar.reserve(at);
  calendar.reserve(Calendar::kDepth - 1);
  CHECK(calendar.taken(511));
  calendar.reserve(Calendar::kDepth);
  CHECK(!calendar.taken(511));
  CHECK(calendar.taken(512));
  CHECK(calendar.taken(550));
  CHECK(calendar.taken(600));
}
