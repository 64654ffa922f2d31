// What is under way, in the order in which it happens.

#include "sim/epiphany/event_queue.h"

#include <catch2/catch.hpp>
#include <vector>

using epysim::Cycle;
using epysim::kNever;
using epysim::epiphany::EventQueue;
using epysim::epiphany::kAttentive;
using epysim::epiphany::kEverybody;

namespace {

struct Event {
  Cycle at = 0;
  int source = 0;
  int name = 0;
};
using Queue = EventQueue<Event>;

std::vector<int> names(Queue& queue) {
  std::vector<int> list;
  while (queue.next() != kNever) queue.pop([&](const Event& event) { list.push_back(event.name); });
  return list;
}

}  // namespace

TEST_CASE("events happen by time, source and sequence", "[timetable]") {
  Queue queue(1);
  queue.push({9, 0, 1}, kEverybody);
  queue.push({5, 2, 2}, kEverybody);
  queue.push({5, 1, 3}, kEverybody);
  queue.push({5, 1, 4}, kEverybody);
  queue.push({7, 0, 5}, kEverybody);
  CHECK(queue.next() == 5);
  CHECK(names(queue) == std::vector<int>{3, 4, 2, 5, 1});
}

TEST_CASE("an event may make others while it happens", "[timetable]") {
  Queue queue(1);
  queue.push({1, 0, 1}, kEverybody);
  queue.pop([&](const Event& event) {
    for (int i = 2; i < 100; ++i) queue.push({static_cast<Cycle>(i), 0, i}, kEverybody);
    CHECK(event.name == 1);
  });
  CHECK(names(queue).size() == 98);
}

TEST_CASE("a core looks only at the events that concern it", "[timetable]") {
  Queue queue(5);
  CHECK(queue.next_for(3, true) == kNever);
  queue.push({10, 0, 0}, 2);
  queue.push({20, 0, 0}, 3);
  CHECK(queue.next_for(2, true) == 10);
  CHECK(queue.next_for(3, true) == 20);
  CHECK(queue.next_for(4, true) == kNever);
  queue.push({15, 0, 0}, kEverybody);
  CHECK(queue.next_for(3, true) == 15);
  CHECK(queue.next_for(4, true) == 15);
  queue.pop([](const Event&) {});
  CHECK(queue.next_for(2, true) == 15);
}

TEST_CASE("some events concern only cores that are attentive", "[timetable]") {
  Queue queue(2);
  queue.push({10, 0, 0}, kAttentive);
  queue.push({20, 0, 0}, kEverybody);
  CHECK(queue.next_for(1, true) == 10);
  CHECK(queue.next_for(1, false) == 20);
  queue.pop([](const Event&) {});
  CHECK(queue.next_for(1, true) == 20);
}
