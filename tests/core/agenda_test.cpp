// Who is next: by time, then by order; and whose turn it is.

#include "sim/core/agenda.h"

#include <catch2/catch.hpp>

using namespace epysim;
using core::Agenda;
using core::Timetable;

TEST_CASE("a timetable is in the order of times, and of the same time by order", "[timetable]") {
  Timetable table;
  CHECK(table.first().at == kNever);
  CHECK(table.first().next->at == kNever);

  Timetable::Entry late{20, 0}, early{10, 3}, tied{10, 1}, zero{0, 2};
  for (Timetable::Entry* entry : {&late, &early, &tied, &zero}) table.insert(*entry);
  CHECK(&table.first() == &zero);
  CHECK(zero.next == &tied);
  CHECK(tied.next == &early);
  CHECK(early.next == &late);
  CHECK(late.next->at == kNever);

  Timetable::remove(tied);
  Timetable::remove(zero);
  CHECK(&table.first() == &early);
  zero.at = 30;
  table.insert(zero);
  CHECK(late.next == &zero);
}

TEST_CASE("the core that is furthest behind has its turn, and may act until the one behind it", "[timetable]") {
  Agenda agenda;
  agenda.resize(3);
  CHECK(agenda.next().at == kNever);
  agenda.set(1, 50);
  Agenda::Turn turn = agenda.next();
  CHECK((turn.id == 1 && turn.at == 50 && turn.behind == kNever && turn.horizon == kNever));
  agenda.set(2, 60);
  turn = agenda.next();
  CHECK((turn.id == 1 && turn.behind == 60 && turn.horizon == 61));  // at 60 it comes before core 2
  agenda.set(0, 60);
  CHECK(agenda.next().horizon == 60);  // but behind core 0
  agenda.set(1, 60);
  turn = agenda.next();
  CHECK((turn.id == 0 && turn.at == 60 && turn.behind == 60 && turn.horizon == 61));
  agenda.set(0, kNever);
  agenda.set(1, kNever);
  turn = agenda.next();
  CHECK((turn.id == 2 && turn.at == 60 && turn.behind == kNever));
  agenda.set(2, kNever);
  CHECK(agenda.next().at == kNever);
}
